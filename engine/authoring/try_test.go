package authoring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// runnerFunc is a plugin made of one function.
type runnerFunc func(batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error)

func (runnerFunc) Name() string { return "fake" }

func (f runnerFunc) Run(_ context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	return f(batch, earlier)
}

// fake is a plugin that looks at the batch only.
func fake(f func(batch abi.Batch) (abi.Result, error)) runnerFunc {
	return func(batch abi.Batch, _ func(string) (string, bool)) (abi.Result, error) { return f(batch) }
}

// scripted gives items for messages by their text.
func scripted(script map[string]abi.Item) runnerFunc {
	return fake(func(batch abi.Batch) (abi.Result, error) {
		var result abi.Result
		for _, m := range batch.Messages {
			if item, there := script[m.Text]; there {
				item.MessageID, item.Evidence = m.ID, m.Text
				result.Items = append(result.Items, item)
			}
		}
		return result, nil
	})
}

func talk(messages ...string) string {
	var list []string
	for i, text := range messages {
		list = append(list, fmt.Sprintf(`{"i":%d,"role":"user","ts":"2026-03-02T09:00:00+08:00","text":%q}`, i, text))
	}
	return `{"id":"a","labels":[{"i":0}],"messages":[` + strings.Join(list, ",") + "]}\n"
}

