package plugin

import (
	"context"
	"errors"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/sdk/abi"
)

func sample() abi.Batch {
	return abi.Batch{
		Session: abi.Session{Agent: "main", Key: "agent:main:main"},
		Messages: []abi.Message{
			{ID: "3f2a8c1e:e1", Role: "user", Time: 1773461489776, Text: "就用 PostgreSQL 吧"},
			{ID: "3f2a8c1e:e2", Role: "assistant", Time: 1773461490000, Text: "记住了"},
		},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func problemOf(err error) Problem {
	if fault := (*Error)(nil); errors.As(err, &fault) {
		return fault.Problem
	}
	return ""
}

// eachEngine runs a test on the engines that are there.
func eachEngine(t *testing.T, test func(t *testing.T, engine wazero.RuntimeConfig)) {
	t.Run("interpreter", func(t *testing.T) { test(t, wazero.NewRuntimeConfigInterpreter()) })
	t.Run("compiler", func(t *testing.T) {
		if !compilerThere() {
			t.Skip("there is no compiler for this machine")
		}
		test(t, wazero.NewRuntimeConfigCompiler())
	})
}

// compilerThere tells by trying: wazero panics where it can not compile.
func compilerThere() (there bool) {
	defer func() { there = recover() == nil }()
	ctx := context.Background()
	return wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler()).Close(ctx) == nil
}

func opened(t testing.TB, wasm []byte, engine wazero.RuntimeConfig) *Module {
	t.Helper()
	m, err := open(t.Context(), wasm, Options{}, engine)
	must(t, err)
	t.Cleanup(func() { must(t, m.Close()) })
	return m
}
