//go:build linux || darwin

package engine_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/smallccwc/chronosync/engine/source"
)

func TestNoFiles(t *testing.T) {
	const all = 12
	odd := sessions + "odd.jsonl"
	for _, c := range []spoilt{
		{"FIFO", func(w *world) { must(w.t, syscall.Mkfifo(w.path(odd), 0o600)) }, reason(source.ReasonNotRegular), all, false},
		{"FIFO as index", func(w *world) {
			must(w.t, os.Remove(w.path(sessions+"sessions.json")))
			must(w.t, syscall.Mkfifo(w.path(sessions+"sessions.json"), 0o600))
		}, reason(source.ReasonNotRegular), all, false},
		{"device", func(w *world) {
			const null = 1<<8 | 3
			if err := syscall.Mknod(w.path(odd), syscall.S_IFCHR|0o666, null); err != nil {
				w.t.Skip("devices can't be made here")
			}
		}, reason(source.ReasonNotRegular), all, false},
		{"directory", func(w *world) { mkdir(w.t, w.path(odd)) }, reason(source.ReasonNotRegular), all, false},
		{"link that leads outside", func(w *world) {
			writeFile(w.t, filepath.Join(w.root, "private.jsonl"), chat("private", 60, 2))
			link(w.t, filepath.Join(w.root, "private.jsonl"), w.path(odd))
		}, reason(source.ReasonOutside), all, false},
		{"link that stays inside", func(w *world) {
			w.write("moved/odd.jsonl", chat("odd", 60, 2))
			link(w.t, "../../../moved/odd.jsonl", w.path(odd))
		}, nil, all + 2, false},
		{"broken link", func(w *world) { link(w.t, "nowhere", w.path(odd)) }, reason(source.ReasonVanished), all, false},
		{"agent directory that leads outside", func(w *world) {
			mkdir(w.t, filepath.Join(w.root, "elsewhere", "sessions"))
			writeFile(w.t, filepath.Join(w.root, "elsewhere", "sessions", "x.jsonl"), chat("x", 60, 2))
			link(w.t, filepath.Join(w.root, "elsewhere"), w.path("agents/elsewhere"))
		}, reason(source.ReasonOutside), all, false},
		{"file in the place of a directory", func(w *world) {
			w.write("agents/file/sessions", "x")
		}, reason(source.ReasonNotRegular), all, false},
	} {
		c.check(t, jsonlState)
	}
}
