package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the children that a measurement starts: a
// floor, and a session-sync that finds nothing new.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "floor", "patterns", "builtin":
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		case "sync":
			fmt.Println(`{"new_messages":0}`)
			os.Exit(0)
		case "search":
			fmt.Println(`{"total":3}`)
			os.Exit(0)
		case "fail":
			fmt.Fprintln(os.Stderr, "the reason")
			os.Exit(3)
		}
	}
	os.Exit(m.Run())
}

// withTestBinary is a bench whose programs are the test binary.
func withTestBinary(t *testing.T) (*bench, place) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &bench{self: self, binary: self, samples: map[string][]sample{}}, place{t.TempDir(), t.TempDir()}
}

func TestSyncThatDidOtherWorkIsRefused(t *testing.T) {
	b, p := withTestBinary(t)
	if err := b.sync(t.Context(), p, "w", floorStat, someNew); err == nil || len(b.samples["w"]) != 0 {
		t.Errorf("counted a sync that found nothing: %v", err)
	}
	if err := b.sync(t.Context(), p, "w", floorStat, noneNew); err != nil || len(b.samples["w"]) != 1 {
		t.Errorf("%d samples, %v", len(b.samples["w"]), err)
	}
	if got := len(b.samples[floorWork(floorStat)]); got != 2 {
		t.Errorf("%d samples of the floor, want 2", got)
	}
}

func TestAsk(t *testing.T) {
	b, p := withTestBinary(t)
	if err := b.ask(t.Context(), p, "w", "search", "x"); err != nil {
		t.Fatal(err)
	}
	if s := b.samples["w"][0]; s.value != 3 || s.wall == 0 {
		t.Errorf("got %+v", s)
	}
	err := b.ask(t.Context(), p, "w", "fail")
	if err == nil || !strings.Contains(err.Error(), "exit status 3: the reason") {
		t.Errorf("got %v", err)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want error
	}{
		{"nothing", nil, nil},
		{"all flags", []string{"-quick", "-runs", "5", "-dir", "d", "-generator", "g", "-redaction", "r", "-json"}, nil},
		{"help", []string{"-h"}, flag.ErrHelp},
		{"unknown flag", []string{"-fast"}, errUsage},
		{"no rounds", []string{"-runs", "0"}, errUsage},
		{"operand", []string{"jsonl"}, errUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			if _, err := parse(c.args, io.Discard); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"help", []string{"-h"}, 0},
		{"wrong usage", []string{"-runs", "x"}, 2},
		{"unknown floor", []string{"floor", "none", "."}, 2},
		{"floor without a directory", []string{"floor", "read"}, 2},
		{"floor of nothing", []string{"floor", "read", filepath.Join(t.TempDir(), "none")}, 1},
		{"builtin without a cache", []string{"builtin"}, 2},
		{"patterns of a file", []string{"patterns", "text.txt"}, 2},
		{"no generator", []string{"-dir", t.TempDir(), "-generator", t.TempDir()}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir("..")
			if got := run(t.Context(), c.args, strings.NewReader(""), io.Discard, io.Discard); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestWorksHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range works() {
		if seen[w.name] {
			t.Errorf("%q stands twice in the table", w.name)
		}
		seen[w.name] = true
	}
}

// TestWhole measures small corpora and looks at everything but the figures.
func TestWhole(t *testing.T) {
	generator := filepath.Join("..", "..", "shared", "corpus")
	if _, err := os.Stat(generator); err != nil {
		t.Skip("no corpus generator beside the checkout")
	}
	o := options{
		root: "..", dir: t.TempDir(), generator: generator, runs: 1,
		files:     corpus{era: "jsonl", bytes: "1M", sessions: 20},
		database:  corpus{era: "sqlite", bytes: "500K", sessions: 10},
		redaction: filepath.Join("..", "..", "shared", "redaction-bench"), chatMB: 1,
	}
	r, err := measure(t.Context(), o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	wantLeft := []string{"chat-1M.txt", "jsonl-1M-20", "sqlite-500K-10"}
	if r.ChatMB == 0 { // this machine can't make any
		wantLeft = wantLeft[1:]
	}
	for _, row := range r.Rows {
		if strings.HasPrefix(row.Work, "search ") || r.ChatMB == 0 && slices.Contains([]string{workPatterns, workRedact, workRedactRatio}, row.Work) {
			continue
		}
		if row.CPUMS+row.PeakMB+row.Value+row.Ratio == 0 {
			t.Errorf("nothing was measured for %q", row.Work)
		}
		if row.Met == nil && row.Goal != "" {
			t.Errorf("%q has a goal and no judgement", row.Work)
		}
	}
	var left []string
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if !slices.Equal(left, wantLeft) {
		t.Errorf("left behind: %q, want %q", left, wantLeft)
	}
	var table, asJSON bytes.Buffer
	if err := errors.Join(r.printTable(&table), r.printJSON(&asJSON)); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(table.String(), "\n"), len(works())+4; got != want {
		t.Errorf("the table has %d lines, want %d", got, want)
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := measure(ctx, options{root: "..", dir: dir, runs: 1}, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestDuplicateAndAge(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	now := time.Now()
	old := now.Add(-48 * time.Hour).Truncate(time.Second)
	for name, modified := range map[string]time.Time{"old.jsonl": old, "new.jsonl": now} {
		path := filepath.Join(from, "agents", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(name), 0o600), os.Chtimes(path, modified, modified)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(duplicate(from, to), age(to)); err != nil {
		t.Fatal(err)
	}
	for name, latest := range map[string]time.Time{"old.jsonl": old, "new.jsonl": now.Add(-time.Hour)} {
		path := filepath.Join(to, "agents", name)
		data, err := os.ReadFile(path)
		if err != nil || string(data) != name {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		info, err := os.Stat(path)
		if err != nil || info.ModTime().After(latest) {
			t.Errorf("%s: modified at %v, want %v at the latest; %v", name, info.ModTime(), latest, err)
		}
	}
	if info, err := os.Stat(filepath.Join(to, "agents", "old.jsonl")); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("an old file has another time: %v, %v", info.ModTime(), err)
	}
	if bytes, err := size(to); err != nil || bytes != int64(len("old.jsonl")+len("new.jsonl")) {
		t.Errorf("size %d, %v", bytes, err)
	}
}
