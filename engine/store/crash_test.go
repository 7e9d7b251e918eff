package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// crashWriter names the archive that a re-executed test binary writes to until
// it is killed, crashRedactor one that it redacts again.
const (
	crashWriter   = "STORE_TEST_CRASH_WRITER"
	crashRedactor = "STORE_TEST_CRASH_REDACTOR"
)

// perBatch is how many messages a batch of the crashing writer has.
const perBatch = 25

func TestMain(m *testing.M) {
	for mode, work := range map[string]func(path string) error{crashWriter: writeForever, crashRedactor: redactSlowly} {
		path := os.Getenv(mode)
		if path == "" {
			continue
		}
		if err := work(path); err != nil {
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
		if err := extractDue(ctx, s); err != nil {
			return err
		}
	}
}

// extractDue keeps an item for each message that is due, with a line for each
// step.
func extractDue(ctx context.Context, s *Store) error {
	due, err := s.Due(ctx, plugin, "1")
	if err != nil {
		return err
	}
	b, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	for _, d := range due {
		x := Extraction{Plugin: plugin, Version: "1", Agent: d.Session.Agent, Key: d.Session.Key, Revision: d.Session.Revision,
			Seen: d.Session.Messages, State: []byte(fmt.Sprint(d.Session.Messages)), Anew: d.Anew}
		for n := d.Seen; n < d.Session.Messages; n++ {
			x.Items = append(x.Items, found(fmt.Sprint(n), fmt.Sprint(n)))
		}
		if err := b.Extracted(x); err != nil {
			return err
		}
		fmt.Println("extracted")
	}
	return b.Commit(ctx)
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
		confirmed += killAfter(t, exe, crashWriter+"="+path, 1+r.IntN(120))
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
		checkExtracted(t, s, n)
		s.Close()
	}
}

// checkExtracted: what a killed plugin run left belongs together, and no item is
// of a message that it did not read.
func checkExtracted(t *testing.T, s *Store, messages int) {
	t.Helper()
	seen := messages
	if due := dueFor(t, s, plugin, "1"); len(due) > 0 {
		seen = due[0].Seen
	}
	state, err := s.PluginState(t.Context(), plugin, "main", session.UnknownKey("main", "w1"))
	must(t, err)
	remembered := ""
	if seen > 0 {
		remembered = fmt.Sprint(seen)
	}
	if items := len(itemsOf(t, s, ItemFilter{})); items != seen || string(state) != remembered {
		t.Fatalf("%d items, state %q, %d of %d messages seen", items, state, seen, messages)
	}
}

// killAfter starts the writer, kills it after it printed so many lines and
// returns how many commits it confirmed.
func killAfter(t *testing.T, exe, mode string, lines int) int {
	t.Helper()
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), mode)
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

// redactSlowly redacts an archive again and makes it anew, with a line for each
// message and step.
func redactSlowly(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	b, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	r := masked()
	text := r.Text
	r.Text = func(said string, number Numbers) (string, Counts) {
		fmt.Println("redacting")
		return text(said, number)
	}
	if _, err := b.Redact(ctx, r); err != nil {
		return err
	}
	fmt.Println("redacted")
	if err := b.Commit(ctx); err != nil {
		return err
	}
	fmt.Println("committed")
	if err := s.Close(); err != nil {
		return err
	}
	s, err = Open(ctx, path, Options{})
	fmt.Println("anew")
	return errors.Join(err, s.Close())
}

// TestKillRedaction kills it at many steps: all messages are as before or all
// are redacted, and the next time nothing is left. The archive is larger than
// what SQLite keeps in memory, so that it is written to before the commit.
func TestKillRedaction(t *testing.T) {
	const messages = 24
	exe, err := os.Executable()
	must(t, err)
	template := filepath.Join(t.TempDir(), "archive.db")
	s := openAt(t, template, Options{})
	r := rand.New(rand.NewPCG(9, 9))
	write(t, s, func(b *Batch) {
		for n := range messages {
			noise := make([]byte, 256<<10)
			for i := range noise {
				noise[i] = byte('0' + r.IntN(40)) // no bracket
			}
			put(t, b, live("w1"), msg(fmt.Sprint("e", n), int64(n), n, "xyzzy "+string(noise)))
		}
	})
	must(t, s.Close())
	whole, err := os.ReadFile(template)
	must(t, err)
	for _, lines := range []int{1, messages, messages + 1, messages + 2} {
		path := filepath.Join(t.TempDir(), "archive.db")
		must(t, os.WriteFile(path, whole, 0o600))
		committed := killAfter(t, exe, crashRedactor+"="+path, lines)
		s := openAt(t, path, Options{ReadOnly: true})
		found := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{})
		before, after := strings.Count(found, "xyzzy"), strings.Count(found, "[W]")
		if before+after != messages || before > 0 && after > 0 || committed > 0 && before > 0 {
			t.Errorf("killed after %d lines: %d messages as before, %d redacted", lines, before, after)
		}
		must(t, s.Close())
		s = openAt(t, path, Options{})
		redactAll(t, s, masked())
		must(t, s.Close())
		openAt(t, path, Options{}).Close()
		if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "xyzzy") || names(t, filepath.Dir(path)) != "archive.db" {
			t.Errorf("killed after %d lines: the word is left, or something beside %s, %v", lines, names(t, filepath.Dir(path)), err)
		}
	}
}
