package authoring

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// folder writes the fixtures of a plugin's folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "fixtures"), 0o755))
	for name, text := range files {
		must(t, os.WriteFile(filepath.Join(dir, "fixtures", name), []byte(text), 0o644))
	}
	return dir
}

const exchange = `{"messages":[
	{"id":"1","role":"user","text":"one"},
	{"id":"2","role":"assistant","text":"two"},
	{"id":"3","role":"user","text":"three"}],"want":[`

func item(key, title string) abi.Item {
	return abi.Item{Key: key, Kind: "note", Title: title, Score: 50}
}

func TestOutcomes(t *testing.T) {
	withTags := item("k", "<b>")
	withTags.Tags = []string{"x"}
	for name, c := range map[string]struct {
		plugin runnerFunc
		want   string
		lines  []string // of the difference
	}{
		"nothing":         {scripted(nil), ``, nil},
		"given fields":    {scripted(map[string]abi.Item{"one": withTags}), `{"key":"k"}`, nil},
		"all fields":      {scripted(map[string]abi.Item{"one": withTags}), `{"key":"k","kind":"note","title":"<b>","message_id":"1","evidence":"one","tags":["x"],"score":50,"due":""}`, nil},
		"order of speech": {scripted(map[string]abi.Item{"three": item("a", "t"), "one": item("b", "t")}), `{"key":"b"},{"key":"a"}`, nil},
		"withdrawn": {
			scripted(map[string]abi.Item{"one": item("a", "t"), "two": {Key: "a", Kind: "note", Title: "t", Status: "withdrawn"}}), ``, nil,
		},
		"revised":  {scripted(map[string]abi.Item{"one": item("a", "t"), "two": item("a", "u")}), `{"key":"a","title":"u"}`, nil},
		"missing":  {scripted(nil), `{"key": "a"}`, []string{`- {"key":"a"}`}},
		"too much": {scripted(map[string]abi.Item{"one": item("a", "<t>")}), ``, []string{`+ {"key":"a","kind":"note","message_id":"1","evidence":"one","title":"<t>","score":50}`}},
		"another": {
			scripted(map[string]abi.Item{"one": item("a", "t"), "two": item("b", "t"), "three": item("c", "t")}),
			`{"key":"a"},{"key":"x"},{"key":"c"}`,
			[]string{`- {"key":"x"}`, `+ {"key":"b","kind":"note","message_id":"2","evidence":"two","title":"t","score":50}`},
		},
		"other tags": {
			scripted(map[string]abi.Item{"one": withTags}), `{"tags":["y"]}`,
			[]string{`- {"tags":["y"]}`, `+ {"key":"k","kind":"note","message_id":"1","evidence":"one","title":"<b>","tags":["x"],"score":50}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			outcomes, err := Test(t.Context(), c.plugin, folder(t, map[string]string{"chat.json": exchange + c.want + `]}`}))
			must(t, err)
			if len(outcomes) != 1 || outcomes[0].Fixture != "chat" || outcomes[0].Passed() != (c.lines == nil) {
				t.Fatalf("%+v", outcomes)
			}
			if got := outcomes[0]; !slices.Equal(got.Difference, c.lines) || got.Split != nil {
				t.Errorf("%q and %q, want %q", got.Difference, got.Split, c.lines)
			}
		})
	}
}

// TestSplitsAreNoticed: a plugin that looks at a whole batch finds other things in
// other batches, even if only a field differs.
func TestSplitsAreNoticed(t *testing.T) {
	lastOnly := fake(func(batch abi.Batch) (abi.Result, error) {
		m := batch.Messages[len(batch.Messages)-1]
		found := abi.Item{Key: "last", Kind: "note", MessageID: m.ID, Evidence: m.Text, Title: "t"}
		if len(batch.Messages) == 1 {
			found.Due = "2026-03-02"
		}
		return abi.Result{Items: []abi.Item{found}}, nil
	})
	outcomes, err := Test(t.Context(), lastOnly, folder(t, map[string]string{"chat.json": exchange + `{"key":"last"}]}`}))
	must(t, err)
	want := []string{
		`- {"key":"last","kind":"note","message_id":"3","evidence":"three","title":"t","score":0}`,
		`+ {"key":"last","kind":"note","message_id":"3","evidence":"three","title":"t","due":"2026-03-02","score":0}`,
	}
	if got := outcomes[0]; got.Difference != nil || !slices.Equal(got.Split, want) || got.Passed() {
		t.Errorf("%+v", got)
	}
}

func TestFailuresAreOutcomes(t *testing.T) {
	wrong := errors.New("it went wrong")
	whole := fake(func(abi.Batch) (abi.Result, error) { return abi.Result{}, wrong })
	later := fake(func(batch abi.Batch) (abi.Result, error) {
		if batch.State != nil {
			return abi.Result{}, wrong
		}
		return abi.Result{State: []byte("s")}, nil
	})
	dir := folder(t, map[string]string{"b.json": exchange + `]}`, "a.json": `{"messages":[]}`, "notes.txt": "-"})
	for plugin, problem := range map[*runnerFunc]string{&whole: "it went wrong", &later: "message by message: it went wrong"} {
		outcomes, err := Test(t.Context(), plugin, dir)
		must(t, err)
		if len(outcomes) != 2 || outcomes[0].Fixture != "a" || !outcomes[0].Passed() {
			t.Fatalf("%+v", outcomes)
		}
		if got := outcomes[1]; got.Passed() || !errors.Is(got.Err, wrong) || got.Err.Error() != problem {
			t.Errorf("%v, want %s", got.Err, problem)
		}
	}
}

func TestBadFixtures(t *testing.T) {
	message := func(fields string) string { return `{"messages":[{"id":"1","role":"user"},{` + fields + `}]}` }
	for name, c := range map[string]struct{ text, problem string }{
		"empty":         {``, "at byte 0: EOF"},
		"misspelt":      {`{"mesages":[]}`, `unknown field "mesages"`},
		"two values":    {`{} {}`, "there is something behind the end"},
		"brace":         {`{}}`, "there is something behind the end"},
		"session":       {`{"session":{"id":"a"}}`, `session: at byte`},
		"message":       {message(`"i":0`), `messages[1]: at byte`},
		"same id":       {message(`"id":"1"`), `messages[1]: the id is missing or that of an earlier message`},
		"no id":         {message(`"role":"user"`), `messages[1]: the id is missing`},
		"role":          {message(`"id":"2","role":"tool"`), `messages[1]: the role is not`},
		"time":          {message(`"id":"2","role":"user","time":"now"`), `messages[1]: the time is not`},
		"origin":        {message(`"id":"2","role":"user","origin":"me"`), `messages[1]: the origin is not`},
		"wanted field":  {`{"want":[{"text":"x"}]}`, `want[0]: at byte`},
		"wanted number": {`{"want":[{"score":"x"}]}`, `want[0]: at byte`},
		"long":          {`{"messages":[]` + strings.Repeat(" ", maxFixture) + "}", "it is longer than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Test(t.Context(), scripted(nil), folder(t, map[string]string{"bad.json": c.text}))
			if err == nil || !strings.Contains(err.Error(), "bad.json") || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%v, want %q", err, c.problem)
			}
		})
	}
	for _, dir := range []string{t.TempDir(), folder(t, map[string]string{"notes.txt": ""})} {
		if _, err := Test(t.Context(), scripted(nil), dir); err == nil || !strings.Contains(err.Error(), "there are no fixtures") {
			t.Errorf("%v", err)
		}
	}
}

func TestUpdateWritesWhatIsFound(t *testing.T) {
	const before = `{"session":{"agent":"main", "key":"<k>"},"messages":[{"id":"1","role":"user","text":"one"},
		{"id":"2","role":"user","text":"two"}]}`
	const after = `{
  "session": {"agent":"main","key":"<k>"},
  "messages": [
    {"id":"1","role":"user","text":"one"},
    {"id":"2","role":"user","text":"two"}
  ],
  "want": [
    {"key":"a","kind":"note","message_id":"1","evidence":"one","title":"<t>","score":50}
  ]
}
`
	dir := folder(t, map[string]string{"chat.json": before, "none.json": `{"messages":[]}`})
	plugin := scripted(map[string]abi.Item{"one": item("a", "<t>")})
	for _, want := range [][]string{{"chat", "none"}, nil} {
		changed, err := Update(t.Context(), plugin, dir)
		if err != nil || !slices.Equal(changed, want) {
			t.Errorf("changed %q, want %q, %v", changed, want, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "fixtures", "chat.json"))
	if err != nil || string(text) != after {
		t.Errorf("%s, %v", text, err)
	}
	outcomes, err := Test(t.Context(), plugin, dir)
	if err != nil || !outcomes[0].Passed() || !outcomes[1].Passed() || outcomes[0].Found != 1 {
		t.Errorf("%+v, %v", outcomes, err)
	}
}

// FuzzFixture: what can be read is written so that it is read as the same.
func FuzzFixture(f *testing.F) {
	f.Add([]byte(exchange + `{"key":"a","tags":["x"]}]}`))
	f.Add([]byte(`{"session":{"title":"\u2028<\ud800"},"messages":[],"want":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := parseFixture(data)
		if err != nil {
			return
		}
		items := []abi.Item{item("k", "<\u2028")}
		text := read.wanting(items)
		again, err := parseFixture(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if string(again.batch.Append(nil)) != string(read.batch.Append(nil)) || string(again.wanting(items)) != string(text) {
			t.Fatalf("%s becomes %s", text, again.wanting(items))
		}
		if lines := difference(again.file.Want, items, matches); lines != nil {
			t.Fatalf("%q", lines)
		}
	})
}
