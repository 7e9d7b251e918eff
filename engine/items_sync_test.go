package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// TestItemsOfASync goes all the way, with the built-in plugins: a task comes out
// with where it was said, and a sync with nothing new touches nothing.
func TestItemsOfASync(t *testing.T) {
	w := itemsWorld(t)
	wantSkips(t, w.sync())
	found := w.list(w.out)[asked]
	if found.MessageID != askedID || found.SessionKey != keyMain || found.Plugin != "todo" || found.Status != "open" || !strings.Contains(asked, found.Evidence) {
		t.Fatalf("listed are %+v", w.list(w.out))
	}
	if page := readFile(t, w.todosPath()); !strings.Contains(page, "- [ ] "+asked) || !strings.Contains(page, "<!-- ss:"+found.ID+" -->") {
		t.Errorf("todos.md is\n%s", page)
	}
	before := w.written()
	if !w.sync().Unchanged {
		t.Error("a sync with nothing new does not say so")
	}
	wantSame(t, "after a sync with nothing new", before, w.written())
	_, err := w.trySync(fullSync)
	must(t, err)
	wantSame(t, "after a full sync", outputs(before), outputs(w.written()))
}

// TestItemsLikeAFreshRead: after every kind of change at the source, items and
// files are those of an installation that reads everything at once.
func TestItemsLikeAFreshRead(t *testing.T) {
	w := itemsWorld(t)
	w.write(sessions+idOld+".jsonl", lines(header(idOld), said("user", 1, "我们决定用 PostgreSQL"), said("assistant", 2, "好的")))
	for n, change := range []struct {
		name string
		make func()
	}{
		{"first read", func() {}},
		{"messages at the end", func() {
			w.appendTo(mainFile, lines(said("user", 30, "还有,周五之前要交季度报告"), said("assistant", 31, "好的,周五之前")))
		}},
		{"another report", func() {
			w.appendTo(mainFile, lines(said("user", 40, "已经给客户回过电话了"), said("assistant", 41, "好的")))
		}},
		{"a window that joins before", func() {
			main := web(idMain)
			main["usageFamilySessionIds"] = []string{idOld, idMain}
			w.write(sessions+"sessions.json", asJSON(object{keyMain: main, keyDirect: telegram(idDirect, "direct")}))
		}},
		{"messages in the middle", func() {
			text := readFile(t, w.path(mainFile))
			w.write(mainFile, strings.Replace(text, line(said("user", 30, "还有,周五之前要交季度报告")), line(said("user", 25, "记得明天买票"))+line(said("user", 30, "还有,周五之前要交季度报告")), 1))
		}},
		{"another chat", func() {
			w.write(sessions+idGroup+".jsonl", lines(header(idGroup), said("user", 10, "记得下周一续费域名"), said("assistant", 11, "好")))
		}},
		{"a deleted chat", func() {
			w.rename(sessions+idGroup+".jsonl", sessions+idGroup+".jsonl.deleted.2026-03-14T05-00-00.000Z")
		}},
	} {
		change.make()
		wantSkips(t, w.sync())
		w.wantLikeAFreshRead(change.name)
		fresh := w.sibling("fresh " + change.name)
		wantSame(t, change.name, fresh.sharedBut(""), w.sharedBut(""))
		if len(w.list(w.out)) == 0 {
			t.Errorf("after change %d nothing is found", n)
		}
	}
}

// TestBusySession: a chat with more to find than an answer may hold is read all
// the same.
func TestBusySession(t *testing.T) {
	w := itemsWorld(t)
	records := []object{header(idMain)}
	for n := range 3 * abi.MaxItems {
		text := "Got it."
		if n%2 == 0 {
			text = fmt.Sprintf("Remind me to call Bob %d", n)
		}
		records = append(records, said([]string{"user", "assistant"}[n%2], n, text))
	}
	w.write(mainFile, lines(records...))
	wantSkips(t, w.sync())
	if n := len(w.items("todo")); n <= abi.MaxItems {
		t.Errorf("%d items are found, which is not more than an answer holds", n)
	}
}

// TestRewordedMessages: an item goes with the words that it quotes.
func TestRewordedMessages(t *testing.T) {
	w := itemsWorld(t)
	w.write(mainFile, lines(header(idMain), said("user", 20, "记得明天给 room 12 的客户回电话"), said("assistant", 21, "好的")))
	rule := func(placeholder string) {
		w.configure("redact:\n  rules: [{name: room, regex: 'room \\d+', placeholder: " + placeholder + "}]\n")
	}
	for _, placeholder := range []string{"OLDROOM", "NEWROOM"} {
		rule(placeholder)
		_, err := w.trySync(fullSync)
		must(t, err)
		found := w.items("todo")
		if len(found) != 1 || !strings.Contains(found[0].Evidence, "["+placeholder+"]") {
			t.Fatalf("found is %+v", found)
		}
	}
	w.search(map[string]string{"old words": "OLDROOM"}, "after the message was told in other words")
}

