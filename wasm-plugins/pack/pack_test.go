package main

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/builtin"
)

// TestRebuild builds the embedded modules again: they are what their source says.
func TestRebuild(t *testing.T) {
	list, err := wasmplugins.List()
	if err != nil {
		t.Fatal(err)
	}
	if list.Go != runtime.Version() {
		t.Skipf("the modules were built with %s, this is %s", list.Go, runtime.Version())
	}
	var found []string
	for _, plugin := range list.Plugins {
		found = append(found, plugin.Name)
		if plugin.Version != builtin.Version {
			t.Errorf("%s has version %s, its source %s: run make plugins", plugin.Name, plugin.Version, builtin.Version)
		}
		module, err := build(t.Context(), filepath.Join("..", plugin.Name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(module); hex.EncodeToString(sum[:]) != plugin.Digest || len(module) != plugin.Size {
			t.Errorf("%s: its source makes another module: run make plugins", plugin.Name)
		}
		if _, err := plugin.Module(); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(found, names()) {
		t.Errorf("built in are %q, want %q", found, names())
	}
}
