package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

func TestRedactLines(t *testing.T) {
	phone := "138" + "1234" + "5670"
	for _, c := range []struct{ name, in, want string }{
		{"in order, with any id", `{"id":2,"text":"a"}` + "\n" + `{"text":"b","id":"x"}` + "\n" + `{"id":null,"text":""}` + "\n",
			`{"id":2,"redacted":"a"}` + "\n" + `{"id":"x","redacted":"b"}` + "\n" + `{"id":null,"redacted":""}` + "\n"},
		{"last line without line feed", `{"id":1,"text":"<a>"}`, `{"id":1,"redacted":"<a>"}` + "\n"},
		{"blank lines", "\n \n\n", ""},
		{"secret", `{"id":1,"text":"call ` + phone + `"}`, `{"id":1,"redacted":"call [PHONE]"}` + "\n"},
		{"long line", `{"id":1,"text":"` + strings.Repeat("长", 1<<17) + `"}`, `{"id":1,"redacted":"` + strings.Repeat("长", 1<<17) + `"}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			if err := engine.RedactLines(context.Background(), strings.NewReader(c.in), &out); err != nil || out.String() != c.want {
				t.Errorf("got %.200q, %v; want %.200q", out.String(), err, c.want)
			}
		})
	}
	for _, bad := range []string{"{", "[]", `{"id":1}`, `{"id":1,"text":7}`, "{\"id\":1,\"text\":\"\xff\"}", phone} {
		var out strings.Builder
		err := engine.RedactLines(context.Background(), strings.NewReader(`{"id":1,"text":"a"}`+"\n"+bad+"\n"), &out)
		if err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), phone) {
			t.Errorf("%q: %v", bad, err)
		}
		if out.String() != `{"id":1,"redacted":"a"}`+"\n" {
			t.Errorf("%q: the line before it gave %q", bad, out.String())
		}
	}
}

// FuzzRedactLines: for every line that is taken one comes out, and redacting
// the result again changes nothing.
func FuzzRedactLines(f *testing.F) {
	f.Add([]byte(`{"id":1,"text":"a"}` + "\n"))
	f.Add([]byte(`{"id":[{}],"text":"\ud800 call 138` + `12345670 "}` + "\n\n{"))
	f.Add([]byte("{\"id\":\"\\u2028\",\"text\":\"password: " + strings.Repeat("x9", 8) + "\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var once, twice bytes.Buffer
		if err := engine.RedactLines(context.Background(), bytes.NewReader(data), &once); err != nil {
			return
		}
		var again bytes.Buffer
		taken := 0
		for line := range bytes.Lines(once.Bytes()) {
			var record struct {
				ID       json.RawMessage `json:"id"`
				Redacted string          `json:"redacted"`
			}
			must(t, json.Unmarshal(line, &record))
			must(t, json.NewEncoder(&again).Encode(map[string]any{"id": record.ID, "text": record.Redacted}))
			taken++
		}
		lines := 0
		for line := range bytes.Lines(data) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
			}
		}
		if taken != lines {
			t.Errorf("%d lines came out of %d", taken, lines)
		}
		must(t, engine.RedactLines(context.Background(), &again, &twice))
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("redacted twice: %q, once: %q", twice.Bytes(), once.Bytes())
		}
	})
}
