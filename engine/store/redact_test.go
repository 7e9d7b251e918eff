package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// masked is a redaction that knows one word, in any case, wherever it stands.
func masked() Redaction {
	ident := func(name string) string {
		for _, word := range []string{"xyzzy", "XYZZY"} {
			name = strings.ReplaceAll(name, word, "[W]")
		}
		return name
	}
	return Redaction{
		Text: func(text string, _ Numbers) (string, Counts) {
			masked := ident(text)
			if n := strings.Count(masked, "[W]") - strings.Count(text, "[W]"); n > 0 {
				return masked, Counts{"W/word": n}
			}
			return text, nil
		},
		Ident: ident,
		Place: func(p Place) Place {
			return Place{ident(p.Name), Cursor{ident(p.Cursor.Cursor), []byte(ident(string(p.Cursor.State)))}}
		},
	}
}

// redactAll redacts an archive again and returns how many messages changed.
func redactAll(t testing.TB, s *Store, r Redaction) (changed int) {
	t.Helper()
	write(t, s, func(b *Batch) {
		var err error
		if changed, err = b.Redact(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	})
	return changed
}

// from is msg with a channel and a sender.
func from(m session.Message, channel, sender string) session.Message {
	m.Channel, m.Sender = channel, sender
	return m
}

// TestRedactEverywhere plants a word in everything that people and sources
// can name. What a fresh archive would be is what is left.
func TestRedactEverywhere(t *testing.T) {
	fill := func(s *Store, ident func(string) string) {
		write(t, s, func(b *Batch) {
			for i, sid := range []string{"window-xyzzy", "plain"} {
				facts(t, b, session.Facts{Agent: ident("agent-xyzzy"), SessionID: ident(sid), Key: ident("agent:a:direct:xyzzy"), Channel: ident("at xyzzy"), Title: ident("about xyzzy")})
				tr := Transcript{ID: ident("file/" + sid + "/xyzzy"), Kind: "jsonl", Agent: ident("agent-xyzzy"), SessionID: ident(sid), Live: true}
				var all []session.Message
				for n := range 3 {
					m := from(msg(ident(fmt.Sprintf("e%d-xyzzy", n)), int64(n), 10*i+n, fmt.Sprintf("%d of %s: xyzzy", n, sid)), ident("chan-xyzzy"), ident([]string{"Mr xyzzy", "Mr XYZZY", "Ms"}[n]))
					m.Text = ident(m.Text)
					all = append(all, m)
				}
				put(t, b, tr, all...)
				if err := b.Mark(ident("place/xyzzy/"+sid), ident("of xyzzy")); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "archive.db")
	s := openAt(t, path, Options{})
	fill(s, func(name string) string { return name })
	if changed := redactAll(t, s, masked()); changed != 6 {
		t.Errorf("%d messages changed", changed)
	}
	checkTallies(t, s)
	fresh := openNew(t)
	fill(fresh, masked().Ident)
	all := func(s *Store) string {
		return dump(t, s, everything) + column(t, s, "SELECT name || ' ' || cursor FROM transcripts ORDER BY 1") +
			column(t, s, "SELECT name FROM names ORDER BY 1") + column(t, s, "SELECT agent || sid || key || channel || title FROM windows ORDER BY 1")
	}
	if got, want := all(s), all(fresh); got != want {
		t.Errorf("redacted again:\n%s\nwritten so:\n%s", got, want)
	}
	s.Close()
	s = openAt(t, path, Options{})
	data, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(bytes.ToLower(data), []byte("xyzzy")) || names(t, dir) != "archive.db" {
		t.Errorf("the word is left, or something beside the archive: %s", names(t, dir))
	}
	totals, err := s.Totals(context.Background())
	must(t, err)
	if totals.Redactions["W"] != 9 || totals.Rules["word"] != 9 {
		t.Errorf("totals %+v", totals)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// column is the one column of a query, a row a line.
func column(t testing.TB, s *Store, query string) string {
	t.Helper()
	var all strings.Builder
	must(t, each(context.Background(), s.pool, query, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		all.WriteString(line + "\n")
		return err
	}))
	return all.String()
}

// TestRedactClash: what two names have in common afterwards.
func TestRedactClash(t *testing.T) {
	s := openNew(t)
	sids := []string{"w-xyzzy", "w-XYZZY", "v"}
	write(t, s, func(b *Batch) {
		for i, sid := range sids {
			key := "agent:main:direct:" + strings.TrimPrefix(sid, "w-")
			facts(t, b, session.Facts{SessionID: sid, Key: key})
			put(t, b, live(sid),
				from(msg("e-xyzzy", 1, 10*i, "one of "+sid), "chan xyzzy", "Mr xyzzy"),
				from(msg("e-XYZZY", 2, 10*i+1, "two of "+sid), "chan XYZZY", "Mr XYZZY"),
				from(msg("twin", 3, 50, "in all windows"), "chan [W]", ""))
		}
	})
	redactAll(t, s, masked())
	checkTallies(t, s)
	for query, want := range map[string]string{
		"SELECT sid FROM windows ORDER BY id":                                                      "w-[W]\nw-[W]~2\nv\n",
		"SELECT name FROM transcripts ORDER BY id":                                                 "main/w-[W]\nmain/w-[W]~2\nmain/v\n",
		"SELECT key FROM sessions ORDER BY key":                                                    "agent:main:direct:[W]\nagent:main:direct:v\n",
		"SELECT name FROM names ORDER BY name":                                                     "Mr [W]\nchan [W]\n",
		"SELECT DISTINCT entry FROM messages ORDER BY entry":                                       "e-[W]\ne-[W]~2\ntwin\n",
		"SELECT count(*) FROM messages WHERE copy = 1":                                             "1\n", // of two windows that are one session now
		"SELECT sum(messages) FROM sessions":                                                       "8\n",
		"SELECT count(*) FROM messages m LEFT JOIN names n ON n.id = m.channel WHERE n.id IS NULL": "0\n",
	} {
		if got := column(t, s, query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	before := dump(t, s, everything)
	if changed := redactAll(t, s, masked()); changed != 0 || dump(t, s, everything) != before {
		t.Errorf("another time changes %d messages: %s", changed, dump(t, s, everything))
	}
	// A later read goes on with the older window, as a name that was there does.
	write(t, s, func(b *Batch) {
		put(t, b, live("w-[W]"), msg("later", 4, 60, "later"))
	})
	if got := texts(t, s, Filter{Key: "agent:main:direct:[W]", SessionID: "w-[W]"}, Page{}); !strings.HasSuffix(got, "in all windows later") {
		t.Errorf("got %q", got)
	}
}

// TestRedactTellsWhatChanged: only sessions of which something changed have
// another revision, and those count as rewritten.
func TestRedactTellsWhatChanged(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		for i, text := range []string{"plain", "with xyzzy", "said by somebody"} {
			facts(t, b, session.Facts{SessionID: fmt.Sprint("w", i), Key: fmt.Sprint("agent:main:", i)})
			put(t, b, live(fmt.Sprint("w", i)), from(msg("a", 1, i, text), "", []string{"Ms", "Ms", "xyzzy"}[i]))
		}
	})
	revisions := func() map[string][2]int64 {
		found := map[string][2]int64{}
		for one, err := range s.Latest(context.Background()) {
			must(t, err)
			found[one.Key] = [2]int64{one.Revision, one.Rewritten}
		}
		return found
	}
	before := revisions()
	if changed := redactAll(t, s, masked()); changed != 1 {
		t.Errorf("%d messages changed", changed)
	}
	for key, now := range revisions() {
		moved := now[0] > before[key][0] && now[1] == now[0]
		if want := key != "agent:main:0"; moved != want || !moved && now != before[key] {
			t.Errorf("session %s: %v, before %v", key, now, before[key])
		}
	}
}

func TestRedactedIsFound(t *testing.T) {
	s := openNew(t)
	for i := range 3 { // segments of which some are not touched
		write(t, s, func(b *Batch) {
			put(t, b, live(fmt.Sprint("w", i)), msg("a", 1, i, "before xyzzy behind"), msg("b", 2, i, "without it"))
		})
	}
	redactAll(t, s, masked())
	for query, want := range map[string]int{"xyzzy": 0, "[W]": 3, "behind": 3, "without": 3} {
		q, err := textindex.Parse(query)
		must(t, err)
		result, err := s.Search(context.Background(), q, SearchFilter{}, nil, 10)
		must(t, err)
		if len(result.Found) != want || result.Total != want {
			t.Errorf("%s: %d found of %d, want %d", query, len(result.Found), result.Total, want)
		}
	}
}

// TestRenew: of a text that was replaced the file keeps nothing, neither bytes
// nor words of the index, and what replaced it is found.
func TestRenew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	s := openAt(t, path, Options{})
	m := msg("x", 1, 1, "the old mill xyzzy")
	write(t, s, func(b *Batch) { put(t, b, live("w1"), m, msg("y", 2, 2, "something else")) })
	m.Text = "the old mill [W]"
	write(t, s, func(b *Batch) { put(t, b, live("w1"), m) })
	write(t, s, func(b *Batch) { must(t, b.Renew(context.Background())) })
	must(t, s.Close())
	s = openAt(t, path, Options{})
	data, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(bytes.ToLower(data), []byte("xyzzy")) {
		t.Error("the file holds the replaced text")
	}
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "the old mill [W] something else" {
		t.Errorf("archive has %q", got)
	}
	for query, want := range map[string]int{"mill": 1, "else": 1, "xyzzy": 0} {
		q, err := textindex.Parse(query)
		must(t, err)
		if result, err := s.Search(context.Background(), q, SearchFilter{}, nil, 10); err != nil || result.Total != want {
			t.Errorf("%q is found %d times, want %d: %v", query, result.Total, want, err)
		}
	}
}

// TestRedactInterrupted: wherever it stops, the archive is as before.
func TestRedactInterrupted(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		for n := range 20 {
			put(t, b, live(fmt.Sprint("w", n)), from(msg("a-xyzzy", 1, n, "some xyzzy"), "xyzzy", "xyzzy"))
		}
	})
	before := dump(t, s, everything)
	for n := range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		r, left := masked(), n
		text := r.Text
		r.Text = func(said string, number Numbers) (string, Counts) {
			if left--; left < 0 {
				cancel()
			}
			return text(said, number)
		}
		b, err := s.Begin(context.Background())
		must(t, err)
		_, err = b.Redact(ctx, r)
		if n < 19 && !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %d: %v", n, err)
		}
		must(t, b.Rollback())
		cancel()
		if got := dump(t, s, everything); got != before {
			t.Fatalf("stopped at %d: %s", n, got)
		}
		if due, err := s.Meta(context.Background(), vacuumMeta); due != "" || err != nil {
			t.Errorf("stopped at %d: the archive is due, %v", n, err)
		}
	}
}

