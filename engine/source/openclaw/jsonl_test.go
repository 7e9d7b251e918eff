package openclaw

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/source"
)

const live = "agents/main/sessions/s1.jsonl"

func packed(t testing.TB, content string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return string(w.EncodeAll([]byte(content), nil))
}

func lines(list ...string) string { return strings.Join(list, "\n") + "\n" }

func TestTranscriptFile(t *testing.T) {
	for _, c := range []struct {
		name, content string
		texts, skips  []string
	}{
		{"plain", lines(header("s1"), user("1", "a"), reply("2", "b")), []string{"a", "b"}, nil},
		{"CR LF", strings.ReplaceAll(lines(header("s1"), user("1", "a")), "\n", "\r\n"), []string{"a"}, nil},
		{"byte order mark", "\uFEFF" + lines(header("s1"), user("1", "a")), []string{"a"}, nil},
		{"blank lines", "\n" + lines(header("s1"), "", " ", user("1", "a")) + "\n\n", []string{"a"}, nil},
		{"no line feed at the end", header("s1") + "\n" + user("1", "a"), []string{"a"}, nil},
		{"a write in progress", lines(header("s1"), user("1", "a")) + user("2", "b")[:50], []string{"a"}, nil},
		{"bad lines in the middle", lines(header("s1"), "x", user("1", "a"), "{", user("2", "b")), []string{"a", "b"}, []string{"bad-json main/sessions/s1.jsonl:2 x2"}},
		{"NUL bytes", lines(header("s1"), "\x00\x00\x00", user("1", "a")), []string{"a"}, []string{"bad-json main/sessions/s1.jsonl:2 x1"}},
		{"no header", lines(user("1", "a")), []string{"a"}, nil},
		{"bad header", lines(header("s1")[:20], user("1", "a")), []string{"a"}, []string{"bad-json main/sessions/s1.jsonl:1 x1"}},
		{"nothing", "", nil, nil},
		{"only blank lines", "\n\n", nil, nil},
		{"too deep", lines(header("s1"), strings.Repeat("[", 5000), user("1", "a")), []string{"a"}, []string{"too-deep main/sessions/s1.jsonl:2 x1"}},
		{"no event", lines(header("s1"), `{"type":"message"}`), nil, []string{"bad-event main/sessions/s1.jsonl:2 x1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.raw(live, c.content)
			rec := st.read(newRecorder())
			compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), c.texts)
			compare(t, "skips", rec.skipped(), c.skips)
			got := rec.transcripts["main/sessions/s1.jsonl"]
			want := source.Transcript{ID: "main/sessions/s1.jsonl", Kind: source.KindOrphan, Agent: "main", SessionID: "s1"}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			// Whatever it was, it is the same the next time.
			skips := rec.skipped()
			st.age()
			compare(t, "skips again", st.read(rec).skipped(), skips)
			compare(t, "skips of an unchanged file", st.read(rec).skipped(), skips)
			if len(rec.begun) != 0 {
				t.Errorf("opened %q although nothing changed", rec.begun)
			}
		})
	}
}

