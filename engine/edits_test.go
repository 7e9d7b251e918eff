package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/session"
)

// TestEdits: what a person does to todos.md comes back, once.
func TestEdits(t *testing.T) {
	phone := "138" + "1234" + "5670"
	for _, c := range []struct {
		name, old, new, status string
		shows                  string
	}{
		{"ticked", "- [ ] pay the rent", "- [x] pay the rent", "done", "- [x] pay the rent"},
		{"struck", "- [ ] pay the rent", "- [ ] ~~pay the rent~~", "cancelled", "~~pay the rent~~"},
		{"noted", "## 我的备注\n", "## 我的备注\nask at " + phone + "\n", "open", "\nask at [PHONE]\n"},
		{"noted elsewhere", "## 未完成\n", "## 未完成\n- [ ] call " + phone + "\n", "open", "\n- [ ] call [PHONE]\n"},
		{"in other words", "pay the rent", "pay all of it", "open", "- [ ] pay the rent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := toldWorld(t, task("pay the rent", 20))
			w.sync()
			w.edit(w.now, c.old, c.new)
			if w.sync().Unchanged {
				t.Error("the change is not noticed")
			}
			w.wantListed("pay the rent", c.status)
			page := readFile(t, w.todosPath())
			if strings.Count(page, c.shows) != 1 || strings.Contains(page, phone) {
				t.Errorf("todos.md is\n%s", page)
			}
			w.search(map[string]string{"phone": phone}, "after the edit was read")
			before := w.written()
			w.appendTo(directFile, "\n")
			w.sync()
			w.now = w.now.Add(time.Hour)
			w.sync()
			wantSame(t, "after it was read", outputs(before), outputs(w.written()))
		})
	}
}

// TestWhoSpeaksLast: of an edit, a command and a message the last one counts.
func TestWhoSpeaksLast(t *testing.T) {
	edit := func(n int) func(w *world) {
		return func(w *world) { w.edit(moment(n), "- [ ] pay", "- [x] pay") }
	}
	judge := func(status session.Status) func(w *world) {
		return func(w *world) {
			_, err := w.engine().Judge(context.Background(), []string{w.list(w.out)["pay the rent"].ID}, status)
			must(w.t, err)
		}
	}
	message := func(n int, status session.Status) func(w *world) {
		return func(w *world) { w.told(report("pay the rent", n, status)) }
	}
	again := func(n int) func(w *world) {
		return func(w *world) { w.told(task("pay the rent", n)) }
	}
	for _, c := range []struct {
		name   string
		steps  []func(w *world)
		status string
	}{
		{"edit", []func(w *world){edit(90)}, "done"},
		{"command, then an edit that was saved before", []func(w *world){judge(session.StatusCancelled), func(w *world) {
			w.edit(moment(90), "- [ ] ~~pay the rent~~", "- [x] pay the rent")
		}}, "cancelled"},
		{"edit, then a command", []func(w *world){edit(90), judge(session.StatusCancelled)}, "cancelled"},
		{"edit, then a later message", []func(w *world){edit(90), message(100, session.StatusCancelled)}, "cancelled"},
		{"edit, then an earlier message", []func(w *world){edit(90), message(80, session.StatusCancelled)}, "done"},
		{"edit, then it is said again", []func(w *world){edit(90), again(100)}, "open"},
		{"edit, then it was said again before", []func(w *world){edit(90), again(80)}, "done"},
		{"message, then a later edit", []func(w *world){message(80, session.StatusDone), func(w *world) {
			w.edit(moment(90), "- [x] pay", "- [ ] pay")
		}}, "open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := toldWorld(t, task("pay the rent", 20))
			w.now = moment(200)
			w.sync()
			for _, step := range c.steps {
				step(w)
				w.sync()
			}
			if got := w.list(w.out)["pay the rent"].Status; got != c.status {
				t.Errorf("it is %q, want %q", got, c.status)
			}
		})
	}
}

// TestKilledBeforeTheFiles: what a killed sync found is in the files of the next,
// and what a person changed meanwhile is not lost.
func TestKilledBeforeTheFiles(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20))
	w.sync()
	w.edit(moment(90), "- [ ] pay", "- [x] pay")
	w.told(task("call Bob", 30)) // the killed sync came so far
	must(t, os.Remove(filepath.Join(w.home, "last_run.json")))
	w.sync()
	w.wantListed("pay the rent", "done", "call Bob", "open")
}

// TestAnotherOutputDirectory: what one directory shows is compared with no other,
// and a person's own list in a new one is moved away, not written over.
func TestAnotherOutputDirectory(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20), task("call Bob", 30))
	w.sync()
	w.told(report("call Bob", 100, session.StatusDone))
	first := w.out
	w.out = filepath.Join(w.root, "vault")
	w.env["SESSION_SYNC_OUTPUT"] = w.out
	own := "# mine\n" + strings.Repeat("a line of my own\n", 4<<10)
	mkdir(t, filepath.Dir(w.todosPath()))
	writeFile(t, w.todosPath(), own)
	w.sync()
	w.wantListed("pay the rent", "open", "call Bob", "done")
	if readFile(t, w.todosPath()+".before-session-sync") != own {
		t.Error("the person's own list is lost")
	}
	w.out, w.env["SESSION_SYNC_OUTPUT"] = first, first
	w.sync() // the file here still shows the call as open, which nobody said
	w.wantListed("pay the rent", "open", "call Bob", "done")
}

