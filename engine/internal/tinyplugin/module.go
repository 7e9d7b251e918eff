package tinyplugin

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"strings"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Parts are what differs from a plugin called "probe" of version 1 that answers
// {}. Code is what stands between the locals of a function and its end; "" is
// what is right.
type Parts struct {
	Version, Alloc, OnSync string   // code of the exports
	Start                  string   // code of a start function; "" for none
	Manifest, Result       string   // JSON
	Traps, When            string   // conditions on the batch: it stops; it gives the result, {} otherwise
	Imports                []string // each as [Import] makes it
	Memory                 string   // limits; "" for a page more than a large result needs, and no maximum
	Without                string   // an export that is missing
}

// Addresses in the memory of a plugin.
const (
	emptyAt    = 16
	manifestAt = 1 << 10
	resultAt   = 4 << 10
	InputAt    = 8 << 10 // of the batch; behind the result where that is larger than 4 KiB
)

// Code.
const (
	Unreachable = "\x00"
	Endless     = "\x03\x40\x0c\x00\x0b" // loop, br 0, end
	Recursive   = "\x10\x03"             // call on_sync, where nothing is imported
	// Greedy asks for 2,000 pages and stops when it does not get them.
	Greedy = "\x41\xd0\x0f\x40\x00\x41\x7f\x46\x04\x40" + Unreachable + "\x0b"
)

const i32, i64 = "\x7f", "\x7e"

// FunctionType is what [Import] says of a function (i32, i32) -> i32.
const FunctionType = "\x00\x04"

// Number is n in LEB128.
func Number(n int) string { return string(binary.AppendUvarint(nil, uint64(n))) }

// I32 is the code of a constant.
func I32(n int64) string { return constant("\x41", n) }

// Packed is code of what an export returns that answers with bytes.
func Packed(at, length int64) string { return constant("\x42", at<<32|length) }

// Import is an import of a module; the description is its kind and type.
func Import(module, name, description string) string {
	return sized(module) + sized(name) + description
}

// Least is code of an alloc that stops when a batch has fewer bytes.
func Least(n int) string { return trapIf("\x20\x00"+I32(int64(n))+"\x49") + I32(InputAt) }

// Key is a condition: the batch is of a session of the agent "main", and the key
// of that session is as long as this one.
func Key(key string) string {
	const lengthAt = InputAt + 4 + 4 + 4 // version, length of the agent, agent
	return I32(lengthAt) + "\x28\x02\x00" + I32(int64(len(key))) + "\x46"
}

func trapIf(condition string) string { return condition + "\x04\x40" + Unreachable + "\x0b" }

// Manifest is the JSON of the manifests of a module with one plugin.
func Manifest(name, version string) string {
	return encoded([]abi.Manifest{{Name: name, Version: version}})
}

// Result is the JSON of a result.
func Result(items ...abi.Item) string { return encoded(abi.Result{Items: items}) }

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // neither type holds anything that JSON can't
		panic(err)
	}
	return string(text)
}

// Module puts the plugin together. Its functions are the imports, then those of
// version, alloc, manifest, on_sync and start.
func (p Parts) Module() []byte {
	manifest, result := cmp.Or(p.Manifest, Manifest("probe", "1")), cmp.Or(p.Result, "{}")
	const pageSize = 64 << 10
	inputAt := max(InputAt, resultAt+len(result))

	wasm := "\x00asm\x01\x00\x00\x00" +
		section(1, signature("", i32), signature(i32, i32), signature("", i64), signature("", ""), signature(i32+i32, i32), signature(strings.Repeat(i32, 4), i32))
	if len(p.Imports) > 0 {
		wasm += section(2, p.Imports...)
	}
	first := p.importedFunctions()
	wasm += section(3, "\x00", "\x01", "\x02", "\x02", "\x03") +
		section(5, cmp.Or(p.Memory, "\x00"+Number(inputAt/pageSize+1))) +
		section(7, p.exports(first)...)
	if p.Start != "" {
		wasm += "\x08" + sized(Number(first+4))
	}
	wasm += section(10, body(cmp.Or(p.Version, I32(abi.Version))), body(cmp.Or(p.Alloc, I32(int64(inputAt)))),
		body(Packed(manifestAt, int64(len(manifest)))), body(cmp.Or(p.OnSync, p.answer(len(result)))), body(p.Start))
	return []byte(wasm + section(11, data(emptyAt, "{}"), data(manifestAt, manifest), data(resultAt, result)))
}

// answer is code that gives the result, as far as the conditions let it.
func (p Parts) answer(length int) string {
	code := Packed(resultAt, int64(length))
	if p.When != "" {
		code = p.When + "\x04" + i64 + code + "\x05" + Packed(emptyAt, 2) + "\x0b" // if, else, end
	}
	if p.Traps != "" {
		code = trapIf(p.Traps) + code
	}
	return code
}

func (p Parts) importedFunctions() int {
	n := 0
	for _, i := range p.Imports {
		if i[len(i)-2] == 0 {
			n++
		}
	}
	return n
}

func (p Parts) exports(first int) []string {
	var exports []string
	for i, name := range []string{abi.ExportVersion, abi.ExportAlloc, abi.ExportManifest, abi.ExportOnSync} {
		if name != p.Without {
			exports = append(exports, sized(name)+"\x00"+Number(first+i))
		}
	}
	if p.Without != abi.ExportMemory {
		exports = append(exports, sized(abi.ExportMemory)+"\x02\x00")
	}
	return exports
}

func sized(s string) string { return Number(len(s)) + s }

func section(id byte, elements ...string) string {
	return string(id) + sized(Number(len(elements))+strings.Join(elements, ""))
}

func signature(parameters, results string) string { return "\x60" + sized(parameters) + sized(results) }

func body(code string) string { return sized("\x00" + code + "\x0b") }

func data(at int64, s string) string { return "\x00" + I32(at) + "\x0b" + sized(s) }

// constant is i32.const or i64.const.
func constant(opcode string, n int64) string {
	for ; n < -64 || n > 63; n >>= 7 {
		opcode += string([]byte{byte(n) | 0x80})
	}
	return opcode + string([]byte{byte(n & 0x7f)})
}