func TestArchiveFiles(t *testing.T) {
	whole := lines(header("s1"), user("1", "a"), user("2", "b"))
	zipped := packed(t, strings.Repeat(" ", 300_000)+"\n"+whole)
	for _, c := range []struct {
		name, file, content string
		kind                source.Kind
		texts, skips        []string
	}{
		{"reset", "x.jsonl.reset." + stampMS, whole, source.KindReset, []string{"a", "b"}, nil},
		{"deleted", "x.jsonl.deleted." + stampMS, whole, source.KindDeleted, []string{"a", "b"}, nil},
		{"import", "agent_main_main.x.jsonl.imported-5", whole, source.KindImport, []string{"a", "b"}, nil},
		{"checkpoint", "x.checkpoint.1-2.jsonl", whole, source.KindBackup, []string{"a", "b"}, nil},
		{"compressed", "x.jsonl.reset." + stampMS + ".zst", packed(t, whole), source.KindReset, []string{"a", "b"}, nil},
		{"cut", "x.jsonl.reset." + stampMS, whole[:len(whole)-20], source.KindReset, []string{"a"}, []string{"cut-archive main/sessions/%s:3 x1"}},
		{"cut leftover", "x.jsonl.migrated", whole[:len(whole)-20], source.KindBackup, []string{"a"}, []string{"cut-archive main/sessions/%s:3 x1 note"}},
		{"compressed and cut", "x.jsonl.reset." + stampMS + ".zst", zipped[:len(zipped)-30], source.KindReset, nil, []string{"cut-archive main/sessions/%s:1 x1"}},
		{"compressed and damaged", "x.jsonl.deleted." + stampMS + ".zst", zipped[:20] + "damage" + zipped[26:], source.KindDeleted, nil, []string{"bad-zstd main/sessions/%s:1 x1"}},
		{"compressed, with a wrong checksum", "x.jsonl.reset.1.zst", flip(packed(t, whole), -2), source.KindReset, nil, []string{"bad-zstd main/sessions/%s:1 x1"}},
		{"compressed, then garbage", "x.jsonl.reset.1.zst", packed(t, whole) + "garbage", source.KindReset, []string{"a", "b"}, []string{"bad-zstd main/sessions/%s:4 x1"}},
		{"not compressed at all", "x.jsonl.zst", whole, source.KindReset, nil, []string{"bad-zstd main/sessions/%s:1 x1"}},
		{"compressed nothing", "x.jsonl.zst", "", source.KindReset, nil, []string{"cut-archive main/sessions/%s:1 x1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.raw("agents/main/sessions/"+c.file, c.content)
			id := "main/sessions/" + c.file
			for i := range c.skips {
				c.skips[i] = fmt.Sprintf(c.skips[i], c.file)
			}
			rec := st.read(newRecorder())
			compare(t, "texts", rec.texts(id), c.texts)
			compare(t, "skips", rec.skipped(), c.skips)
			got := rec.transcripts[id]
			if got.Kind != c.kind || got.Deleted != (c.kind == source.KindDeleted) || len(c.texts) > 0 && got.SessionID != "s1" {
				t.Errorf("got %+v", got)
			}
			st.age()
			st.read(rec)
			compare(t, "skips of an unchanged file", st.read(rec).skipped(), c.skips)
		})
	}
}

func flip(data string, at int) string {
	b := []byte(data)
	b[(at+len(b))%len(b)] ^= 0x40
	return string(b)
}

func TestCutArchiveThatIsCompletedLater(t *testing.T) {
	st := newState(t)
	whole := lines(header("s1"), user("1", "a"), user("2", "b"))
	name := "agents/main/sessions/s1.jsonl.reset." + stampMS
	st.raw(name, whole[:len(whole)-20])
	rec := st.read(newRecorder())
	st.raw(name, whole)
	compare(t, "skips", st.read(rec).skipped(), nil)
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl.reset."+stampMS), []string{"a", "b"})
}

func TestBomb(t *testing.T) {
	st := newState(t)
	var bomb bytes.Buffer
	w, err := zstd.NewWriter(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte(strings.Repeat(" ", 1<<15-1)+"\n"), 32)
	fmt.Fprintln(w, header("s1"))
	fmt.Fprintln(w, user("1", "a"))
	for range maxDecompressed>>20 + 1 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	st.raw(live+".zst", bomb.String())
	rec := st.read(newRecorder())
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl.zst"), []string{"a"})
	compare(t, "skips", rec.skipped(), []string{"too-big main/sessions/s1.jsonl.zst:3 x1"})
}

// TestLongLines writes its lines piece by piece, so that the test itself holds
// none of them.
func TestLongLines(t *testing.T) {
	st := newState(t)
	st.raw(live, "")
	file, err := os.Create(st.path(live))
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(file)
	block := strings.Repeat("A", 1<<20)
	long := func(before string, blocks int, after string) {
		out.WriteString(before)
		for range blocks {
			out.WriteString(block)
		}
		out.WriteString(after + "\n")
	}
	out.WriteString(header("s1") + "\n")
	long(`{"type":"message","id":"p","message":{"role":"user","content":[{"type":"image","data":"`, 20, `"},{"type":"text","text":"with a picture"}]}}`)
	long(`{"type":"message","id":"t","message":{"role":"user","content":"`, 20, `"}}`)
	out.WriteString(user("1", "between") + "\n")
	long(`{"type":"message","id":"l","message":{"role":"user","content":[{"type":"image","data":"`, 65, `"}]}}`)
	out.WriteString(user("2", "after") + "\n")
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	rec := st.read(newRecorder())
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), []string{"with a picture", "between", "after"})
	compare(t, "skips", rec.skipped(), []string{"text-too-long main/sessions/s1.jsonl:3 x1", "too-long main/sessions/s1.jsonl:5 x1"})
	if e := rec.entries["main/sessions/s1.jsonl"][1]; e.Media != 1 || e.ID != "p" {
		t.Errorf("got %+v", e)
	}
}

