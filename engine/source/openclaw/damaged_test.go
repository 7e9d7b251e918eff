package openclaw

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestDamagedPages overwrites one page after the other: the sessions that are
// not on it are still read, and what is missing is named.
func TestDamagedPages(t *testing.T) {
	const sessions, rows = 12, 6
	st := newState(t)
	d := st.database(agentDB, "PRAGMA page_size = 1024;"+schema23)
	for s := range sessions {
		id := fmt.Sprintf("s%02d", s)
		d.exec("INSERT INTO session_windows (session_id, session_key) VALUES (?, ?)", id, "k"+id)
		d.events(id, 0, header(id))
		for seq := 1; seq <= rows; seq++ {
			d.events(id, seq, user(fmt.Sprint(seq), strings.Repeat("text ", 60)))
		}
		d.generation(id, gen)
	}
	d.close()
	whole, err := os.ReadFile(st.path(agentDB))
	if err != nil {
		t.Fatal(err)
	}
	count := func(rec *recorder) (n int) {
		for _, entries := range rec.entries {
			n += len(entries)
		}
		return n
	}
	full := count(st.read(newRecorder()))
	if full != sessions*(rows+1) {
		t.Fatalf("read %d entries", full)
	}
	pages, mostlyRead := len(whole)/1024, 0
	for page := 1; page < pages; page++ { // the first one holds the header
		damaged := bytes.Clone(whole)
		copy(damaged[page*1024:], bytes.Repeat([]byte{0xA5}, 1024))
		if err := os.WriteFile(st.path(agentDB), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		st.age()
		rec := st.read(newRecorder())
		n := count(rec)
		if n < full && len(rec.skips) == 0 {
			t.Errorf("page %d: read %d of %d entries and named nothing", page, n, full)
		}
		if n >= full-3*(rows+1) {
			mostlyRead++
		}
		again := rec.skipped()
		compare(t, "skips again", st.read(rec).skipped(), again)
	}
	if mostlyRead < pages*3/4 {
		t.Errorf("only %d of %d damaged pages left most sessions readable", mostlyRead, pages)
	}
}

func TestDamagedDatabase(t *testing.T) {
	build := func(t *testing.T) *state {
		st := newState(t)
		d := st.database(agentDB, schema23)
		d.events("s1", 0, header("s1"), user("1", "a"))
		for i := range 300 {
			d.events("s2", i, user(fmt.Sprint(i), strings.Repeat("x", 100)))
		}
		d.close()
		return st
	}
	for _, c := range []struct {
		name   string
		damage func(st *state)
		texts  []string
		want   []string
	}{
		{"foreign write-ahead log", func(st *state) { st.raw(agentDB+"-wal", strings.Repeat("foreign", 1000)) }, []string{"a"}, []string{"bad-wal " + dbID + " x1"}},
		{"write-ahead log cut in its header", func(st *state) { st.raw(agentDB+"-wal", "7\x7f\x06\x82") }, []string{"a"}, []string{"bad-wal " + dbID + " x1"}},
		{"empty write-ahead log", func(st *state) { st.raw(agentDB+"-wal", "") }, []string{"a"}, nil},
		{"cut in the first page", func(st *state) { truncate(st, 1000) }, nil, []string{"bad-database " + dbID + " x1 fatal"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := build(t)
			c.damage(st)
			st.age()
			rec := st.read(newRecorder())
			compare(t, "texts", rec.texts(dbID+"#s1"), c.texts)
			compare(t, "skips", rec.skipped(), c.want)
		})
	}
	t.Run("cut in the middle", func(t *testing.T) {
		st := build(t)
		info, err := os.Stat(st.path(agentDB))
		if err != nil {
			t.Fatal(err)
		}
		truncate(st, info.Size()/2/4096*4096)
		st.age()
		rec := st.read(newRecorder())
		if len(rec.skips) == 0 || !strings.HasPrefix(rec.skipped()[0], "bad-database") {
			t.Errorf("skips %q", rec.skipped())
		}
	})
}

func truncate(st *state, size int64) {
	st.t.Helper()
	if err := os.Truncate(st.path(agentDB), size); err != nil {
		st.t.Fatal(err)
	}
}

func TestDatabaseLeavesNoTrace(t *testing.T) {
	st := newState(t)
	d := st.database(agentDB, schema23+"PRAGMA journal_mode = WAL;")
	d.events("s1", 0, header("s1"), user("1", "a"))
	before := snapshotOf(t, st.dir)
	rec := st.read(newRecorder())
	compare(t, "texts", rec.texts(dbID+"#s1"), []string{"a"})
	if after := snapshotOf(t, st.dir); !reflect.DeepEqual(after, before) {
		t.Errorf("before %v\nafter %v", before, after)
	}
}

// snapshotOf lists the files of a directory with size, time and contents. The
// -shm is SQLite's shared memory, which every reader touches.
func snapshotOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		files[path] = ""
		if strings.HasSuffix(path, "-shm") {
			return nil
		}
		data, err := os.ReadFile(path)
		files[path] = fmt.Sprint(info.Size(), info.ModTime(), hexSum(string(data)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
