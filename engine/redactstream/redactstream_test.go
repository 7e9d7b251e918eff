package redactstream_test

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/redactstream"
)

var asLines = redactstream.Options{Lines: true}

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
			if err := redactstream.Copy(context.Background(), redact.BuiltIn(), strings.NewReader(c.in), &out, asLines); err != nil || out.String() != c.want {
				t.Errorf("got %.200q, %v; want %.200q", out.String(), err, c.want)
			}
		})
	}
	for _, bad := range []string{"{", "[]", `{"id":1}`, `{"id":1,"text":7}`, "{\"id\":1,\"text\":\"\xff\"}", phone} {
		var out strings.Builder
		err := redactstream.Copy(context.Background(), redact.BuiltIn(), strings.NewReader(`{"id":1,"text":"a"}`+"\n"+bad+"\n"), &out, asLines)
		if err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), phone) {
			t.Errorf("%q: %v", bad, err)
		}
		if out.String() != `{"id":1,"redacted":"a"}`+"\n" {
			t.Errorf("%q: the line before it gave %q", bad, out.String())
		}
	}
}

// TestRedactNumbered: numbers tell values of a kind apart, in the order in which
// they come, through all lines of an input.
func TestRedactNumbered(t *testing.T) {
	one, two, mail := "138"+"1234"+"5670", "139"+"8765"+"4321", "a.b"+"@"+"mine.example"
	for _, c := range []struct {
		name, in, want string
		opt            redactstream.Options
	}{
		{"text", one + ", " + two + ", " + mail + ", " + one, "[PHONE#1], [PHONE#2], [EMAIL#1], [PHONE#1]", redactstream.Options{Numbered: true}},
		{"lines", `{"id":1,"text":"` + two + `"}` + "\n" + `{"id":2,"text":"` + one + " " + two + `"}`,
			`{"id":1,"redacted":"[PHONE#1]"}` + "\n" + `{"id":2,"redacted":"[PHONE#2] [PHONE#1]"}` + "\n", redactstream.Options{Lines: true, Numbered: true}},
		{"nothing", "", "", redactstream.Options{Numbered: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := redact.BuiltIn()
			for range 2 { // nothing is carried from one input to the next
				var out strings.Builder
				if err := redactstream.Copy(context.Background(), rules, strings.NewReader(c.in), &out, c.opt); err != nil || out.String() != c.want {
					t.Errorf("got %q, %v; want %q", out.String(), err, c.want)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	phone, mail := "138"+"1234"+"5670", "a.b"+"@"+"mine.example"
	spot := func(line, column, start int, value, kind, rule string) redactstream.Spot {
		return redactstream.Spot{Line: line, Column: column, Length: len(value), Start: start, End: start + len(value), Kind: kind, Rule: rule}
	}
	call := func(line, column, start int) redactstream.Spot {
		return spot(line, column, start, phone, "PHONE", "phone-cn-mobile")
	}
	of := func(id string, s redactstream.Spot) redactstream.Spot {
		s.ID = json.RawMessage(id)
		return s
	}
	for _, c := range []struct {
		name, in string
		lines    bool
		limit    int
		total    int
		want     []redactstream.Spot
	}{
		{"nothing", "nothing here\n", false, 5, 0, []redactstream.Spot{}},
		{"at the start", phone, false, 5, 1, []redactstream.Spot{call(1, 1, 0)}},
		{"columns are characters", "电话 " + phone + " 或 " + mail, false, 5, 2,
			[]redactstream.Spot{call(1, 4, 7), spot(1, 18, 23, mail, "EMAIL", "email")}},
		{"lines", "\n\r\n  " + phone + "\n" + phone, false, 5, 2, []redactstream.Spot{call(3, 3, 5), call(4, 1, 17)}},
		{"bound", phone + " " + phone + " " + phone, false, 2, 3, []redactstream.Spot{call(1, 1, 0), call(1, 13, 12)}},
		{"records", `{"id":"a","text":"x\n` + phone + `"}` + "\n" + `{"id":[7],"text":"-"}` + "\n" + `{"text":"` + phone + `"}`, true, 5, 2,
			[]redactstream.Spot{of(`"a"`, call(2, 1, 2)), call(1, 1, 0)}},
		{"bound over records", `{"id":1,"text":"` + phone + `"}` + "\n" + `{"id":2,"text":"` + phone + " " + phone + `"}`, true, 2, 3,
			[]redactstream.Spot{of("1", call(1, 1, 0)), of("2", call(1, 1, 0))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, total, err := redactstream.Explain(context.Background(), redact.BuiltIn(), strings.NewReader(c.in), c.lines, c.limit)
			must(t, err)
			if !reflect.DeepEqual(got, c.want) || total != c.total {
				t.Errorf("got %+v of %d, want %+v of %d", got, total, c.want, c.total)
			}
		})
	}
	for _, ask := range []func(string) error{
		func(in string) error {
			_, _, err := redactstream.Explain(context.Background(), redact.BuiltIn(), strings.NewReader(in), true, 5)
			return err
		},
		func(in string) error {
			_, err := redactstream.Count(context.Background(), redact.BuiltIn(), strings.NewReader(in), true)
			return err
		},
	} {
		if err := ask(phone); err == nil || !strings.Contains(err.Error(), "line 1") || strings.Contains(err.Error(), phone) {
			t.Errorf("a line that is none: %v", err)
		}
	}
}

func TestRedactStats(t *testing.T) {
	phone, mail := "138"+"1234"+"5670", "a.b"+"@"+"mine.example"
	in := `{"id":1,"text":"` + phone + " " + mail + `"}` + "\n" + `{"id":2,"text":"长 ` + phone + `"}`
	got, err := redactstream.Count(context.Background(), redact.BuiltIn(), strings.NewReader(in), true)
	must(t, err)
	want := redactstream.Stats{
		SchemaVersion: 1, Texts: 2, Bytes: 2*len(phone) + len(mail) + 1 + 4, MaskedBytes: 2*len(phone) + len(mail),
		Redactions: map[string]int{"PHONE": 2, "EMAIL": 1}, RedactionRules: map[string]int{"phone-cn-mobile": 2, "email": 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got, err = redactstream.Count(context.Background(), redact.BuiltIn(), strings.NewReader(""), false)
	must(t, err)
	if got.Texts != 1 || got.Bytes != 0 || got.Redactions == nil || got.RedactionRules == nil {
		t.Errorf("got %+v for an empty text", got)
	}
}

// FuzzExplain: each finding that is told stands where it is told to stand, and
// the same number of placeholders is put in.
func FuzzExplain(f *testing.F) {
	f.Add("电话 138"+"12345670\r\n\nor write to a@"+"mine.example\xff", 3)
	f.Add("password: "+strings.Repeat("x9", 8)+"\n", 1)
	rules := redact.BuiltIn()
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(0, limit%100)
		got, total, err := redactstream.Explain(context.Background(), rules, strings.NewReader(text), false, limit)
		must(t, err)
		stats, err := redactstream.Count(context.Background(), rules, strings.NewReader(text), false)
		must(t, err)
		sum := 0
		for _, n := range stats.RedactionRules {
			sum += n
		}
		if sum != total || len(got) != min(limit, sum) || stats.MaskedBytes > len(text) {
			t.Errorf("%d of %d, and %+v", len(got), total, stats)
		}
		for _, s := range got {
			line := strings.SplitAfter(text, "\n")[s.Line-1]
			rest := strings.Join(strings.SplitAfter(text, "\n")[s.Line-1:], "")
			for range s.Column - 1 {
				_, size := utf8.DecodeRuneInString(rest)
				line, rest = line[size:], rest[size:]
			}
			if len(text)-len(rest) != s.Start || utf8.RuneCountInString(text[s.Start:s.End]) != s.Length || line == "" {
				t.Errorf("%+v is elsewhere", s)
			}
		}
	})
}

// FuzzRedactLines: for every line that is taken one comes out, and redacting
// the result again changes nothing.
func FuzzRedactLines(f *testing.F) {
	f.Add([]byte(`{"id":1,"text":"a"}` + "\n"))
	f.Add([]byte(`{"id":[{}],"text":"\ud800 call 138` + `12345670 "}` + "\n\n{"))
	f.Add([]byte("{\"id\":\"\\u2028\",\"text\":\"password: " + strings.Repeat("x9", 8) + "\"}"))
	rules := redact.BuiltIn()
	f.Fuzz(func(t *testing.T, data []byte) {
		var once, twice bytes.Buffer
		if err := redactstream.Copy(context.Background(), rules, bytes.NewReader(data), &once, asLines); err != nil {
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
		must(t, redactstream.Copy(context.Background(), rules, &again, &twice, asLines))
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("redacted twice: %q, once: %q", twice.Bytes(), once.Bytes())
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
