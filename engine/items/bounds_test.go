package items

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

const fileBound = 256 << 10

// crowd is more than any file can hold.
func crowd(n int) []session.Item {
	var items []session.Item
	for i := range n {
		it := said(fmt.Sprint("n", i), "03-01 10:00", fmt.Sprintf("number%d: %s", i, strings.Repeat("长", i%90)))
		it.Time = it.Time.Add(time.Duration(i) * time.Minute)
		it.Evidence = fmt.Sprintf("I said %d", i)
		switch i % 5 {
		case 1:
			it.Status = session.StatusDone
		case 2:
			it.Score = unsure
		case 3:
			it.Kind = session.ItemDecision
		case 4:
			it.Kind, it.Score = session.ItemKnowledge, 40+i%20
		}
		items = append(items, it)
	}
	return items
}

func TestFilesAreBounded(t *testing.T) {
	b := Fold(crowd(12000), nil)
	opt := Options{Location: shanghai()}
	notes := slices.Repeat([]string{strings.Repeat("n", 999)}, 20)
	files, shown := b.TodoFiles(now(), notes, opt)
	for _, f := range append(files, b.DecisionFiles(opt)...) {
		if len(f.Data) > fileBound || len(f.Data) < fileBound/2 {
			t.Errorf("%s has %d bytes", f.Name, len(f.Data))
		}
	}
	lists, omitted, _ := parseTodos(t, "zh", files[0].Data)
	open, suggested, ended := b.sections(now())
	listed := len(lists[0]) + len(lists[1]) + len(lists[2])
	if listed+omitted != len(open)+len(suggested)+len(ended) || listed != len(shown) {
		t.Errorf("%d are listed, %d omitted, %d shown, of %d, %d and %d", listed, omitted, len(shown), len(open), len(suggested), len(ended))
	}
	if len(lists[1]) != maxSuggested || len(lists[2]) < 50 {
		t.Errorf("%d suggestions and %d closed todos are listed", len(lists[1]), len(lists[2]))
	}
	if lists[0][0].id != open[0].Item.ID || lists[2][0].id != ended[0].Item.ID {
		t.Error("what is listed does not begin with the newest")
	}
}

// readIndex is decisions/index.json.
type readIndex struct {
	SchemaVersion int `json:"schema_version"`
	Months        []struct {
		Month, File    string
		Count, Omitted int
	}
	Items []readItem
}

type readItem struct {
	ID, Kind, Title, Body, Tier, Plugin, Agent, Channel, Sender, Origin, Evidence, Status, Owner, Due string

	Score            int
	Tags             []string
	SessionKey       string    `json:"session_key"`
	MessageID        string    `json:"message_id"`
	Timestamp        time.Time `json:"timestamp"`
	ClosedAt         time.Time `json:"closed_at"`
	SameAs           string    `json:"same_as"`
	ClosedBy         *readItem `json:"closed_by"`
	PossiblyClosedBy *readItem `json:"possibly_closed_by"`
	Verdict          *struct {
		Status string
		At     time.Time
	}
}

