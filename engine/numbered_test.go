package engine_test

import (
	"fmt"
	"strings"
	"testing"
)

// people are addresses of people who do not exist.
func people() (ann, bob, carl string) {
	at := func(name string) string { return name + "@" + "people.example" }
	return at("ann"), at("bob"), at("carl")
}

// contents are the texts of the shared messages, in their order.
func (w *world) contents() string {
	w.t.Helper()
	var all []string
	for _, m := range w.shared() {
		all = append(all, m.Content)
	}
	return strings.Join(all, "\n")
}

func numberedWorld(t *testing.T) *world {
	w := newWorld(t)
	w.numbered = true
	return w
}

// TestNumbered: two people stay apart within a session, in whatever steps and
// spelling they come.
func TestNumbered(t *testing.T) {
	ann, bob, carl := people()
	w := numberedWorld(t)
	w.write(sessions+"sessions.json", asJSON(object{keyMain: web(idMain)}))
	w.write(mainFile, lines(header(idMain), said("user", 1, "ask "+bob+" or "+ann)))
	w.sync()
	w.appendTo(mainFile, lines(said("assistant", 2, "not "+strings.ToUpper(ann)+" but "+carl)))
	w.sync()
	want := "ask [EMAIL#1] or [EMAIL#2]\nnot [EMAIL#2] but [EMAIL#3]"
	if got := w.contents(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := w.trySync(fullSync); err != nil || w.contents() != want {
		t.Errorf("after a full sync: %s, %v", w.contents(), err)
	}
	w.numbered = false
	w.appendTo(mainFile, lines(said("user", 3, "plain "+bob)))
	if w.sync(); w.contents() != want+"\nplain [EMAIL]" {
		t.Errorf("without numbers: %s", w.contents())
	}
	w.search(map[string]string{"ann": ann, "bob": bob, "carl": carl}, "with numbers")
}

// TestNumberedJoin: a window whose key is learned later takes its people into
// the numbers of its session.
func TestNumberedJoin(t *testing.T) {
	ann, bob, carl := people()
	w := numberedWorld(t)
	index := object{keyMain: web(idMain)}
	w.write(sessions+"sessions.json", asJSON(index))
	w.write(mainFile, lines(header(idMain), said("user", 10, "first "+ann+", then "+bob)))
	late := sessions + idGroup + ".jsonl"
	w.write(late, lines(header(idGroup), said("user", 20, "late "+carl+" and "+bob+", literally [EMAIL#7]")))
	w.sync()
	if got := w.exported(); !strings.Contains(got, "late [EMAIL#1] and [EMAIL#2], literally") {
		t.Fatalf("before it is joined: %s", got)
	}
	row := web(idGroup)
	row["usageFamilySessionIds"] = []string{idMain, idGroup}
	index[keyMain] = row
	w.write(sessions+"sessions.json", asJSON(index))
	w.appendTo(late, lines(said("user", 30, "again "+carl)))
	w.sync()
	want := "first [EMAIL#1], then [EMAIL#2]\nlate [EMAIL#3] and [EMAIL#2], literally [EMAIL#7]\nagain [EMAIL#3]"
	if got := w.contents(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := w.trySync(fullSync); err != nil || w.contents() != want {
		t.Errorf("after a full sync: %s, %v", w.contents(), err)
	}
}

// TestNumberedAgain: what new rules find is numbered too, and equal values that
// are read later get the same numbers.
func TestNumberedAgain(t *testing.T) {
	ann, bob, _ := people()
	w := numberedWorld(t)
	w.redact = weak()
	w.write(sessions+"sessions.json", asJSON(object{keyMain: web(idMain)}))
	w.write(mainFile, lines(header(idMain), said("user", 1, "ask "+ann+" or "+bob)))
	w.sync()
	w.redact.Disable = nil
	w.appendTo(mainFile, lines(said("user", 2, "no, "+bob)))
	w.sync()
	if got, want := w.contents(), "ask [EMAIL#1] or [EMAIL#2]\nno, [EMAIL#2]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestNumberedSteps: in which steps a transcript grew makes no difference.
func TestNumberedSteps(t *testing.T) {
	ann, bob, carl := people()
	grown, once := numberedWorld(t), numberedWorld(t)
	all := []object{header(idMain)}
	grown.write(mainFile, lines(header(idMain)))
	for i, who := range []string{carl, ann, carl, bob, ann, bob} {
		next := said("user", i, fmt.Sprintf("%d: %s", i, who))
		all = append(all, next)
		grown.appendTo(mainFile, lines(next))
		grown.sync()
	}
	once.write(mainFile, lines(all...))
	once.sync()
	if grown.contents() != once.contents() || !strings.Contains(once.contents(), "5: [EMAIL#3]") {
		t.Errorf("grown %s\nat once %s", grown.contents(), once.contents())
	}
}
