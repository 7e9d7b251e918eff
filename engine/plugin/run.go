package plugin

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// maxAnswer is how long the JSON of a result can get: its state comes as Base64
// on top of [abi.MaxResult].
const maxAnswer = abi.MaxResult + (abi.MaxState+2)/3*4

// Stats says what a batch took. It is filled after an error as well.
type Stats struct {
	Fuel   int64  // units used, of [Fuel]
	Memory uint32 // bytes
	Output string // what was written to stdout and stderr; may hold chat text
}

// Run gives the plugin that a batch names the batch and returns its answer, which
// [abi.Check] let pass. earlier gives the texts of messages that stood in earlier
// batches of the session; nil knows none. A batch may have [abi.MaxBatch] bytes.
// An [*Error] is the plugin's fault; others are those of the context and of a
// batch that is too large.
func (m *Module) Run(ctx context.Context, batch abi.Batch, earlier func(messageID string) (string, bool)) (abi.Result, Stats, error) {
	var result abi.Result
	g := m.take()
	g.show(batch, batch.Append(g.input[:0]))
	stats, err := g.during(ctx, m, func() error {
		if size := len(g.input) - len(batch.Plugin) - len(batch.State); size > abi.MaxBatch || len(batch.State) > abi.MaxState {
			return fmt.Errorf("plugin %q: a batch of %d bytes with a state of %d is too large; cut it to %d and %d",
				batch.Plugin, size, len(batch.State), abi.MaxBatch, abi.MaxState)
		}
		if err := g.give(ctx); err != nil {
			return err
		}
		answer, err := g.answer(ctx, abi.ExportOnSync, maxAnswer)
		if err != nil {
			return err
		}
		if err := decode(answer, &result); err != nil {
			return err
		}
		if n := len(answer) - base64.StdEncoding.EncodedLen(len(result.State)); n > abi.MaxResult {
			return tooMuch("the result has %d bytes beside its state; at most %d are allowed", n, abi.MaxResult)
		}
		result.Log = strings.ToValidUTF8(result.Log[:min(len(result.Log), abi.MaxLog)], "")
		if n := len(result.Items); n > abi.MaxItems {
			return tooMuch("the result has %d items; at most %d are allowed", n, abi.MaxItems)
		}
		if err := abi.Check(result, shown(batch, earlier)); err != nil {
			return badResult("%s", err)
		}
		return nil
	})
	if err != nil {
		return abi.Result{}, stats, err
	}
	return result, stats, nil
}

// shown looks for messages in the batch first.
func shown(batch abi.Batch, earlier func(string) (string, bool)) func(string) (string, bool) {
	return func(id string) (string, bool) {
		for i := range batch.Messages {
			if batch.Messages[i].ID == id {
				return batch.Messages[i].Text, true
			}
		}
		if earlier == nil {
			return "", false
		}
		return earlier(id)
	}
}

// guest is one instance and the world it sees.
type guest struct {
	instance api.Module
	exports  map[string]api.Function // that were called; each has a stack of its own
	memory   memory
	input    []byte        // the bytes of the batch; the next one is written over them
	clock    uint64        // ns since 1970
	random   *rand.ChaCha8 // nil until it is asked for
	output   []byte
}

type guestKey struct{}

// take gives the idle instance, or a guest that is still to be started.
func (m *Module) take() *guest {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	g := m.idle
	m.idle = nil
	if g == nil {
		g = &guest{}
	}
	return g
}

// idleMemory is how much an instance may hold to be kept, in bytes: one that is
// near its limit would fail at the next batch through no fault of that batch.
const idleMemory = maxMemory / 2

// leave keeps the instance of a pure plugin that did its work and closes others.
func (g *guest) leave(ctx context.Context, m *Module, failed bool) error {
	if g.instance == nil {
		return nil
	}
	m.mutex.Lock()
	keep := m.pure && !failed && m.idle == nil && len(g.memory.bytes) <= idleMemory
	if keep {
		m.idle = g
	}
	m.mutex.Unlock()
	if keep {
		return nil
	}
	return g.instance.Close(ctx)
}

// show makes the world that a batch is shown in.
func (g *guest) show(batch abi.Batch, input []byte) {
	var newest int64
	for _, message := range batch.Messages {
		newest = max(newest, message.Time)
	}
	g.clock = uint64(newest) * uint64(time.Millisecond)
	g.input, g.random, g.output = input, nil, nil
}

// during sees to it that there is an instance with a full tank, and does the
// work.
func (g *guest) during(ctx context.Context, m *Module, work func() error) (Stats, error) {
	err := g.start(ctx, m)
	if err == nil {
		err = work()
	}
	stats := Stats{Output: strings.ToValidUTF8(string(g.output), "\uFFFD"), Memory: uint32(len(g.memory.bytes))}
	if g.instance != nil {
		stats.Fuel = Fuel - max(g.left(), 0)
	}
	if leaving := g.leave(ctx, m, err != nil); err == nil {
		err = leaving
	}
	if fault := (*Error)(nil); errors.As(err, &fault) {
		fault.Output = stats.Output
	}
	return stats, err
}