// TestRedactItems: of a word that has to go nothing is left in what plugins found
// and remember, also where no plugin reads anew. What else they know stays.
func TestRedactItems(t *testing.T) {
	const word = "xyzzy"
	again := func(t *testing.T, s *Store) { redactAll(t, s, masked()) }
	putAnew := func(t *testing.T, s *Store) {
		m := msg("a", 1, 1, "some "+word)
		m.Text = "some [W]"
		write(t, s, func(b *Batch) { put(t, b, live("w1"), m) })
		write(t, s, func(b *Batch) { must(t, b.Renew(t.Context())) })
	}
	for _, c := range []struct {
		name   string
		said   session.Message
		title  string
		change func(t *testing.T, s *Store)
	}{
		{"text", msg("a", 1, 1, "some "+word), "", again},
		{"channel", from(msg("a", 1, 1, "some"), word, ""), "", again},
		{"sender", from(msg("a", 1, 1, "some"), "", word), "", again},
		{"entry", msg(word, 1, 1, "some"), "", again},
		{"title", msg("a", 1, 1, "some"), "about " + word, again},
		{"put together by the plugin", msg("a", 1, 1, "some"), "", again},
		{"text put anew", msg("a", 1, 1, "some "+word), "", putAnew},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "archive.db")
			s := openAt(t, path, Options{})
			it := found("of "+word, c.said.EntryID)
			it.Title, it.Evidence, it.Body, it.Resolves, it.Tags = "do "+word, word, "more of "+word, word, []string{"a", word}
			it.Channel, it.Sender = c.said.Channel, c.said.Sender
			write(t, s, func(b *Batch) {
				facts(t, b, session.Facts{SessionID: "w1", Key: mainKey, Title: c.title})
				facts(t, b, session.Facts{SessionID: "w2", Key: "agent:main:other"})
				put(t, b, live("w1"), c.said)
				put(t, b, live("w2"), msg("a", 1, 1, "nothing"))
			})
			write(t, s, func(b *Batch) {
				must(t, b.Extracted(Extraction{Plugin: plugin, Agent: "main", Key: mainKey, Revision: 1, Items: []session.Item{it}, State: []byte("of " + word)}))
				must(t, b.Extracted(Extraction{Plugin: "other", Agent: "main", Key: "agent:main:other", Revision: 1, Items: []session.Item{found("kept", "a")}, State: []byte("kept")}))
				must(t, b.Judge(session.Verdict{Item: session.ItemID(plugin, it.MessageID, it.Key), Status: session.StatusDone}))
			})
			c.change(t, s)
			must(t, s.Close())
			s = openAt(t, path, Options{})
			for query, want := range map[string]string{
				"SELECT key FROM items": "kept\n", "SELECT plugin FROM states": "other\n", "SELECT plugin FROM extractions": "other\n",
				"SELECT count(*) FROM verdicts": "1\n",
			} {
				if got := column(t, s, query); got != want {
					t.Errorf("%s: %q, want %q", query, got, want)
				}
			}
			if data, err := os.ReadFile(path); err != nil || bytes.Contains(data, []byte(word)) {
				t.Errorf("the word is left: %v", err)
			}
		})
	}
}