// TestGrownTranscript: in whatever steps a transcript grows, also in the middle
// of a line, the entries are those of one read.
func TestGrownTranscript(t *testing.T) {
	whole := lines(header("s1"), user("1", "one"), reply("2", "中文 "+strings.Repeat("长", 3000)), "", "damaged line", user("3", "three"),
		`{"type":"message","message":{"role":"user","content":"no id"}}`, "{", reply("4", "four"), `{"type":"leaf","id":"l"}`, user("5", strings.Repeat("x", 9000)))
	for _, variant := range []struct{ name, content string }{
		{"as it is", whole},
		{"CR LF and a byte order mark", "\uFEFF" + strings.ReplaceAll(whole, "\n", "\r\n")},
		{"no line feed at the end", strings.TrimSuffix(whole, "\n")},
		{"header of another session", strings.Replace(whole, `"s1"`, `"s2"`, 1)},
		{"no usable header", "x" + whole},
	} {
		t.Run(variant.name, func(t *testing.T) {
			once := newState(t)
			once.raw(live, variant.content)
			want := once.read(newRecorder())
			for seed := range uint64(12) {
				random := rand.New(rand.NewPCG(seed, 7))
				st := newState(t)
				rec := newRecorder()
				st.raw(live, "")
				for at := 0; at < len(variant.content); {
					next := min(len(variant.content), at+1+random.IntN(len(variant.content)/4))
					if feed := strings.IndexByte(variant.content[next-1:], '\n'); random.IntN(3) == 0 && feed > 0 {
						next += feed - 1 // exactly before a line feed
					}
					st.grow(live, variant.content[at:next])
					at = next
					st.read(rec)
				}
				if !reflect.DeepEqual(rec.entries, want.entries) || !reflect.DeepEqual(rec.transcripts["main/sessions/s1.jsonl"].SessionID, want.transcripts["main/sessions/s1.jsonl"].SessionID) {
					t.Fatalf("seed %d: got %+v\nwant %+v", seed, rec.entries, want.entries)
				}
				compare(t, "skips", rec.skipped(), want.skipped())
			}
		})
	}
}

func TestChangedTranscript(t *testing.T) {
	const id = "main/sessions/s1.jsonl"
	first := lines(header("s1"), user("1", "one"), user("2", "two"))
	for _, c := range []struct {
		name    string
		change  func(st *state)
		want    []string
		resumed bool
	}{
		{"appended", func(st *state) { st.grow(live, lines(user("3", "three"))) }, []string{"one", "two", "three"}, true},
		{"rewritten", func(st *state) { st.write(live, header("s1"), user("9", "nine"), user("1", "one"), user("2", "two")) }, []string{"nine", "one", "two"}, false},
		{"cut", func(st *state) { st.write(live, header("s1"), user("1", "one")) }, []string{"one"}, false},
		{"emptied", func(st *state) { st.raw(live, "") }, nil, false},
		{"replaced by rename", func(st *state) {
			st.write(live+".new", header("s1"), user("1", "one"), user("2", "TWO"), user("3", "three"))
			if err := os.Rename(st.path(live+".new"), st.path(live)); err != nil {
				st.t.Fatal(err)
			}
		}, []string{"one", "TWO", "three"}, false},
		{"same size, other time", func(st *state) { st.raw(live, strings.Replace(first, "two", "TWO", 1)) }, []string{"one", "TWO"}, false},
		{"only touched", func(st *state) {
			if err := os.Chtimes(st.path(live), time.Now(), time.Now().Add(-time.Minute)); err != nil {
				st.t.Fatal(err)
			}
		}, []string{"one", "two"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.raw(live, first)
			st.age()
			rec := st.read(newRecorder())
			c.change(st)
			st.read(rec)
			compare(t, "texts", rec.texts(id), c.want)
			if got := rec.transcripts[id].Resumed; got != c.resumed {
				t.Errorf("resumed: %v", got)
			}
		})
	}
}

func TestCutLineThatTurnsOutBad(t *testing.T) {
	st := newState(t)
	st.raw(live, lines(header("s1"), user("1", "one"))+`{"type":"mess`)
	rec := st.read(newRecorder())
	compare(t, "skips", rec.skipped(), nil)
	st.grow(live, "\n"+lines(user("2", "two")))
	compare(t, "skips", st.read(rec).skipped(), []string{"bad-json main/sessions/s1.jsonl:3 x1"})
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), []string{"one", "two"})
	st.grow(live, lines(user("3", "three")))
	compare(t, "skips after more lines", st.read(rec).skipped(), []string{"bad-json main/sessions/s1.jsonl:3 x1"})
}