func (g *guest) start(ctx context.Context, m *Module) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.instance != nil {
		g.fuel().Set(Fuel)
		return nil
	}
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	withMemory := experimental.WithMemoryAllocator(context.WithValue(ctx, guestKey{}, g), &g.memory)
	instance, err := m.runtime.InstantiateModule(withMemory, m.compiled, config)
	if err != nil {
		// A start function runs on the fuel of wasmfuel and leaves no
		// instance that would tell how much of it is left.
		return g.fault("its start function stopped: "+cause(err), false)
	}
	g.instance, g.exports = instance, map[string]api.Function{}
	g.fuel().Set(Fuel)
	if instance.ExportedFunction(abi.ExportInitialize) == nil {
		return nil
	}
	_, err = g.call(ctx, abi.ExportInitialize)
	return err
}

func (g *guest) fuel() api.MutableGlobal {
	return g.instance.ExportedGlobal(wasmfuel.Global).(api.MutableGlobal)
}

func (g *guest) left() int64 { return int64(g.fuel().Get()) }

// call runs an export and gives its result, or 0 when it has none.
func (g *guest) call(ctx context.Context, export string, arguments ...uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if g.exports[export] == nil {
		g.exports[export] = g.instance.ExportedFunction(export)
	}
	results, err := g.exports[export].Call(context.WithValue(ctx, guestKey{}, g), arguments...)
	if err != nil {
		return 0, g.fault(export+" stopped: "+cause(err), g.left() < 0)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

func (g *guest) fault(detail string, fuelUsed bool) *Error {
	switch {
	case fuelUsed:
		return &Error{Problem: OutOfFuel, Detail: fmt.Sprintf("a batch may use %d units; do less for each message", int64(Fuel))}
	case g.memory.denied:
		return &Error{Problem: OutOfMemory, Detail: fmt.Sprintf("it wanted more than %d MiB; %s", maxMemory>>20, detail)}
	}
	return &Error{Problem: Trap, Detail: detail}
}

// give writes the batch where the plugin wants it.
func (g *guest) give(ctx context.Context) error {
	at, err := g.call(ctx, abi.ExportAlloc, uint64(len(g.input)))
	if err != nil {
		return err
	}
	if !g.instance.Memory().Write(uint32(at), g.input) {
		return badResult("%s(%d) gives the address %d, outside of its memory", abi.ExportAlloc, len(g.input), uint32(at))
	}
	return nil
}

// answer calls an export that returns bytes. They are the memory of the
// instance: valid until it is closed.
func (g *guest) answer(ctx context.Context, export string, limit uint32) ([]byte, error) {
	packed, err := g.call(ctx, export)
	if err != nil {
		return nil, err
	}
	at, length := uint32(packed>>32), uint32(packed)
	if length > limit {
		return nil, tooMuch("%s gives %d bytes; at most %d are allowed", export, length, limit)
	}
	answer, ok := g.instance.Memory().Read(at, length)
	if !ok {
		return nil, badResult("%s gives %d bytes at %d, outside of its memory", export, length, at)
	}
	return answer, nil
}

// decode reads one JSON value with known fields. The errors of encoding/json
// are not passed on: they quote their input.
func decode(answer []byte, value any) error {
	if !utf8.Valid(answer) {
		return badResult("the answer is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return badResult("the answer is not the JSON of the ABI: its first %d bytes end in an error", decoder.InputOffset())
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badResult("the answer goes on behind its JSON value, at byte %d", decoder.InputOffset())
	}
	return nil
}

// memory is that of an instance. It remembers that it had to deny growth, which
// a plugin only survives if it is written with care.
type memory struct {
	bytes  []byte
	denied bool
}

// Allocate implements [experimental.MemoryAllocator].
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

// Reallocate implements [experimental.LinearMemory].
func (m *memory) Reallocate(size uint64) []byte {
	if size > maxMemory {
		m.denied = true
		return nil
	}
	if m.bytes == nil {
		// Growing would move all there is, at a time when there is least room for
		// it; the system gives only what is used of this.
		m.bytes = make([]byte, 0, max(size, idleMemory))
	}
	if size > uint64(cap(m.bytes)) {
		m.bytes = slices.Grow(m.bytes, int(size)-len(m.bytes))
	}
	m.bytes = m.bytes[:size] // zeros, as nobody wrote there: memory never shrinks
	return m.bytes
}

// Free implements [experimental.LinearMemory].
func (m *memory) Free() {}