// strict decodes JSON that may hold nothing that the type does not name.
func strict(t testing.TB, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func lastFile(files []File) []byte { return files[len(files)-1].Data }

// The index counts what the month files hold, and the commands in them reach
// the rest.
func TestMonths(t *testing.T) {
	b := Fold(append(crowd(12000), said("d", "02-01 10:00", "x")), nil)
	files := b.DecisionFiles(Options{Location: shanghai()})
	var index readIndex
	strict(t, lastFile(files), &index)
	if len(index.Months) != len(files)-1 || index.SchemaVersion != 1 {
		t.Fatalf("got %d months in the index of %d files", len(index.Months), len(files)-1)
	}
	all := 0
	for i, m := range index.Months {
		sure, suggested, omitted := parseMonth(t, "zh", m.Month, files[i].Data)
		if files[i].Name != m.File || m.Count != len(sure)+len(suggested) || m.Omitted != omitted {
			t.Errorf("%s: got %+v, want %d with %d omitted", files[i].Name, m, len(sure)+len(suggested), omitted)
		}
		if full := len(files[i].Data) > fileBound/2; full && len(suggested) != maxUnsure {
			t.Errorf("%s: got %d suggestions", files[i].Name, len(suggested))
		}
		all += m.Count + m.Omitted
	}
	if all != len(b.Decisions) {
		t.Errorf("the months have %d decisions, want %d", all, len(b.Decisions))
	}
	if !strings.Contains(string(files[0].Data), "`session-sync decisions --since 2026-03-01 --until 2026-04-01`") {
		t.Error("the month does not say how to see the rest")
	}
	var whole readIndex
	strict(t, lastFile(b.DecisionFiles(Options{Bytes: 4 << 20})), &whole)
	if len(whole.Items) != maxIndexed {
		t.Errorf("got %d items where there is room for all", len(whole.Items))
	}
	if len(index.Items) < 300 || len(index.Items) > maxIndexed || index.Items[0].ID != b.Decisions[0].Item.ID {
		t.Errorf("got %d items, the first %+v", len(index.Items), index.Items[0])
	}
}

// What comes in later changes the file of no other month, in any language or
// zone.
func TestOldMonthsStay(t *testing.T) {
	items, verdicts := sample()
	opt := Options{Location: shanghai()}
	before := Fold(items, verdicts).DecisionFiles(opt)
	later := with(said("later", "04-01 00:00", "new"), func(it *session.Item) { it.Kind = session.ItemDecision })
	after := Fold(append(items, later), verdicts).DecisionFiles(opt)
	if len(after) != len(before)+1 || after[0].Name != "2026-04.md" {
		t.Fatalf("got %d files, the first %s", len(after), after[0].Name)
	}
	for i, f := range before[:len(before)-1] {
		if got := after[i+1]; got.Name != f.Name || string(got.Data) != string(f.Data) {
			t.Errorf("%s changed", f.Name)
		}
	}
}

func TestCancelledDecisionsAreOnlyInTheIndex(t *testing.T) {
	items, verdicts := sample()
	files := Fold(items, verdicts).DecisionFiles(Options{})
	for _, f := range files[:len(files)-1] {
		if strings.Contains(string(f.Data), idOf("d7")) {
			t.Errorf("%s has a cancelled decision", f.Name)
		}
	}
	var index readIndex
	strict(t, lastFile(files), &index)
	i := slices.IndexFunc(index.Items, func(it readItem) bool { return it.ID == idOf("d7") })
	if i < 0 || index.Items[i].Status != "cancelled" || index.Items[i].Verdict.Status != "cancelled" {
		t.Errorf("the index does not have it")
	}
}

func TestUndatedDecisions(t *testing.T) {
	files := Fold([]session.Item{with(said("d", "03-10 10:00", "x"), func(it *session.Item) { it.Kind = session.ItemDecision; noTime(it) })}, nil).DecisionFiles(Options{})
	if len(files) != 2 || files[0].Name != "undated.md" {
		t.Fatalf("got %v", files)
	}
	if sure, _, _ := parseMonth(t, "zh", "undated", files[0].Data); len(sure) != 1 {
		t.Errorf("got %v", sure)
	}
}

type readTodos struct {
	SchemaVersion int `json:"schema_version"`
	Omitted       int
	Todos         []readItem
}

func TestTodoList(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			items := hostileItems(text)
			items[0].Body, items[0].Tags = text, []string{text, "b"}
			files, _ := Fold(items, verdicts("x", "cancelled", "03-16 10:00")).TodoFiles(now(), nil, Options{})
			var list readTodos
			strict(t, lastFile(files), &list)
			if list.SchemaVersion != 1 || list.Omitted != 0 || len(list.Todos) != 6 {
				t.Fatalf("got %+v", list)
			}
			for _, it := range list.Todos {
				i := slices.IndexFunc(items, func(x session.Item) bool { return x.ID == it.ID })
				if it.Title != strings.ToValidUTF8(items[i].Title, "\uFFFD") || it.Evidence != strings.ToValidUTF8(items[i].Evidence, "\uFFFD") || !it.Timestamp.Equal(items[i].Time) {
					t.Errorf("got %+v, want %+v", it, items[i])
				}
			}
		})
	}
	t.Run("newest and open ones are kept", func(t *testing.T) {
		b := Fold(crowd(12000), nil)
		files, _ := b.TodoFiles(now(), nil, Options{})
		var list readTodos
		strict(t, lastFile(files), &list)
		if list.Omitted != len(b.Todos)-len(list.Todos) {
			t.Errorf("got %d omitted of %d, with %d listed", list.Omitted, len(b.Todos), len(list.Todos))
		}
		if !slices.IsSortedFunc(list.Todos, func(a, b readItem) int { return b.Timestamp.Compare(a.Timestamp) }) || list.Todos[len(list.Todos)-1].Status != "open" {
			t.Error("closed todos take the room of open ones")
		}
	})
	t.Run("a huge one takes no room", func(t *testing.T) {
		huge := with(said("h", "03-14 10:00", "x"), func(it *session.Item) { it.Body = strings.Repeat("x", 200<<10) })
		files, _ := Fold([]session.Item{said("a", "03-10 10:00", "small"), huge}, nil).TodoFiles(now(), nil, Options{})
		var list readTodos
		strict(t, lastFile(files), &list)
		if list.Omitted != 1 || len(list.Todos) != 1 || list.Todos[0].Title != "small" {
			t.Errorf("got %+v", list)
		}
	})
}