// TestOpenMakesAnew: an archive that is due loses what lies in free pages, and
// a file that a killed run left beside it.
func TestOpenMakesAnew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "archive.db")
	s := openAt(t, path, Options{})
	write(t, s, func(b *Batch) {
		put(t, b, live("w1"), msg("a", 1, 1, "one"), msg("b", 2, 2, strings.Repeat("xyzzy", 50)))
	})
	must(t, s.Close())
	raw(t, path, "DELETE FROM messages WHERE entry = 'b'; DELETE FROM search; DELETE FROM search_segments; INSERT INTO meta VALUES('"+vacuumMeta+"', 'due')")
	holds := func() bool {
		data, err := os.ReadFile(path)
		must(t, err)
		return bytes.Contains(data, []byte("xyzzy"))
	}
	openAt(t, path, Options{ReadOnly: true}).Close()
	if !holds() {
		t.Fatal("SQLite overwrites what it deletes by itself")
	}
	for _, name := range []string{".new-1", ".new-1-journal"} {
		must(t, os.WriteFile(path+name, []byte("half of a copy"), 0o600))
	}
	s = openAt(t, path, Options{})
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one" {
		t.Errorf("it holds %q", got)
	}
	if due, err := s.Meta(context.Background(), vacuumMeta); due != "" || err != nil {
		t.Errorf("it is still due: %v", err)
	}
	s.Close()
	if holds() || names(t, dir) != "archive.db" {
		t.Errorf("the bytes are left, or files: %s", names(t, dir))
	}
	info, err := os.Stat(path)
	must(t, err)
	openAt(t, path, Options{}).Close()
	if again, err := os.Stat(path); err != nil || !os.SameFile(info, again) {
		t.Errorf("it was made anew once more: %v", err)
	}
}