func TestUnchangedFilesAreNotOpened(t *testing.T) {
	st := newState(t)
	st.write(live, header("s1"), user("1", "one"))
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	keep := func() {
		if err := os.Chtimes(st.path(live), old, old); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	rec := st.read(newRecorder())
	st.write(live, header("s1"), user("1", "ONE"))
	keep()
	st.read(rec)
	compare(t, "texts of a file with the same stamp", rec.texts("main/sessions/s1.jsonl"), []string{"one"})
	// Modified so shortly before the last read that the stamp proves nothing.
	opt := st.options()
	opt.LastRead = old.Add(racy)
	src, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := src.Read(t.Context(), rec, rec); err != nil {
		t.Fatal(err)
	}
	compare(t, "texts after an unsettled stamp", rec.texts("main/sessions/s1.jsonl"), []string{"ONE"})
}

func TestSurvey(t *testing.T) {
	st := newState(t)
	st.write(live, header("s1"), user("1", "one"))
	st.age()
	survey := func() source.Survey {
		t.Helper()
		got, err := st.open().Survey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := survey()
	if !first.Settled || first.Stores != 1 || first.Fingerprint == "" || survey() != first {
		t.Errorf("got %+v, then %+v", first, survey())
	}
	st.grow(live, lines(user("2", "two")))
	second := survey()
	if second.Settled || second.Fingerprint == first.Fingerprint {
		t.Errorf("grown: got %+v after %+v", second, first)
	}
	for _, name := range []string{"agents/main/sessions/notes.txt", "agents/main/sessions/s1.trajectory.jsonl", "logs/x.jsonl"} {
		st.raw(name, "x")
	}
	if got := survey(); got != second {
		t.Errorf("files that are no transcripts count: %+v", got)
	}
	for _, name := range []string{"agents/main/sessions/sessions.json", "agents/main/sessions/cold/x.jsonl.zst", "agents/main/agent/openclaw-agent.sqlite", "agents/b/sessions/y.jsonl"} {
		before := survey()
		st.raw(name, "x")
		if survey().Fingerprint == before.Fingerprint {
			t.Errorf("%s does not count", name)
		}
	}
}

// TestCursorsHoldNoText: what is kept between runs must not tell what was said,
// by whom or where.
func TestCursorsHoldNoText(t *testing.T) {
	st := newState(t)
	st.write("agents/main/sessions/alice@example.com.jsonl", header("alice@example.com"), user("1", "private words"), "damaged words")
	rec := st.read(newRecorder())
	for id, cursor := range rec.cursors {
		for _, word := range []string{"alice", "private", "damaged"} {
			if strings.Contains(cursor, word) {
				t.Errorf("the cursor of %q holds %q: %s", id, word, cursor)
			}
		}
	}
}

func FuzzArchive(f *testing.F) {
	whole := lines(header("s1"), user("1", "a"), reply("2", "b"))
	for _, seed := range []string{"", whole, packed(f, whole), packed(f, whole)[:30], packed(f, whole) + packed(f, whole), flip(packed(f, whole), 12), packed(f, strings.Repeat("\n", 1<<20))} {
		f.Add([]byte(seed))
	}
	st := newState(f)
	const name = "agents/main/sessions/s1.jsonl.reset.1.zst"
	st.raw(name, "")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(st.path(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		st := &state{t: t, dir: st.dir, env: st.env}
		rec := st.read(newRecorder())
		again := st.read(newRecorder())
		if !reflect.DeepEqual(rec, again) {
			t.Errorf("two reads differ:\n%+v\n%+v", rec, again)
		}
		if len(data) == 0 && len(rec.skips) == 0 {
			t.Error("an empty archive is passed over in silence")
		}
		checkEntries(t, rec)
	})
}

// checkEntries: numbers only grow.
func checkEntries(t *testing.T, rec *recorder) {
	t.Helper()
	for id, entries := range rec.entries {
		last := int64(math.MinInt64)
		for _, e := range entries {
			if e.Seq <= last {
				t.Errorf("%s: entry %d after %d", id, e.Seq, last)
			}
			last = e.Seq
		}
	}
}