// TestNewRulesReachItems: what newer rules find is in no item, no file and no
// byte of the archive, also where only a plugin had put it together.
func TestNewRulesReachItems(t *testing.T) {
	const code = "falcon"
	w := itemsWorld(t)
	w.write(mainFile, lines(header(idMain), said("user", 20, "记得明天给 "+code+" 客户回电话"), said("assistant", 21, "好的")))
	w.install(withTitle("project " + code))
	w.sync()
	if len(w.items("todo")) != 1 || !strings.Contains(readFile(t, w.todosPath()), code) || !strings.Contains(readFile(t, filepath.Join(w.out, goodName, "2026-03.md")), code) {
		t.Fatal("it is not there before")
	}
	w.configure("redact:\n  rules: [{name: project, regex: " + code + ", placeholder: PROJECT}]\n")
	if report := w.sync(); report.RedactedAgain != 1 {
		t.Errorf("report %+v", report)
	}
	if len(w.items("todo")) != 1 || len(w.items(goodName)) != 1 {
		t.Errorf("found are %+v and %+v", w.items("todo"), w.items(goodName))
	}
	must(t, os.Remove(filepath.Join(w.home, "config.yaml"))) // holds the word itself
	must(t, os.RemoveAll(filepath.Join(w.home, "plugins")))  // likewise
	w.search(map[string]string{"code": code}, "after new rules")
}

// TestLastHash: it is the digest of the three files, so it changes with the
// items and with nothing else.
func TestLastHash(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20), settled("PostgreSQL", moment(30)))
	w.sync()
	digest := func() string {
		chat := readFile(t, filepath.Join(w.out, "shared_chat.json"))
		_, rest, _ := strings.Cut(chat, `"last_sync":"`)
		_, rest, _ = strings.Cut(rest, `",`)
		sum := sha256.Sum256([]byte(`{"schema_version":1,` + rest + readFile(t, filepath.Join(w.out, "decisions", "index.json")) + readFile(t, filepath.Join(w.out, "todos", "todos.json"))))
		return hex.EncodeToString(sum[:]) + "\n"
	}
	first := w.hash()
	if first != digest() {
		t.Errorf("it is %s, the files have %s", first, digest())
	}
	w.edit(moment(90), "- [ ] pay", "- [x] pay")
	w.sync()
	done := w.hash()
	if done == first || done != digest() {
		t.Errorf("after a change of items it is %s, was %s, the files have %s", done, first, digest())
	}
	w.edit(moment(95), "## 我的备注\n", "## 我的备注\nbuy milk\n")
	w.sync()
	if w.hash() != done {
		t.Error("a note changes it")
	}
}

// outputs are the files in the output directory.
func outputs(all map[string]string) map[string]string {
	found := map[string]string{}
	for path, line := range all {
		if strings.HasPrefix(path, "out/") {
			found[path] = line
		}
	}
	return found
}

// TestNewDay: what is overdue depends on the day, so the first sync of a day
// writes todos.md, and nothing but it.
func TestNewDay(t *testing.T) {
	w := toldWorld(t)
	due := task("pay the rent", 20)
	due.Due = w.now.UTC().Format(time.DateOnly)
	w.told(due)
	w.sync()
	late := func() bool { return strings.Contains(readFile(t, w.todosPath()), "已逾期") }
	if late() || !w.sync().Unchanged {
		t.Fatal("it is overdue on its day, or a sync on that day finds something to do")
	}
	before := outputs(w.written())
	w.now = w.now.Add(24 * time.Hour)
	if w.sync().Unchanged || !late() {
		t.Error("it is not overdue on the day after")
	}
	after := outputs(w.written())
	delete(before, "out/todos/todos.md")
	next := after["out/todos/todos.md"]
	delete(after, "out/todos/todos.md")
	wantSame(t, "on the day after", before, after)
	if !w.sync().Unchanged {
		t.Error("the second sync of a day finds something to do")
	}
	today := w.now
	w.now = w.now.Add(24 * time.Hour)
	w.sync()
	if got := outputs(w.written())["out/todos/todos.md"]; got != next {
		t.Error("a day that changes nothing changes the file")
	}
	w.now = today.Add(-24 * time.Hour)
	if w.sync(); late() {
		t.Error("it is still overdue after the clock was set back")
	}
}

