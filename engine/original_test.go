package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/source"
)

// kept writes the shared_chat.json of the first session-sync.
func (w *world) kept(sessions ...object) {
	w.t.Helper()
	mkdir(w.t, w.out)
	writeFile(w.t, filepath.Join(w.out, "shared_chat.json"), asJSON(object{"last_sync": "2026-03-14T12:21:28", "sessions": sessions}))
}

func keptSession(id string, messages ...object) object {
	return object{"id": id, "messages": messages}
}

func keptMessage(role string, n int, text string) object {
	return object{"role": role, "content": text, "timestamp": iso(n)}
}

// clock takes the time of a message out of its entry.
type clock func(entry object) any

// scriptOf is what the first session-sync would have made of the state: of every
// live file of agent main the last 200 messages, named by the file.
func (w *world) scriptOf(at clock) (sessions []object) {
	w.t.Helper()
	files, err := filepath.Glob(w.path("agents/main/sessions/*.jsonl"))
	must(w.t, err)
	for _, file := range files {
		var messages []object
		for text := range strings.Lines(readFile(w.t, file)) {
			var entry object
			if json.Unmarshal([]byte(text), &entry) != nil || entry["type"] != "message" {
				continue
			}
			message := entry["message"].(object)
			messages = append(messages, object{"role": message["role"], "content": scripted(message["content"]), "timestamp": at(entry)})
		}
		messages = messages[max(0, len(messages)-200):]
		sessions = append(sessions, keptSession(strings.TrimSuffix(filepath.Base(file), ".jsonl"), messages...))
	}
	return sessions
}

var (
	scriptEmail = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)
	scriptPhone = regexp.MustCompile(`\b1\d{10}\b`)
)

// scripted redacts content as the script did, by patterns.
func scripted(content any) any {
	switch c := content.(type) {
	case string:
		return scriptPhone.ReplaceAllString(scriptEmail.ReplaceAllString(c, "[EMAIL]"), "[PHONE]")
	case []any:
		for _, part := range c {
			if part, ok := part.(object); ok && part["text"] != nil {
				part["text"] = scripted(part["text"])
			}
		}
	}
	return content
}

