//go:build linux || darwin

package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestFileSizeLimit: a limit on file sizes is told like a full disk.
func TestFileSizeLimit(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	w.sync()
	before := w.exported()
	w.write(sessions+"big.jsonl", chat("big", 1000, 2000))
	shared := snapshot(t, w.out)
	archive, err := os.Stat(filepath.Join(w.home, "archive.db"))
	must(t, err)
	grown := int(archive.Size()>>10) + 8 // enough for the archive as it is and a little more
	for _, kib := range []int{0, 8, 64, grown} {
		w.env["TEST_FILE_SIZE"] = strconv.Itoa(kib << 10)
		if got, message := w.syncAs(nil); got != "full" || !strings.Contains(message, w.home) {
			t.Errorf("limit of %d KiB: %q; %s", kib, got, message)
		}
		if w.exported() != before {
			t.Errorf("limit of %d KiB: the archive changed", kib)
		}
		wantSame(t, "shared files", filesOf(shared), filesOf(snapshot(t, w.out)))
	}
	delete(w.env, "TEST_FILE_SIZE")
	if got, message := w.syncAs(nil); got != "ok" {
		t.Errorf("without a limit: %q; %s", got, message)
	}
}

// TestNoSpaceToMakeAnew: an archive that is due to be made anew and finds no
// space stays as it is, and is made anew when there is some.
func TestNoSpaceToMakeAnew(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	w.write(sessions+"big.jsonl", chat("big", 1000, 1000))
	w.sync()
	before := w.exported()
	db := w.db(t)
	_, err := db.Exec("INSERT INTO meta VALUES('vacuum', 'due')")
	must(t, errors.Join(err, db.Close()))
	w.appendTo(mainFile, line(said("user", 50, "new")))
	for _, kib := range []int{0, 8, 64, 128} {
		w.env["TEST_FILE_SIZE"] = strconv.Itoa(kib << 10)
		if got, message := w.syncAs(nil); got != "full" || !strings.Contains(message, w.home) {
			t.Errorf("limit of %d KiB: %q; %s", kib, got, message)
		}
		if left, err := filepath.Glob(filepath.Join(w.home, "archive.db?*")); len(left) > 0 || err != nil || w.exported() != before {
			t.Errorf("limit of %d KiB: the archive changed, or left %q", kib, left)
		}
	}
	delete(w.env, "TEST_FILE_SIZE")
	if got, message := w.syncAs(nil); got != "ok" || w.exported() == before {
		t.Errorf("without a limit: %q; %s", got, message)
	}
}