// TestEditsDuringASync: what is changed while a sync reads is not written over.
func TestEditsDuringASync(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20))
	w.sync()
	w.appendTo(directFile, line(said("user", 300, "good morning")))
	edited := false
	_, err := w.trySync(engine.SyncOptions{Progress: func(int, int) {
		if !edited {
			edited = true
			w.edit(w.now, "- [ ] pay", "- [x] pay")
		}
	}})
	must(t, err)
	w.sync()
	if !edited {
		t.Fatal("nothing was edited")
	}
	w.wantListed("pay the rent", "done")
}

// TestEditAfterAWrongClock: a word of a time to come, when the clock was wrong,
// does not outdo what a person changes today.
func TestEditAfterAWrongClock(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20))
	today := w.now
	w.now = today.AddDate(4, 0, 0)
	w.sync()
	_, err := w.engine().Judge(context.Background(), []string{w.list(w.out)["pay the rent"].ID}, session.StatusDone)
	must(t, err)
	w.now = today
	w.edit(today, "- [x] pay", "- [ ] pay")
	w.sync()
	w.wantListed("pay the rent", "open")
}

// TestLongNotes: a person's words for which there is no room lie beside the list.
func TestLongNotes(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20))
	w.sync()
	w.edit(w.now, "## 我的备注\n", "## 我的备注\n"+strings.Repeat("a line of my own\n", 2<<10)+"the last line\n")
	own := readFile(t, w.todosPath())
	w.sync()
	if readFile(t, w.todosPath()+".before-session-sync") != own {
		t.Error("the end of the notes is lost")
	}
	w.edit(w.now, "- [ ] pay", "- [x] pay")
	w.sync()
	w.wantListed("pay the rent", "done")
	if exists(w.todosPath() + ".before-session-sync.2") {
		t.Error("notes that fit are put aside, too")
	}
}

// TestKeyInNotes: a secret that has many lines is one.
func TestKeyInNotes(t *testing.T) {
	fence := func(word string) string {
		return strings.Repeat("-", 5) + word + " RSA PRIVATE " + "KEY" + strings.Repeat("-", 5)
	}
	secret := strings.Repeat("c2VjcmV0", 8)
	w := toldWorld(t, task("pay the rent", 20))
	w.sync()
	w.edit(w.now, "## 我的备注\n", "## 我的备注\n"+fence("BEGIN")+"\n"+secret+"\n"+secret+"\n"+fence("END")+"\nmilk\n")
	w.sync()
	if page := readFile(t, w.todosPath()); strings.Contains(page, secret) || !strings.Contains(page, "\nmilk\n") {
		t.Errorf("todos.md is\n%s", page)
	}
}

// TestNotesOfGroups: what a person noted and ticked in the list of groups does
// not go with it.
func TestNotesOfGroups(t *testing.T) {
	group := task("book the room", 20)
	group.SessionKey = keyGroup
	w := itemsWorld(t)
	w.write(sessions+"sessions.json", asJSON(object{keyMain: web(idMain), keyGroup: telegram(idGroup, "group")}))
	w.write(sessions+idGroup+".jsonl", chat(idGroup, 10, 2))
	w.plugins = false
	w.configure("share: separate\n")
	w.sync()
	w.plugins = true
	w.told(group)
	w.sync()
	path := filepath.Join(w.out, "groups", "todos", "todos.md")
	text := strings.Replace(readFile(t, path), "- [ ] book", "- [x] book", 1) + "\nask Ann\n"
	writeFile(t, path, text)
	must(t, os.Chtimes(path, w.now, w.now))
	w.configure("")
	w.sync()
	w.wantListed("book the room", "done")
	if page := readFile(t, w.todosPath()); !strings.Contains(page, "\nask Ann\n") || exists(path) {
		t.Errorf("todos.md is\n%s", page)
	}
}

// TestLinkedTodos: a list behind a link is not read; it is somebody else's.
func TestLinkedTodos(t *testing.T) {
	w := toldWorld(t, task("pay the rent", 20))
	elsewhere := filepath.Join(w.root, "elsewhere")
	mkdir(t, elsewhere)
	writeFile(t, filepath.Join(elsewhere, "todos.md"), "a line of a file elsewhere\n")
	mkdir(t, w.out)
	if err := os.Symlink(elsewhere, filepath.Join(w.out, "todos")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	w.sync()
	if strings.Contains(readFile(t, w.todosPath()), "elsewhere") {
		t.Error("it is copied into ours")
	}
	if got := readFile(t, filepath.Join(elsewhere, "todos.md")); got != "a line of a file elsewhere\n" {
		t.Errorf("it says %q now", got)
	}
}
