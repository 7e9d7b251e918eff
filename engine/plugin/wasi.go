package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

const wasiModule = "wasi_snapshot_preview1"

// Error numbers of WASI.
const (
	success     = 0
	errnoBadf   = 8
	errnoInval  = 28
	errnoNosys  = 52
	clockEvent  = 0
	stdout      = 1
	stderr      = 2
	clockStep   = 1000 // ns that pass between two looks at the clock
	callFuel    = 100  // of a call of the host, which takes as long as 100 turns of a loop
	bytesOfFuel = 64   // that the host copies for one unit
)

var errFuel = errors.New("the fuel is used up")

// function is one that a plugin may import. All parameters of a signature are
// i32 but for those written as I, which are i64.
type function struct {
	name, parameters string
	call             func(g *guest, m api.Module, p []uint64) uint32
}

// functions is the list of permissions. What Go's standard library links in
// without being asked is on it and answers that there is nothing; a plugin that
// imports anything else is refused.
func functions() []function {
	return []function{
		{"clock_time_get", "iIi", (*guest).clockTimeGet},
		{"fd_write", "iiii", (*guest).fdWrite},
		{"poll_oneoff", "iiii", (*guest).pollOneoff},
		{"proc_exit", "i", procExit},
		{"random_get", "ii", (*guest).randomGet},
		{"sched_yield", "", nothingToDo},

		{"args_get", "ii", nothingToDo},
		{"args_sizes_get", "ii", noneThere},
		{"environ_get", "ii", nothingToDo},
		{"environ_sizes_get", "ii", noneThere},

		{"fd_close", "i", noSuchFile},
		{"fd_fdstat_get", "ii", noSuchFile},
		{"fd_fdstat_set_flags", "ii", noSuchFile},
		{"fd_filestat_get", "ii", noSuchFile},
		{"fd_filestat_set_size", "iI", noSuchFile},
		{"fd_pread", "iiiIi", noSuchFile},
		{"fd_prestat_dir_name", "iii", noSuchFile},
		{"fd_prestat_get", "ii", noSuchFile},
		{"fd_pwrite", "iiiIi", noSuchFile},
		{"fd_read", "iiii", noSuchFile},
		{"fd_readdir", "iiiIi", noSuchFile},
		{"fd_seek", "iIii", noSuchFile},
		{"fd_sync", "i", noSuchFile},

		{"path_create_directory", "iii", notHere},
		{"path_filestat_get", "iiiii", notHere},
		{"path_filestat_set_times", "iiiiIIi", notHere},
		{"path_link", "iiiiiii", notHere},
		{"path_open", "iiiiiIIii", notHere},
		{"path_readlink", "iiiiii", notHere},
		{"path_remove_directory", "iii", notHere},
		{"path_rename", "iiiiii", notHere},
		{"path_symlink", "iiiii", notHere},
		{"path_unlink_file", "iii", notHere},
	}
}

func (f function) types() (parameters, results []api.ValueType) {
	for _, letter := range f.parameters {
		if letter == 'I' {
			parameters = append(parameters, api.ValueTypeI64)
		} else {
			parameters = append(parameters, api.ValueTypeI32)
		}
	}
	if f.name != "proc_exit" {
		results = []api.ValueType{api.ValueTypeI32}
	}
	return parameters, results
}