// A suggestion that went away by itself is nothing to tell.
func TestClosedSuggestionsAreNotListed(t *testing.T) {
	todo := with(said("t", "03-14 10:00", "x"), low)
	done := closer("c", "03-15 10:00", "t")
	for name, c := range map[string]struct {
		items    []session.Item
		verdicts map[string]session.Verdict
		want     int
	}{
		"by a message": {[]session.Item{todo, done}, nil, 0},
		"by a person":  {[]session.Item{todo}, verdicts("t", "cancelled", "03-15 10:00"), 1},
	} {
		files, _ := Fold(c.items, c.verdicts).TodoFiles(now(), nil, Options{})
		if lists, _, _ := parseTodos(t, "zh", files[0].Data); len(lists[2]) != c.want {
			t.Errorf("%s: got %d closed todos, want %d", name, len(lists[2]), c.want)
		}
	}
}

// A day that passes changes what is overdue and what was closed lately, and
// nothing in the JSON.
func TestAnotherDay(t *testing.T) {
	items, verdicts := sample()
	b := Fold(items, verdicts)
	opt := Options{Location: shanghai()}
	today, _ := b.TodoFiles(now(), nil, opt)
	sameDay, _ := b.TodoFiles(now().Add(time.Hour), nil, opt)
	later, _ := b.TodoFiles(now().Add(60*24*time.Hour), nil, opt)
	if string(today[0].Data) != string(sameDay[0].Data) {
		t.Error("an hour changes todos.md")
	}
	lists, _, _ := parseTodos(t, "zh", later[0].Data)
	if len(lists[2]) != 0 {
		t.Errorf("got %d closed todos after two months", len(lists[2]))
	}
	for _, x := range lists[0] {
		if x.overdue != (x.due != "") {
			t.Errorf("%q: overdue is %v", x.title, x.overdue)
		}
	}
	if string(today[1].Data) != string(later[1].Data) {
		t.Error("todos.json depends on the day")
	}
}

func TestEmptyBoard(t *testing.T) {
	files, shown := Board{}.TodoFiles(now(), nil, Options{})
	lists, omitted, notes := parseTodos(t, "zh", files[0].Data)
	if len(shown)+len(lists[0])+len(lists[1])+len(lists[2])+omitted+len(notes) != 0 {
		t.Errorf("got %s", files[0].Data)
	}
	if !strings.Contains(string(files[0].Data), chinese().noneOpen) {
		t.Error("todos.md does not say that nothing is open")
	}
	if got, want := string(files[1].Data), `{"schema_version":1,"omitted":0,"todos":[`+"\n]}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(lastFile(Board{}.DecisionFiles(Options{}))), `{"schema_version":1,"months":[`+"\n],\"items\":[\n]}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Words of both languages say the same things.
func TestWordsAreComplete(t *testing.T) {
	empty := regexp.MustCompile(`\w+:""`)
	for _, w := range languages() {
		said := fmt.Sprintf("%#v", *w)
		for _, missing := range empty.FindAllString(strings.ReplaceAll(said, " ", ""), -1) {
			t.Errorf("%s: %s", w.todos, missing)
		}
	}
	if zh, en := len(chinese().origins)+len(chinese().kinds), len(english().origins)+len(english().kinds); zh != en {
		t.Errorf("got %d and %d names", zh, en)
	}
}