// TestItemsAreShared by the policy of the sessions they were found in.
func TestItemsAreShared(t *testing.T) {
	group := task("book the room", 20)
	group.SessionKey = keyGroup
	own := task("pay the rent", 20)
	for _, c := range []struct {
		name, settings string
		out, groups    []string
	}{
		{"all", "", []string{"book the room", "pay the rent"}, nil},
		{"direct", "share: direct\n", []string{"pay the rent"}, nil},
		{"separate", "share: separate\n", []string{"pay the rent"}, []string{"book the room"}},
		{"included", "include: ['*:group:*']\n", []string{"book the room"}, nil},
		{"excluded", "exclude: ['*:group:*']\n", []string{"pay the rent"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := itemsWorld(t)
			w.write(sessions+"sessions.json", asJSON(object{keyMain: web(idMain), keyGroup: telegram(idGroup, "group")}))
			w.write(sessions+idGroup+".jsonl", chat(idGroup, 10, 2))
			w.plugins = false
			w.configure("share: separate\n")
			w.sync()
			w.plugins = true
			w.told(group, own)
			w.sync() // so that there are files of groups to be taken away
			w.configure(c.settings)
			w.sync()
			check := func(dir string, want []string) {
				found := w.list(dir)
				for _, title := range want {
					if found[title].Title == "" {
						t.Errorf("%q is not in %q", title, dir)
					}
				}
				if len(found) != len(want) {
					t.Errorf("%q has %v", dir, found)
				}
			}
			check(w.out, c.out)
			groups := filepath.Join(w.out, "groups")
			if c.groups != nil {
				check(groups, c.groups)
			} else if exists(groups) {
				t.Errorf("the files of groups are still there: %v", snapshot(t, groups))
			}
		})
	}
}

// TestItemsOfDeletedSessions leave the files with their session.
func TestItemsOfDeletedSessions(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20), settled("PostgreSQL", moment(30)))
	w.sync()
	w.wantListed("pay the rent", "open", "PostgreSQL", "")
	w.write(sessions+"sessions.json", asJSON(object{keyDirect: telegram(idDirect, "direct")}))
	w.rename(mainFile, mainFile+".deleted.2026-03-14T05-00-00.000Z")
	w.sync()
	w.wantListed()
	if page := readFile(t, w.todosPath()); strings.Contains(page, "pay the rent") {
		t.Error("todos.md still has it")
	}
	if exists(filepath.Join(w.out, "decisions", "2026-03.md")) {
		t.Error("the file of the month is still there")
	}
}

// TestMonths: files of months come and go with what is in them; those of others
// are moved out of the way, or left alone.
func TestMonths(t *testing.T) {
	january := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	w := toldWorld(t)
	month := func(name string) string { return filepath.Join(w.out, "decisions", name) }
	mkdir(t, month(""))
	for _, name := range []string{"2026-01.md", "2026-02.md", "notes.md"} {
		writeFile(t, month(name), "# mine\n")
	}
	w.told(settled("PostgreSQL", january), settled("Go", moment(30)))
	w.sync()
	for name, want := range map[string]bool{
		"2026-01.md": false, "2026-01.md.before-session-sync": true, "2026-02.md": true, "notes.md": true, "2026-03.md": false,
	} {
		if mine := readFile(t, month(name)) == "# mine\n"; mine != want {
			t.Errorf("%s is as it was: %t, want %t", name, mine, want)
		}
	}
	if !strings.Contains(readFile(t, month("2026-01.md")), "PostgreSQL") {
		t.Error("the decision is not in its month")
	}
	march := readFile(t, month("2026-03.md"))
	w.told(session.Item{Plugin: "knowledge", SessionKey: keyMain, Key: "PostgreSQL", Status: session.StatusWithdrawn})
	w.sync()
	w.wantListed("Go", "")
	if exists(month("2026-01.md")) || readFile(t, month("2026-01.md.before-session-sync")) != "# mine\n" || readFile(t, month("2026-02.md")) != "# mine\n" {
		t.Error("the empty month stays, or a file that is not ours went")
	}
	if readFile(t, month("2026-03.md")) != march {
		t.Error("another month changed")
	}
	must(t, os.Remove(month("2026-03.md")))
	w.sync()
	if !exists(month("2026-03.md")) || !w.sync().Unchanged {
		t.Error("a file that is gone does not come back, or never comes to rest")
	}
}
