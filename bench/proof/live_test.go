package proof

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// writer is OpenClaw at work: it writes into transcripts and into a database.
type writer struct {
	files *transcripts
	rows  *rows
	late  time.Duration // the most a message was behind its time
}

// TestLive: while syncs run, a writer never fails; what it wrote is archived
// once, whole and in order.
func TestLive(t *testing.T) {
	w := newWorld(t)
	x := newWriter(t, w.state)
	ended := make(chan error, 1)
	go func() { ended <- x.write(int(duration.Seconds() * float64(*rate))) }()

	syncs, looks, codes := 0, 0, map[string]int{}
	for running := true; running; {
		got := w.run("sync", "--json")
		for _, code := range skipCodes(t, got) {
			codes[code]++
		}
		if syncs++; syncs%5 == 0 {
			looks++
			w.checkTold(nil)
		}
		select {
		case err := <-ended:
			must(t, err)
			running = false
		default:
		}
	}
	w.sync()
	want := x.told()
	w.checkTold(want)
	w.checkSettled()
	said := 0
	for _, numbers := range want {
		said += len(numbers)
	}
	t.Logf("%d messages in %d sessions, %d syncs meanwhile, %d exports looked at; skipped meanwhile: %v", said, len(want), syncs, looks, codes)
	t.Logf("transcripts: %d, %d resets, %d lines in two parts", len(x.files.chats), x.files.resets, x.files.halves)
	t.Logf("database: %d sessions, %d checkpoints (%d held up by a reader), %d restarts", len(x.rows.chats), x.rows.checkpoints, x.rows.blocked, x.rows.restarts)
	t.Logf("the writer never failed; slowest insert %v, slowest checkpoint %v, most behind its time %v",
		x.rows.slowest.Round(time.Millisecond), x.rows.slowestCheck.Round(time.Millisecond), x.late.Round(time.Millisecond))
}

// newWriter makes a state with a database, one of a real release where there
// is one beside the repository.
func newWriter(t *testing.T, state string) *writer {
	t.Helper()
	const real = "../../../shared/states/openclaw-2026.9.6"
	if _, err := os.Stat(real); err == nil {
		must(t, os.CopyFS(state, os.DirFS(real)))
	}
	random := rand.New(rand.NewPCG(*seed, 2))
	files := &transcripts{dir: filepath.Join(state, "agents", "files", "sessions"), random: random, index: object{}}
	database := filepath.Join(state, "agents", "main", "agent", "openclaw-agent.sqlite")
	must(t, os.MkdirAll(files.dir, 0o700))
	must(t, os.MkdirAll(filepath.Dir(database), 0o700))
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	must(t, err)
	r := &rows{path: filepath.ToSlash(database), random: random, packer: packer}
	must(t, r.open())
	t.Cleanup(func() { r.db.Close(); packer.Close() })
	return &writer{files: files, rows: r}
}

// write says so many messages, each when it is due.
func (x *writer) write(messages int) error {
	start := time.Now()
	for n := range messages {
		x.late = max(x.late, pace(start, n))
		say := x.rows.write
		if n%2 == 1 {
			say = x.files.write
		}
		if err := say(n); err != nil {
			return fmt.Errorf("message %d: %w", n, err)
		}
	}
	return x.files.stop()
}

// pace waits until message n is due and returns how late it is already.
func pace(start time.Time, n int) (late time.Duration) {
	due := start.Add(time.Duration(n) * time.Second / time.Duration(*rate))
	<-time.After(time.Until(due))
	return time.Since(due)
}

// told is what was written, by session key.
func (x *writer) told() map[string][]int {
	all := map[string][]int{}
	for _, c := range x.files.chats {
		all[c.key] = c.told
	}
	for _, c := range x.rows.chats {
		all[c.key] = c.told
	}
	return all
}

// skipCodes are the reasons for which a sync left something unread. It must not
// fail.
func skipCodes(t *testing.T, got answer) []string {
	t.Helper()
	var told struct{ Skipped []struct{ Code string } }
	if err := json.Unmarshal([]byte(got.stdout), &told); err != nil || got.exit != exitDone && got.exit != exitSkipped {
		t.Errorf("sync beside the writer: %s", got)
	}
	var codes []string
	for _, s := range told.Skipped {
		codes = append(codes, s.Code)
	}
	return codes
}

// writtenHere tells the sessions of the writer from those that came with the
// database of a real release. Before its key is known a transcript has its id.
func writtenHere(key string) bool {
	return strings.Contains(key, ":direct:user") || strings.Contains(key, ":direct:row") || strings.Contains(key, sessionID(0)[8:])
}

// checkTold checks that the archive holds no half message, none twice and each
// session in order; and, when it is given, all that was written.
func (w *world) checkTold(want map[string][]int) {
	w.t.Helper()
	export := w.run("export", "--all", "--format", "json")
	d, err := parse(export.stdout)
	if err != nil || export.exit != exitDone {
		w.t.Fatalf("export: %v; %s", err, export)
	}
	got, seen := map[string][]int{}, map[int]bool{}
	for _, s := range d.Sessions {
		if !writtenHere(s.Key) {
			continue
		}
		for _, m := range s.Messages {
			n, whole := number(m.Content)
			if !whole || seen[n] {
				w.t.Errorf("message %q of session %q is not whole or there twice: %q", m.ID, s.Key, brief(m.Content))
			}
			seen[n] = true
			got[s.Key] = append(got[s.Key], n)
		}
		if !slices.IsSorted(got[s.Key]) {
			w.t.Errorf("session %q is out of order", s.Key)
		}
	}
	for key, numbers := range want {
		if !slices.Equal(got[key], numbers) {
			w.t.Errorf("session %q holds %d messages, %d were written", key, len(got[key]), len(numbers))
		}
	}
}
