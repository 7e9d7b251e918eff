package engine_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/source"
)

// spoilt is one kind of bad input.
type spoilt struct {
	name  string
	spoil func(w *world)
	// want is why something was skipped, and messages how many were archived
	// all the same when the input was bad from the start.
	want     []source.Reason
	messages int
	// hidden: what was read before is not read again, so that damage to it
	// later goes unnoticed and costs nothing.
	hidden bool
}

// check syncs a state that is bad from the start, and one that turns bad after
// a good sync: then the archive keeps everything.
func (c spoilt) check(t *testing.T, build func(*world)) {
	t.Run(c.name, func(t *testing.T) {
		t.Run("from the start", func(t *testing.T) {
			w := newWorld(t)
			build(w)
			c.spoil(w)
			report := w.sync()
			wantSkips(t, report, c.want...)
			if report.Messages != c.messages {
				t.Errorf("%d messages, want %d", report.Messages, c.messages)
			}
			again := w.sync()
			wantSkips(t, again, c.want...)
			if all, fresh := again.Unread(); fresh != 0 || again.Messages != c.messages {
				t.Errorf("second sync: %d unread, %d new ones, %d messages", all, fresh, again.Messages)
			}
		})
		t.Run("after a good sync", func(t *testing.T) {
			w := newWorld(t)
			build(w)
			before := w.sync()
			kept := ids(w.exported())
			c.spoil(w)
			report := w.sync()
			if c.hidden {
				c.want = nil
			}
			wantSkips(t, report, c.want...)
			if report.Messages < before.Messages {
				t.Errorf("%d messages, before %d", report.Messages, before.Messages)
			}
			if now := ids(w.exported()); !containsAll(now, kept) {
				t.Errorf("messages are gone: %q, before %q", now, kept)
			}
		})
	})
}

// ids are the members "id" of an export.
func ids(exported string) []string {
	var all []string
	for _, line := range strings.Split(exported, "\n") {
		if rest, found := strings.CutPrefix(line, `{"id":`); found {
			id, _, _ := strings.Cut(rest, ",")
			all = append(all, id)
		}
	}
	return all
}

func containsAll(all, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(id string) bool { return !slices.Contains(all, id) })
}

const mainFile = sessions + idMain + ".jsonl"

// record puts raw bytes as a line of its own into the middle of a transcript.
func (w *world) record(raw string) {
	w.t.Helper()
	head, rest, _ := strings.Cut(readFile(w.t, w.path(mainFile)), "\n")
	writeFile(w.t, w.path(mainFile), head+"\n"+raw+"\n"+rest)
}

// text puts a message with a raw JSON string into the middle of a transcript.
func (w *world) text(raw string) {
	w.record(`{"type":"message","id":"odd","timestamp":"` + iso(21) + `","message":{"role":"user","content":` + raw + `}}`)
}

func reason(r ...source.Reason) []source.Reason { return r }

func TestBadTranscripts(t *testing.T) {
	const all = 12 // messages of jsonlState
	archive := sessions + "55555555-5555-4555-8555-555555555555.jsonl.reset.2026-03-14T04-00-05.000Z.zst"
	for _, c := range []spoilt{
		{"bad line in the middle", func(w *world) { w.record("{oops") }, reason(source.ReasonBadJSON), all, false},
		{"line that is no object", func(w *world) { w.record("[1]") }, reason(source.ReasonBadJSON), all, false},
		{"message that is no object", func(w *world) { w.record(`{"type":"message","id":"x","message":7}`) }, reason(source.ReasonBadEvent), all, false},
		{"invalid UTF-8", func(w *world) { w.text("\"a\xffb\"") }, nil, all + 1, false},
		{"escaped NUL", func(w *world) { w.text(`"a\u0000b"`) }, nil, all + 1, false},
		{"raw NUL", func(w *world) { w.record("\x00\x00\x00") }, reason(source.ReasonBadJSON), all, false},
		{"lone surrogates", func(w *world) { w.text(`"a\ud800b\udc00"`) }, nil, all + 1, false},
		{"text of 20 MB", func(w *world) { w.text(`"` + strings.Repeat("x", 20<<20) + `"`) }, reason(source.ReasonTextTooLong), all, false},
		{"picture of 20 MB", func(w *world) {
			w.text(`[{"type":"text","text":"look"},{"type":"image","data":"` + strings.Repeat("A", 20<<20) + `"}]`)
		}, nil, all + 1, false},
		{"line beyond the bound", func(w *world) { w.text(`["` + strings.Repeat("x", 65<<20) + `"]`) }, reason(source.ReasonTooLong), all, false},
		{"deep nesting", func(w *world) { w.text(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)) }, reason(source.ReasonTooDeep), all, false},
		{"empty file", func(w *world) { w.write(sessions+"empty.jsonl", "") }, nil, all, false},
		{"archive that ends in a line", func(w *world) {
			w.write(sessions+"cut.jsonl.reset.2026-03-14T04-00-05.000Z", chat("cut", 60, 2)+`{"type":"mess`)
		}, reason(source.ReasonCutArchive), all + 2, false},
		{"cut zstd archive", func(w *world) {
			whole := packed(w.t, chat("5555", 60, 2)+lines(said("user", 70, long("filler", 20_000))))
			w.write(archive, string(whole[:len(whole)*3/4]))
		}, reason(source.ReasonCutArchive), all + 2, false},
		{"flipped byte in a zstd archive", func(w *world) {
			whole := packed(w.t, chat("5555", 60, 2)+lines(said("user", 70, long("filler", 20_000))))
			whole[len(whole)-3] ^= 0x40 // of the checksum
			w.write(archive, string(whole))
		}, reason(source.ReasonBadZstd), all + 2, false},
		{"zstd archive that is none", func(w *world) { w.write(archive, "nothing of that kind") }, reason(source.ReasonBadZstd), all, false},
		{"zstd bomb", func(w *world) { w.write(archive, bomb(w.t)) }, reason(source.ReasonTooBig), all + 2, false},
	} {
		c.check(t, jsonlState)
	}
}