func TestTryGivesARowForEachChange(t *testing.T) {
	todo := func(key, status string) abi.Item {
		return abi.Item{Key: key, Kind: "todo", Title: "t", Status: status, Score: 80}
	}
	for name, c := range map[string]struct {
		script   map[string]abi.Item
		messages []string
		want     string // of type and text
	}{
		"opened and done": {
			map[string]abi.Item{"one": todo("k", "open"), "two": todo("k", "done")},
			[]string{"one", "-", "two"}, "todo-open one, todo-done two",
		},
		"closed by an item of its own": {
			map[string]abi.Item{"one": todo("k", ""), "two": {Key: "l", Kind: "todo", Status: "cancelled", Resolves: "k", Score: 80}},
			[]string{"one", "two"}, "todo-open one, todo-cancelled two",
		},
		"said better": {
			map[string]abi.Item{"one": todo("k", "open"), "two": todo("k", "open")},
			[]string{"one", "two"}, "todo-open two",
		},
		"opened again": {
			map[string]abi.Item{"one": todo("k", "open"), "two": todo("k", "done"), "three": todo("k", "open")},
			[]string{"one", "two", "three"}, "todo-open one, todo-done two, todo-open three",
		},
		"withdrawn": {
			map[string]abi.Item{"one": todo("k", "open"), "two": todo("k", "withdrawn")},
			[]string{"one", "two"}, "",
		},
		"found again": {
			map[string]abi.Item{"one": todo("k", "done"), "two": todo("k", "withdrawn"), "three": todo("k", "open")},
			[]string{"one", "two", "three"}, "todo-open three",
		},
		"other kinds": {
			map[string]abi.Item{"one": {Key: "k", Kind: "question", Status: "open"}, "two": {Key: "l", Kind: "knowledge"}},
			[]string{"two", "one"}, "knowledge two, question one",
		},
		"nothing": {nil, []string{"one"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Try(t.Context(), []Runner{scripted(c.script)}, strings.NewReader(talk(c.messages...)), &out); err != nil {
				t.Fatal(err)
			}
			var got answer
			if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.ID != "a" || got.Items == nil {
				t.Fatalf("%s: %v", out.Bytes(), err)
			}
			var rows []string
			for _, row := range got.Items {
				rows = append(rows, row.Type+" "+row.Text)
			}
			if got := strings.Join(rows, ", "); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestRevisionWithinAMessage: a report that was taken for a new todo at first was
// never open.
func TestRevisionWithinAMessage(t *testing.T) {
	found := findings{}
	for _, status := range []string{"open", "done", "open", "done"} {
		found.add(abi.Item{Key: "k", Kind: "todo", MessageID: "7", Status: status})
	}
	if len(found["k"]) != 1 || found["k"][0].Status != "done" {
		t.Errorf("%+v", found)
	}
}

func TestTryShowsWhatWasSaid(t *testing.T) {
	var shown []abi.Batch
	record := fake(func(batch abi.Batch) (abi.Result, error) {
		shown = append(shown, batch)
		items := []abi.Item{
			{Key: "a", Kind: "decision", MessageID: "0", Evidence: "<b>", Title: "t", Owner: "user", Due: "2026-03-03", Score: 50},
			{Key: "b", Kind: "decision", MessageID: "1", Evidence: "two", Title: "t", Score: 49},
			{Key: "c", Kind: "decision", MessageID: "2", Evidence: "three", Title: "t", Score: 100},
		}
		return abi.Result{Items: items}, nil
	})
	in := `{"id":"x-1","lang":"en","channel":"slack","messages":[
		{"i":"m7","role":"user","ts":"2026-03-02T09:00:00.5+08:00","sender":"Ann","text":"Ann: one <b>"},
		{"i":1,"role":"tool","text":"FAIL"},
		{"i":2,"role":"assistant","text":"two"},
		{"i":3.0,"role":"user","origin":"external","text":"three"}]}`
	var out bytes.Buffer
	if err := Try(t.Context(), []Runner{record}, strings.NewReader("\n"+strings.ReplaceAll(in, "\n", "")+"\r\n \n"), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"x-1","items":[{"i":"m7","type":"decision","text":"<b>","owner":"user","due":"2026-03-03","tier":"main"},` +
		`{"i":2,"type":"decision","text":"two","tier":"suggested"},{"i":3.0,"type":"decision","text":"three","tier":"suggested"}]}` + "\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
	batch := abi.Batch{
		Session: abi.Session{Agent: "main", Key: "x-1", Channel: "slack"},
		Messages: []abi.Message{
			{ID: "0", Role: "user", Time: 1772413200500, Offset: 8 * 3600, Sender: "Ann", Origin: "owner", Text: "Ann: one <b>"},
			{ID: "1", Role: "assistant", Origin: "agent", Text: "two"},
			{ID: "2", Role: "user", Origin: "external", Text: "three"},
		},
	}
	if len(shown) != 1 || string(shown[0].Append(nil)) != string(batch.Append(nil)) {
		t.Errorf("shown %+v", shown)
	}
}

// TestTryCarriesTheState over batches that are cut where a host cuts them.
func TestTryCarriesTheState(t *testing.T) {
	var states [][]byte
	record := fake(func(batch abi.Batch) (abi.Result, error) {
		states = append(states, batch.State)
		return abi.Result{State: append(batch.State, byte(len(batch.Messages)))}, nil
	})
	long := strings.Repeat("x", abi.MaxBatch/2)
	in := talk(long, long, long) + talk("one")
	if err := Try(t.Context(), []Runner{record}, strings.NewReader(in), io.Discard); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(states), "[[] [1] [1 1] []]"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
}

func TestTryNamesBrokenLines(t *testing.T) {
	for name, c := range map[string]struct{ line, problem string }{
		"not JSON":        {`no`, `it is not {"id"`},
		"two values":      {`{"id":"a"} {}`, `it is not {"id"`},
		"no id":           {`{"messages":[]}`, `it is not {"id"`},
		"role":            {`{"id":"a","messages":[{"i":0,"role":"tool"},{"i":1,"role":"me"}]}`, "messages[1]: the role is not"},
		"no number":       {`{"id":"a","messages":[{"role":"user"}]}`, "messages[0]: i is neither"},
		"null for number": {`{"id":"a","messages":[{"i":null,"role":"user"}]}`, "messages[0]: i is neither"},
		"time":            {`{"id":"a","messages":[{"i":0,"role":"user","ts":"2026-03-02 09:00"}]}`, "messages[0]: ts is not"},
		"origin":          {`{"id":"a","messages":[{"i":0,"role":"user","origin":"me"}]}`, "messages[0]: the origin is not"},
		"long":            {`{"id":"a","messages":[]` + strings.Repeat(" ", maxLine) + "}", "it is longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := Try(t.Context(), nil, strings.NewReader("\n"+c.line+"\n"+talk("fine")), &out)
			var broken *BrokenError
			if !errors.As(err, &broken) || broken.Total != 1 || !strings.Contains(err.Error(), "line 2: "+c.problem) {
				t.Errorf("%v, want line 2: %s", err, c.problem)
			}
			if want := `{"id":"a","items":[]}` + "\n"; out.String() != want {
				t.Errorf("the good line gave %s", &out)
			}
		})
	}
	err := Try(t.Context(), nil, strings.NewReader(strings.Repeat("x\n", 100)), io.Discard)
	if err == nil || !strings.HasSuffix(err.Error(), "line 5: it is not {\"id\":\"...\",\"messages\":[...]}; and 95 more") {
		t.Errorf("%v", err)
	}
}

func TestTryNamesThePluginThatFails(t *testing.T) {
	wrong := errors.New("it went wrong")
	fail := fake(func(abi.Batch) (abi.Result, error) { return abi.Result{}, wrong })
	err := Try(t.Context(), []Runner{scripted(nil), fail}, strings.NewReader("\n"+talk("one")), io.Discard)
	if !errors.Is(err, wrong) || err.Error() != `line 2: plugin "fake": it went wrong` {
		t.Errorf("%v", err)
	}
}

func FuzzTry(f *testing.F) {
	f.Add([]byte(talk("one", "two")))
	f.Add([]byte("{\"id\":\"a\",\"messages\":[{\"i\":\"0\",\"role\":\"assistant\",\"text\":\"\\ud800\xff\"}]}\n\n{}"))
	everything := fake(func(batch abi.Batch) (abi.Result, error) {
		if _, err := abi.Decode(batch.Append(nil)); err != nil {
			return abi.Result{}, err
		}
		var result abi.Result
		for _, m := range batch.Messages {
			result.Items = append(result.Items, abi.Item{Key: m.ID, Kind: "todo", MessageID: m.ID, Evidence: m.Text})
		}
		return result, nil
	})
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		err := Try(t.Context(), []Runner{everything}, bytes.NewReader(in), &out)
		var broken *BrokenError
		if err != nil && !errors.As(err, &broken) {
			t.Fatal(err)
		}
		want := 0
		for _, line := range bytes.Split(in, []byte("\n")) {
			if len(bytes.TrimSpace(line)) > 0 {
				want++
			}
		}
		if broken != nil {
			want -= broken.Total
		}
		for got, err := range lines(&out) {
			var answered answer
			if err != nil || json.Unmarshal(got.text, &answered) != nil || answered.Items == nil {
				t.Fatalf("%q, %v", got.text, err)
			}
			want--
		}
		if want != 0 {
			t.Fatalf("%d lines were neither answered nor named", want)
		}
	})
}

// TestItemsMayNameEarlierMessages, also across batches, and the plugin's host is
// told what was said there.
func TestItemsMayNameEarlierMessages(t *testing.T) {
	var knew []string
	late := runnerFunc(func(batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
		text, _ := earlier("0")
		knew = append(knew, text)
		if batch.State == nil {
			return abi.Result{State: []byte("s")}, nil
		}
		return abi.Result{Items: []abi.Item{{Key: "k", Kind: "decision", MessageID: "0", Evidence: "one"}}}, nil
	})
	long := strings.Repeat("x", abi.MaxText)
	var out bytes.Buffer
	if err := Try(t.Context(), []Runner{late}, strings.NewReader(talk("one", long, long)), &out); err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"a","items":[{"i":0,"type":"decision","text":"one","tier":"suggested"}]}` + "\n"; out.String() != want {
		t.Errorf("%s, want %s", &out, want)
	}
	if got := strings.Join(knew, ","); got != ",one" {
		t.Errorf("knew %q", got)
	}
}