// TestFormat2 opens an archive as the version before left it, with counts by
// kind alone.
func TestFormat2(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	s := openAt(t, path, Options{})
	write(t, s, func(b *Batch) {
		w, err := b.Transcript(live("w1"))
		must(t, err)
		_, err = w.Put(msg("a", 1, 1, "[EMAIL] and xyzzy"), Counts{"EMAIL": 1})
		must(t, err)
	})
	must(t, s.Close())
	raw(t, path, "DROP TABLE numbers;"+dropPluginTables+"PRAGMA user_version = 2")
	s = openAt(t, path, Options{})
	redactAll(t, s, masked())
	totals, err := s.Totals(context.Background())
	must(t, err)
	if totals.Redactions.String() != "EMAIL:1,W:1" || totals.Rules.String() != "word:1" {
		t.Errorf("totals %+v", totals)
	}
	write(t, s, func(b *Batch) {
		w, err := b.Transcript(live("w1"))
		must(t, err)
		if n := w.Number("EMAIL", 7); n != 1 {
			t.Errorf("number %d", n)
		}
	})
}

// TestNumbers: by session and kind, in the order of asking, for good.
func TestNumbers(t *testing.T) {
	s := openNew(t)
	for round := range 2 {
		write(t, s, func(b *Batch) {
			for _, sid := range []string{"w1", "w2"} {
				w, err := b.Transcript(live(sid))
				must(t, err)
				for _, ask := range []struct {
					kind   string
					digest uint64
					want   int
				}{{"EMAIL", 1 << 63, 1}, {"EMAIL", 5, 2}, {"PHONE", 5, 1}, {"EMAIL", 1 << 63, 1}, {"EMAIL", 4, 3}} {
					if got := w.Number(ask.kind, ask.digest); got != ask.want {
						t.Errorf("round %d, %s: %s %d is %d, want %d", round, sid, ask.kind, ask.digest, got, ask.want)
					}
				}
			}
		})
	}
}