// host makes the functions for the instances of a runtime. Each finds its own
// guest in the context of the call.
func host(ctx context.Context, runtime wazero.Runtime) error {
	builder := runtime.NewHostModuleBuilder(wasiModule)
	for _, f := range functions() {
		parameters, results := f.types()
		call := api.GoModuleFunc(func(ctx context.Context, m api.Module, stack []uint64) {
			g := ctx.Value(guestKey{}).(*guest)
			pay(m, callFuel)
			errno := f.call(g, m, stack)
			if len(results) > 0 {
				stack[0] = uint64(errno)
			}
		})
		builder.NewFunctionBuilder().WithGoModuleFunction(call, parameters, results).Export(f.name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

// pay takes what the host does for a plugin off its fuel.
func pay(m api.Module, units uint64) {
	fuel := m.ExportedGlobal(wasmfuel.Global).(api.MutableGlobal)
	left := int64(fuel.Get()) - int64(min(units, math.MaxInt32))
	fuel.Set(uint64(left))
	if left < 0 {
		panic(errFuel)
	}
}

func nothingToDo(*guest, api.Module, []uint64) uint32 { return success }
func noSuchFile(*guest, api.Module, []uint64) uint32  { return errnoBadf }
func notHere(*guest, api.Module, []uint64) uint32     { return errnoNosys }

func noneThere(_ *guest, m api.Module, p []uint64) uint32 {
	return errnoUnless(m.Memory().WriteUint32Le(uint32(p[0]), 0) && m.Memory().WriteUint32Le(uint32(p[1]), 0))
}

func errnoUnless(ok bool) uint32 {
	if ok {
		return success
	}
	return errnoInval
}

func procExit(_ *guest, _ api.Module, p []uint64) uint32 {
	panic(sys.NewExitError(uint32(p[0])))
}

func (g *guest) clockTimeGet(m api.Module, p []uint64) uint32 {
	g.clock += clockStep
	return errnoUnless(m.Memory().WriteUint64Le(uint32(p[2]), g.clock))
}

func (g *guest) randomGet(m api.Module, p []uint64) uint32 {
	b, ok := m.Memory().Read(uint32(p[0]), uint32(p[1]))
	if !ok {
		return errnoInval
	}
	pay(m, uint64(len(b))) // a byte is about a nanosecond's work
	if g.random == nil {
		g.random = rand.NewChaCha8(sha256.Sum256(g.input))
	}
	_, _ = g.random.Read(b) // has no errors
	return success
}

// fdWrite keeps what is written to stdout and stderr, up to its cap.
func (g *guest) fdWrite(m api.Module, p []uint64) uint32 {
	if fd := uint32(p[0]); fd != stdout && fd != stderr {
		return errnoBadf
	}
	const vectorSize = 8
	count := uint64(uint32(p[2])) // the upper half of an i32 is undefined
	vectors, ok := m.Memory().Read(uint32(p[1]), uint32(min(count*vectorSize, math.MaxUint32)))
	if !ok {
		return errnoInval
	}
	pay(m, count)
	var written uint32
	for ; len(vectors) > 0; vectors = vectors[vectorSize:] {
		b, ok := m.Memory().Read(binary.LittleEndian.Uint32(vectors), binary.LittleEndian.Uint32(vectors[4:]))
		if !ok {
			return errnoInval
		}
		pay(m, uint64(len(b))/bytesOfFuel)
		g.output = append(g.output, b[:min(len(b), maxOutput-len(g.output))]...)
		written += uint32(len(b))
	}
	return errnoUnless(m.Memory().WriteUint32Le(uint32(p[3]), written))
}

// pollOneoff is how Go sleeps: the clock jumps to the time that is waited for.
func (g *guest) pollOneoff(m api.Module, p []uint64) uint32 {
	const subscriptionSize, eventSize = 48, 32
	count := uint64(uint32(p[2]))
	in, ok := m.Memory().Read(uint32(p[0]), uint32(min(count*subscriptionSize, math.MaxUint32)))
	if !ok {
		return errnoInval
	}
	out, ok := m.Memory().Read(uint32(p[1]), uint32(min(count*eventSize, math.MaxUint32)))
	if !ok {
		return errnoInval
	}
	pay(m, count)
	var events uint32
	for ; len(in) > 0; in = in[subscriptionSize:] {
		if in[8] != clockEvent {
			continue
		}
		until := binary.LittleEndian.Uint64(in[24:])
		if absolute := in[40]&1 == 1; !absolute {
			until += g.clock
		}
		g.clock = max(g.clock, until)
		userdata := binary.LittleEndian.Uint64(in)
		event := out[:eventSize]
		clear(event)
		binary.LittleEndian.PutUint64(event, userdata)
		out = out[eventSize:]
		events++
	}
	return errnoUnless(m.Memory().WriteUint32Le(uint32(p[3]), events))
}
