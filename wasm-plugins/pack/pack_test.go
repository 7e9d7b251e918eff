package main

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/reader"
)

// TestList: the recorded plugins are those of the source.
func TestList(t *testing.T) {
	var names []string
	for _, plugin := range listed(t).Plugins {
		names = append(names, plugin.Name)
		if plugin.Version != reader.Version {
			t.Errorf("%s has version %s, its source %s: run make plugins", plugin.Name, plugin.Version, reader.Version)
		}
	}
	if want := []string{"knowledge", "todo"}; !slices.Equal(names, want) {
		t.Errorf("built in are %q, want %q", names, want)
	}
}

// TestRebuild builds the embedded module again: it is what its source says.
func TestRebuild(t *testing.T) {
	list := listed(t)
	if _, err := list.Module(); err != nil {
		t.Error(err)
	}
	if list.Go != runtime.Version() {
		t.Skipf("the module was built with %s, this is %s", list.Go, runtime.Version())
	}
	module, err := build(t.Context(), filepath.Join("..", "builtin"))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(module); hex.EncodeToString(sum[:]) != list.Digest || len(module) != list.Size {
		t.Error("the source makes another module: run make plugins")
	}
}

func listed(t *testing.T) wasmplugins.Dist {
	t.Helper()
	list, err := wasmplugins.List()
	if err != nil {
		t.Fatal(err)
	}
	return list
}