// TestNumbersMove: a window that moves takes its values along, its text follows,
// and what nobody numbered stays.
func TestNumbersMove(t *testing.T) {
	const key = "agent:main:main"
	s := openNew(t)
	say := func(b *Batch, sid, entry string, seconds int, digests ...uint64) {
		w, err := b.Transcript(live(sid))
		must(t, err)
		text := "nobody's [EMAIL#9] [Email#1]"
		for _, digest := range digests {
			text += fmt.Sprintf(" [EMAIL#%d]", w.Number("EMAIL", digest))
		}
		_, err = w.Put(msg(entry, int64(seconds), seconds, text), nil)
		must(t, err)
	}
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: key})
		say(b, "w1", "a", 1, 11, 12)
		say(b, "w2", "b", 2, 13, 12)
		say(b, "w2", "c", 3, 14, 13)
	})
	write(t, s, func(b *Batch) {
		say(b, "w2", "d", 4, 15) // in the batch that moves it
		facts(t, b, session.Facts{SessionID: "w2", Key: key})
		say(b, "w2", "e", 5, 14, 11)
	})
	const nobody = "nobody's [EMAIL#9] [Email#1] "
	want := nobody + "[EMAIL#1] [EMAIL#2] " + nobody + "[EMAIL#3] [EMAIL#2] " + nobody + "[EMAIL#4] [EMAIL#3] " + nobody + "[EMAIL#5] " + nobody + "[EMAIL#4] [EMAIL#1]"
	if got := texts(t, s, Filter{Key: key}, Page{}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := column(t, s, "SELECT count(*) FROM numbers WHERE session NOT IN (SELECT id FROM sessions)"); got != "0\n" {
		t.Errorf("%s numbers of a session that is gone", got)
	}
	q, err := textindex.Parse(`"EMAIL#5"`)
	must(t, err)
	if result, err := s.Search(context.Background(), q, SearchFilter{}, nil, 10); err != nil || result.Total != 1 {
		t.Errorf("%d found, %v", result.Total, err)
	}
}
