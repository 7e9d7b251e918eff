package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// crashWriter names the archive that a re-executed test binary writes to until
// it is killed.
const crashWriter = "STORE_TEST_CRASH_WRITER"

// perBatch is how many messages a batch of the crashing writer has.
const perBatch = 25

func TestMain(m *testing.M) {
	if path := os.Getenv(crashWriter); path != "" {
		if err := writeForever(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever commits batch after batch and prints a line for each step.
func writeForever(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	c, err := s.Cursor(ctx, "main/w1")
	if err != nil {
		return err
	}
	n := 0
	fmt.Sscan(c.Cursor, &n)
	for {
		b, err := s.Begin(ctx)
		if err != nil {
			return err
		}
		tr := live("w1")
		tr.Resumed = n > 0
		w, err := b.Transcript(tr)
		if err != nil {
			return err
		}
		for range perBatch {
			n++
			m := msg(fmt.Sprintf("%08x", n), int64(n), n, strings.Repeat(fmt.Sprintf("text %d ", n), 100))
			if _, err := w.Put(m, nil); err != nil {
				return err
			}
			fmt.Println("put")
		}
		if err := w.End(fmt.Sprint(n), nil); err != nil {
			return err
		}
		if err := b.Commit(ctx); err != nil {
			return err
		}
		fmt.Println("committed")
	}
}

// TestKill kills a writer at random steps: the archive must hold whole batches
// with the cursor that belongs to them, and nothing that was confirmed is lost.
func TestKill(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "archive.db")
	r := rand.New(rand.NewPCG(5, 6))
	confirmed := 0
	for range 12 {
		confirmed += killAfter(t, exe, path, 1+r.IntN(120))
		s := openAt(t, path, Options{ReadOnly: true})
		c, err := s.Cursor(context.Background(), "main/w1")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		fmt.Sscan(c.Cursor, &n)
		totals, err := s.Totals(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if totals.Messages != n || n%perBatch != 0 {
			t.Fatalf("%d messages, cursor at %d", totals.Messages, n)
		}
		if n < confirmed*perBatch {
			t.Fatalf("%d messages, but %d batches were confirmed", n, confirmed)
		}
		confirmed = n / perBatch // a commit may be done and not yet confirmed
		var verdict string
		if err := s.pool.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("integrity: %s, %v", verdict, err)
		}
		checkTallies(t, s)
		s.Close()
	}
}

// killAfter starts the writer, kills it after it printed so many lines and
// returns how many commits it confirmed.
func killAfter(t *testing.T, exe, path string, lines int) int {
	t.Helper()
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), crashWriter+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	commits := 0
	for in := bufio.NewScanner(out); in.Scan(); {
		if in.Text() == "committed" {
			commits++
		}
		if lines--; lines == 0 {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	return commits
}
