package redact

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// TestRedactKeepsJSON puts every text that a rule has to find into JSON, and
// that into a string of JSON, and so on: what comes out is JSON with the same
// keys.
func TestRedactKeepsJSON(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(6)
	for _, text := range sampleTexts(r) {
		line := text
		for depth := range 3 {
			line = jsonText(t, map[string]any{"id": 7, "inner": line, "list": []any{line, 13800138000, "x"}, "tail": "end"})
			redacted, _ := rules.Redact(line)
			checkJSON(t, line, redacted, depth)
		}
	}
}

// TestRedactKeepsNumbersInJSON: a number that is somebody's becomes a string.
func TestRedactKeepsNumbersInJSON(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(8)
	for _, c := range []struct{ text, want string }{
		{`{"phone":{mobile}}`, `{"phone":"[PHONE]"}`},
		{`{"phone" : {mobile} , "n":1}`, `{"phone" : "[PHONE]" , "n":1}`},
		{`{"phones":[{mobile}, {mobile}],"n":1}`, `{"phones":["[PHONE]", "[PHONE]"],"n":1}`},
		{`[{mobile},{mobile}]`, `["[PHONE]","[PHONE]"]`},
		{`{"p":[true,{mobile},{"a":1},{mobile},null,{mobile}]}`, `{"p":[true,"[PHONE]",{"a":1},"[PHONE]",null,"[PHONE]"]}`},
		{`{"s":"{\"phone\":{mobile}}"}`, `{"s":"{\"phone\":\"[PHONE]\"}"}`},
		{`{"s":"{\"phones\":[{mobile},{mobile}]}"}`, `{"s":"{\"phones\":[\"[PHONE]\",\"[PHONE]\"]}"}`},
		{"call {mobile}, or {mobile}] today", "call [PHONE], or [PHONE]] today"},
		{"phone: {mobile}, thanks", "phone: [PHONE], thanks"},
		{"({mobile})", "([PHONE])"},
		{"const phone = {mobile};", "const phone = [PHONE];"},
	} {
		for range 20 {
			text := r.Fill(c.text)
			redacted, _ := rules.Redact(text)
			if redacted != c.want {
				t.Fatalf("Redact(%s) = %s, want %s", text, redacted, c.want)
			}
			if json.Valid([]byte(text)) {
				checkJSON(t, text, redacted, 0)
			}
		}
	}
	long := "[13800138000" + strings.Repeat(",13900139000", 500) + "]"
	if redacted, _ := rules.Redact(long); !json.Valid([]byte(redacted)) {
		t.Error("a long list is broken")
	}
}

// checkJSON compares the skeletons of two JSON texts.
func checkJSON(t testing.TB, before, after string, depth int) {
	t.Helper()
	var was, is any
	if json.Unmarshal([]byte(before), &was) != nil {
		return
	}
	if err := json.Unmarshal([]byte(after), &is); err != nil {
		t.Fatalf("at depth %d, %s\nbecomes %s\nwhich is broken: %v", depth, before, after, err)
	}
	if skeleton(was) != skeleton(is) {
		t.Fatalf("at depth %d, %s\nbecomes %s", depth, before, after)
	}
}

// skeleton is the form of a JSON value: objects, lists, keys.
func skeleton(v any) string {
	switch v := v.(type) {
	case map[string]any:
		parts := make(map[string]string)
		for key, inner := range v {
			parts[key] = skeleton(inner)
		}
		return fmt.Sprint(parts)
	case []any:
		var parts []string
		for _, inner := range v {
			parts = append(parts, skeleton(inner))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	return "value"
}

// jsonText encodes as chat programs do, without escapes for HTML.
func jsonText(t testing.TB, v any) string {
	t.Helper()
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

// FuzzJSON: JSON of any texts and numbers stays JSON.
func FuzzJSON(f *testing.F) {
	r := fakesecret.New(2)
	for i, text := range sampleTexts(r) {
		f.Add(text, "nora@example.com", uint64(13800138000+i))
	}
	rules := BuiltIn()
	f.Fuzz(func(t *testing.T, first, second string, number uint64) {
		if len(first)+len(second) > 2<<10 {
			return
		}
		inner := jsonText(t, map[string]any{"a": first, "n": json.Number(strconv.FormatUint(number, 10)), "b": second})
		for depth, text := range []string{inner, jsonText(t, []any{inner, second, json.Number(strconv.FormatUint(number, 10)), first})} {
			redacted, _ := rules.Redact(text)
			checkJSON(t, text, redacted, depth)
		}
	})
}