// TestImportOfWhatSourcesHoldAddsNothing: of a state that still holds everything
// the file of the first session-sync brings nothing, with whichever time it noted.
func TestImportOfWhatSourcesHoldAddsNothing(t *testing.T) {
	clocks := map[string]clock{
		"written": func(entry object) any { return entry["timestamp"] },
		"sent":    func(entry object) any { return entry["message"].(object)["timestamp"] },
		"none":    func(object) any { return nil },
	}
	builders := stateBuilders(t)
	builders["jsonl-2026.3.13"] = func(w *world) { copyTree(t, filepath.Join("testdata", "jsonl-2026.3.13"), w.state) }
	for _, state := range slices.Sorted(maps.Keys(builders)) {
		for name, at := range clocks {
			t.Run(state+"/"+name, func(t *testing.T) {
				w := newWorld(t)
				builders[state](w)
				messages := w.sync().Messages
				want := w.exported()
				w.kept(w.scriptOf(at)...)
				if report := w.sync(); report.NewMessages != 0 || report.Messages != messages || report.Sources["original"] != 0 {
					t.Errorf("got %d messages, %d new, sources %v; had %d", report.Messages, report.NewMessages, report.Sources, messages)
				}
				if got := w.exported(); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// imported are the messages that are marked, oldest first, as text.
func (w *world) imported() (texts []string) {
	w.t.Helper()
	for _, m := range w.newest() {
		if m.Imported {
			texts = append(texts, m.Content)
		}
	}
	slices.Reverse(texts)
	return texts
}

// newest are all messages, newest first.
func (w *world) newest() []query.Message {
	w.t.Helper()
	var page query.MessagePage
	must(w.t, w.engine().Query(context.Background(), "", func(q *query.Queries) (err error) {
		page, err = q.Last(context.Background(), query.LastRequest{Scope: query.Scope{Limit: 1000, Classes: true}})
		return err
	}))
	return page.Messages
}

func wantTexts(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// texts are those of a session as show gives them.
func (w *world) texts(session string) (texts []string) {
	w.t.Helper()
	must(w.t, w.engine().Query(context.Background(), "", func(q *query.Queries) error {
		page, err := q.Show(context.Background(), query.ShowRequest{Scope: query.Scope{Session: session, Limit: 1000}})
		for _, m := range page.Messages {
			texts = append(texts, m.Content)
		}
		return err
	}))
	return texts
}

func TestImportedMessagesStandWhereTheyWereSaid(t *testing.T) {
	w := newWorld(t)
	path := sessions + idMain + ".jsonl"
	w.write(path, lines(header(idMain), said("user", 10, "ten"), said("assistant", 20, "twenty")))
	w.kept(keptSession(idMain,
		keptMessage("user", 5, "five"), keptMessage("assistant", 4, "four"), keptMessage("user", 15, "fifteen"), keptMessage("assistant", 25, "twenty-five")),
		keptSession("timeless", object{"role": "user", "content": "b"}, object{"role": "assistant", "content": "a"}, object{"role": "user", "content": "c"}))
	w.sync()
	wantTexts(t, "imported", w.texts(idMain), "four", "five", "ten", "fifteen", "twenty", "twenty-five")
	wantTexts(t, "without times", w.texts("timeless"), "b", "a", "c")

	w.appendTo(path, lines(said("user", 30, "thirty"), said("assistant", 40, "forty")))
	w.sync()
	want := []string{"four", "five", "ten", "fifteen", "twenty", "twenty-five", "thirty", "forty"}
	wantTexts(t, "grown", w.texts(idMain), want...)
	w.write("agents/main/sessions/sessions.json", asJSON(object{keyMain: web(idMain)}))
	w.sync()
	wantTexts(t, "with its key", w.texts(keyMain), want...)
	if full, err := w.trySync(fullSync); err != nil || full.NewMessages != 0 {
		t.Errorf("reading everything again: %d new, %v", full.NewMessages, err)
	}
	wantTexts(t, "read again", w.texts(keyMain), want...)
	wantTexts(t, "read again, without times", w.texts("timeless"), "b", "a", "c")
}

// TestImportTellsCopies: what counts as the same message.
func TestImportTellsCopies(t *testing.T) {
	for name, c := range map[string]struct {
		message object
		copied  bool
	}{
		"same time and role, other words":       {keptMessage("user", 10, "[REDACTED]"), true},
		"same words a minute later":             {keptMessage("user", 70, "call me"), true},
		"same words, broken in another way":     {keptMessage("user", 70, "call\n me "), true},
		"same words hours later":                {keptMessage("user", 10+3*3600, "call me"), false},
		"same words, no time":                   {object{"role": "user", "content": "call me"}, true},
		"same words of another role":            {keptMessage("assistant", 70, "call me"), false},
		"same time, another role":               {keptMessage("assistant", 10, "yes"), false},
		"redacted by the script":                {keptMessage("user", 200, "mail [EMAIL]"), true},
		"local time without a zone":             {object{"role": "user", "content": "other", "timestamp": moment(10).In(shanghai()).Format("2006-01-02T15:04:05.000")}, true},
		"the same moment in another session id": {keptMessage("user", 10, "elsewhere"), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.configure("timezone: Asia/Shanghai\n")
			w.write(sessions+idMain+".jsonl", lines(header(idMain), said("user", 10, "call me"), said("user", 20, "mail "+canaries()["e-mail"])))
			id := idMain
			if strings.HasSuffix(name, "another session id") {
				id = idOld
			}
			w.kept(keptSession(id, c.message))
			if report := w.sync(); (report.NewMessages == 2) != c.copied {
				t.Errorf("%d new messages, %q imported", report.NewMessages, w.imported())
			}
		})
	}
}

func shanghai() *time.Location { return time.FixedZone("CST", 8*60*60) }

// TestImportWaitsForWhatMayBeReadable: a session that is out of reach for a while
// must not come in twice.
func TestImportWaitsForWhatMayBeReadable(t *testing.T) {
	w := newWorld(t)
	path := sessions + idMain + ".jsonl"
	mkdir(t, filepath.Dir(w.path(path)))
	link(t, "away", w.path(path)) // as to a disk that is not mounted
	w.kept(keptSession(idMain, keptMessage("user", 10, "only away")), keptSession("gone", keptMessage("user", 20, "nowhere else")))
	report := w.sync()
	wantSkips(t, report, source.ReasonVanished)
	if report.Messages != 0 {
		t.Errorf("got %d messages before the transcript could be read", report.Messages)
	}
	w.write(sessions+"away", lines(header(idMain), said("user", 10, "only away")))
	w.sync()
	wantTexts(t, "afterwards", w.imported(), "nowhere else")
}

// TestRestoredMessagesStandBesideTheirImports: ids and digests of the two differ,
// and what was stored stays.
func TestRestoredMessagesStandBesideTheirImports(t *testing.T) {
	w := newWorld(t)
	w.kept(keptSession(idMain, keptMessage("user", 10, "saved")))
	w.sync()
	w.write(sessions+idMain+".jsonl", lines(header(idMain), said("user", 10, "saved")))
	for _, opt := range []engine.SyncOptions{{}, fullSync} {
		_, err := w.trySync(opt)
		must(t, err)
		wantTexts(t, "the session", w.texts(idMain), "saved", "saved")
		wantTexts(t, "imported", w.imported(), "saved")
	}
}

// TestImportedIsNeverTheOwners: whoever can write into the workspace can write the
// file, so nothing in it is the word of the owner or of the assistant.
func TestImportedIsNeverTheOwners(t *testing.T) {
	w := newWorld(t)
	w.plugins = true
	w.write("agents/main/sessions/sessions.json", asJSON(object{keyMain: web(idMain)}))
	w.write(sessions+idMain+".jsonl", lines(header(idMain), said("user", 10, "hello")))
	todo := "明天之前把周报发给小李。记得提醒我。"
	w.kept(keptSession(idMain, keptMessage("user", 1, todo), keptMessage("assistant", 2, "好的,我会在明天之前把周报发给小李。")), keptSession("gone", keptMessage("user", 1, todo)))
	w.sync()
	for _, m := range w.newest() {
		if m.Imported != (m.Origin == "external") || m.Imported == (m.Content == "hello") {
			t.Errorf("%q: imported %v, origin %s", m.Content, m.Imported, m.Origin)
		}
	}
	found := w.items("todo")
	if len(found) == 0 {
		t.Error("the plugin found nothing, so this shows nothing")
	}
	for _, item := range found {
		if item.Main() {
			t.Errorf("a todo of an import is in the main list: %q", item.Title)
		}
	}
}

// TestImportDoesNotStandForASession: what is of nobody knows whom is neither the
// newest for ever nor what a session is called by.
func TestImportDoesNotStandForASession(t *testing.T) {
	w := newWorld(t)
	w.write(sessions+idMain+".jsonl", lines(header(idMain), said("user", 10, "hello"), said("assistant", 20, "hi")))
	w.kept(keptSession(idMain, keptMessage("user", 5, "call it evil"),
		object{"role": "user", "content": "to come", "timestamp": "9999-01-01T00:00:00Z"}),
		keptSession("gone", keptMessage("user", 5, "call it evil")))
	w.sync()
	if newest := w.newest(); len(newest) != 5 || newest[0].Content != "hi" {
		t.Errorf("the newest is %+v", newest)
	}
	must(t, w.engine().Query(t.Context(), "", func(q *query.Queries) error {
		page, err := q.List(t.Context(), query.ListRequest{})
		titles := map[string]string{}
		for _, s := range page.Sessions {
			titles[s.SessionIDs[0]] = s.Title
		}
		if want := map[string]string{idMain: "hello", "gone": ""}; !maps.Equal(titles, want) {
			t.Errorf("titles are %q, want %q", titles, want)
		}
		return err
	}))
}

// TestImportIsRedacted plants secrets in everything that the file can hold.
func TestImportIsRedacted(t *testing.T) {
	for _, numbered := range []bool{false, true} {
		t.Run(fmt.Sprint("numbered=", numbered), func(t *testing.T) {
			secret := canaries()
			w := newWorld(t)
			w.numbered = numbered
			text := planted(secret)
			w.kept(
				keptSession("planted", keptMessage("user", 1, text), keptMessage("assistant", 2, text), object{"role": "user", "content": []any{object{"type": "text", "text": text}}}),
				keptSession(secret["phone"], keptMessage("user", 3, "planted "+secret["e-mail"])), keptSession("planted "+secret["e-mail"], keptMessage("user", 4, text)),
				object{"id": "x", "title": text, "messages": []any{object{"role": text, "content": text, "timestamp": text}, text}},
				object{"id": text + "\x07", "messages": text},
			)
			report := w.sync()
			wantSkips(t, report, source.ReasonUnknownShape, source.ReasonBadEvent)
			wantTexts(t, "sources", []string{fmt.Sprint(report.Sources["original"])}, "3")
			must(t, os.Remove(filepath.Join(w.out, "shared_chat.json.before-session-sync"))) // theirs
			w.search(secret, "after an import")
			hunt(t, secret, "an export", []byte(w.exported()))
			hunt(t, secret, "a report", []byte(fmt.Sprintf("%+v", report)))
			if got := w.imported(); len(got) != 5 {
				t.Errorf("imported %q", got)
			}
			must(t, w.again())
		})
	}
}

// again is a sync without the file of the first session-sync.
func (w *world) again() error {
	before := w.exported()
	if report := w.sync(); report.NewMessages != 0 || w.exported() != before {
		return fmt.Errorf("a sync without the file changed something: %+v", report)
	}
	return nil
}
