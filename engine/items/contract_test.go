package items

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/jsondoc"
	"github.com/smallccwc/chronosync/engine/session"
)

// everyItem is a board of a decision and a todo with every optional member
// (full), or with none of them.
func everyItem(full bool) Board {
	it := said("t", "03-14 12:11", "the title")
	bare := &session.Item{ID: it.ID, Kind: it.Kind, Title: it.Title, Plugin: it.Plugin, Origin: it.Origin, Evidence: it.Evidence}
	if !full {
		return Board{
			Decisions: []Decision{{Item: bare, Tier: TierMain}},
			Todos:     []Todo{{Item: bare, Tier: TierMain, State: session.StatusOpen}},
		}
	}
	it.Body, it.Tags, it.Sender, it.Owner, it.Due = "more", []string{"tag"}, "Ann", session.OwnerUser, "2026-03-16T09:00"
	verdict := &session.Verdict{Status: session.StatusCancelled, At: it.Time}
	return Board{
		Decisions: []Decision{{Item: &it, Tier: TierMain, State: session.StatusCancelled, Verdict: verdict}},
		Todos: []Todo{{
			Item: &it, Tier: TierMain, State: session.StatusDone, Verdict: verdict,
			ClosedBy: &it, ClosedAt: it.Time, MaybeClosedBy: bare, SameAs: it.ID,
		}},
	}
}

// TestDocumentNamesTheMembers holds docs/json.md, in both languages, to the two
// lists.
func TestDocumentNamesTheMembers(t *testing.T) {
	for _, name := range jsondoc.Names() {
		document := readContract(t, name)
		for _, full := range []bool{true, false} {
			check := func(table int, object json.RawMessage, full bool) {
				for _, problem := range jsondoc.Check(document.Tables[table], object, full) {
					t.Errorf("%s, table %d: %s", name, table, problem)
				}
			}
			todos, decisions := filesOf(t, everyItem(full))

			var index struct{ Months, Items []json.RawMessage }
			unmarshal(t, decisions, &index)
			check(jsondoc.DecisionList, decisions, full)
			check(jsondoc.Decision, index.Items[0], full)
			for _, month := range index.Months { // one that was cancelled is in none
				check(jsondoc.Month, month, full)
			}

			var list struct{ Todos []json.RawMessage }
			unmarshal(t, todos, &list)
			check(jsondoc.TodoList, todos, full)
			check(jsondoc.Todo, list.Todos[0], full)
			if full {
				var todo map[string]json.RawMessage
				unmarshal(t, list.Todos[0], &todo)
				check(jsondoc.Report, todo["closed_by"], true)
				check(jsondoc.Report, todo["possibly_closed_by"], false)
				check(jsondoc.Verdict, todo["verdict"], true)
			}
		}
	}
}

func TestDocumentNamesWhatMembersMayBe(t *testing.T) {
	want := map[string][]string{
		"tier":   {string(TierMain), string(TierSuggested)},
		"owner":  {string(session.OwnerUser), string(session.OwnerAgent), string(session.OwnerOther)},
		"status": {string(session.StatusOpen), string(session.StatusDone), string(session.StatusCancelled), string(session.StatusConfirmed)},
	}
	for _, name := range jsondoc.Names() {
		got := readContract(t, name).Values
		for enumeration, values := range want {
			if !slices.Equal(got[enumeration], values) {
				t.Errorf("%s: the document says %s is %v, the code %v", name, enumeration, got[enumeration], values)
			}
		}
	}
}

func readContract(t *testing.T, name string) jsondoc.Document {
	t.Helper()
	document, err := jsondoc.Read(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// filesOf gives todos.json and index.json.
func filesOf(t *testing.T, b Board) (todos, decisions []byte) {
	t.Helper()
	opt := Options{Location: shanghai()}
	first, _ := b.TodoFiles(now(), nil, opt)
	for _, f := range slices.Concat(first, b.DecisionFiles(opt)) {
		switch f.Name {
		case "todos.json":
			todos = f.Data
		case "index.json":
			decisions = f.Data
		}
	}
	return todos, decisions
}

func unmarshal(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}
