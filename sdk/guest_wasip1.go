package sdk

import (
	"strconv"
	"unsafe"

	"github.com/smallccwc/chronosync/sdk/abi"
)

var batches abi.Reader

// The exports of a module. What they point to is kept in variables: the host
// holds addresses, which the garbage collector does not see.
var input, output []byte

//go:wasmexport ss_abi
func exportVersion() int32 { return abi.Version }

// A batch holds its messages, its state, and one message of any size; this bound
// only keeps a wrong length from being taken for memory that is gone.
const maxInput = 16 << 20

//go:wasmexport ss_alloc
func exportAlloc(n int32) int32 {
	if n < 0 || n > maxInput {
		panic("ss_alloc: a batch of " + strconv.Itoa(int(uint32(n))) + " bytes is not possible")
	}
	if cap(input) < int(n) {
		input = make([]byte, n)
	}
	input = input[:n]
	return int32(uintptr(unsafe.Pointer(unsafe.SliceData(input))))
}

//go:wasmexport ss_manifest
func exportManifest() int64 {
	return give(appendManifests(nil, manifests()))
}

// A panic writes its message on stderr and ends in a trap, after which a host
// drops the instance: what became of the plugin's variables is not known.
//
//go:wasmexport ss_on_sync
func exportOnSync() int64 {
	batch, err := batches.Read(unsafe.String(unsafe.SliceData(input), len(input)))
	if err != nil {
		panic("ss_on_sync: " + err.Error())
	}
	result, err := answer(named(batch.Plugin), batch)
	if err != nil {
		panic("OnSync: " + err.Error())
	}
	return give(appendResult(nil, result))
}

func manifests() []Manifest {
	var all []Manifest
	for _, plugin := range registered {
		all = append(all, plugin.Manifest())
	}
	return all
}

func named(name string) Plugin {
	for _, plugin := range registered {
		if plugin.Manifest().Name == name {
			return plugin
		}
	}
	panic("no plugin is registered as " + name + ": call sdk.Register in an init function")
}

func give(b []byte) int64 {
	output = b
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))<<32 | int64(len(b))
}