// bomb is a small archive of two messages and 300 MiB of short blank lines.
func bomb(t testing.TB) string {
	t.Helper()
	var out bytes.Buffer
	encoder, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	must(t, err)
	_, err = encoder.Write([]byte(chat("5555", 60, 2)))
	must(t, err)
	blank := bytes.Repeat([]byte(strings.Repeat(" ", 1<<16-1)+"\n"), 16)
	for range 300 {
		_, err = encoder.Write(blank)
		must(t, err)
	}
	must(t, encoder.Close())
	return out.String()
}

func TestBadIndexes(t *testing.T) {
	const all = 12
	index := func(content string) func(w *world) {
		return func(w *world) { w.write(sessions+"sessions.json", content) }
	}
	for _, c := range []spoilt{
		{"empty", index(""), reason(source.ReasonBadIndex), all, false},
		{"no JSON", index("sessions"), reason(source.ReasonBadIndex), all, false},
		{"array", index("[]"), reason(source.ReasonBadIndex), all, false},
		{"cut", index(`{"agent:main:main":{"sessionId":"`), reason(source.ReasonBadIndex), all, false},
		{"rows of other types", index(`{"a":1,"b":null,"c":[],"d":{"sessionId":7,"usageFamilySessionIds":"x"}}`), nil, all, false},
		{"deep", index(strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)), reason(source.ReasonTooDeep), all, false},
		{"missing", func(w *world) { must(w.t, os.Remove(w.path(sessions+"sessions.json"))) }, nil, all, false},
		{"sessionFile outside", index(asJSON(object{keyMain: object{"sessionId": idMain, "sessionFile": "/etc/passwd"}})), reason(source.ReasonOutside), all, false},
		{"sessionFile that is no transcript", index(asJSON(object{keyMain: object{"sessionId": idMain, "sessionFile": "../../../openclaw.json"}})), reason(source.ReasonOutside), all, false},
		{"sessionFile that is gone", index(asJSON(object{keyMain: object{"sessionId": idMain, "sessionFile": "/home/gone/" + idMain + ".jsonl"}})), nil, all, false},
		{"settings that can't be read", func(w *world) { w.write("openclaw.json", "{agents: ") }, reason(source.ReasonBadConfig), all, false},
	} {
		c.check(t, func(w *world) {
			jsonlState(w)
			w.write("openclaw.json", "{}")
		})
	}
}

func TestOddNames(t *testing.T) {
	w := newWorld(t)
	for i, id := range []string{"../../etc/passwd", "CON", "nul.txt", "a/b\\c", "-rf", "你好", "*?\"<>|", strings.Repeat("i", 200)} {
		w.write(sessions+"f"+string(rune('0'+i))+".jsonl", lines(header(id), said("user", 10+i, "hello")))
	}
	names := []string{"CON.jsonl", "lpt1.jsonl", ".hidden.jsonl", " .jsonl"}
	if runtime.GOOS == "windows" {
		names = []string{"con1.jsonl", "lpt.jsonl", ".hidden.jsonl", "-.jsonl"} // others can't be made
	}
	for _, name := range names {
		w.write(sessions+name, lines(said("user", 50, "without a header")))
	}
	before := snapshot(t, w.state)
	report := w.sync()
	wantSkips(t, report)
	if report.Messages != 12 || report.Sessions < 11 { // CON has two files
		t.Errorf("%d messages in %d sessions", report.Messages, report.Sessions)
	}
	wantSame(t, "OpenClaw's files", before, snapshot(t, w.state))
	for _, path := range []string{"etc", "passwd"} {
		if exists(filepath.Join(w.root, path)) || exists(filepath.Join(w.out, path)) {
			t.Errorf("%s was written", path)
		}
	}
}
