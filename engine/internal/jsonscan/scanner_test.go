package jsonscan

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

const depth = 1000

func valid(text string) bool {
	s := New([]byte(text), depth)
	s.Skip()
	return s.Done()
}

func TestDone(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"nothing", "", false},
		{"white space", " \n", false},
		{"white space around", " \t\r\n{ \"a\" :\n[ 1 , 2 ] } ", true},
		{"two values", "{} {}", false},
		{"literals", "[true,false,null]", true},
		{"cut literal", "[tru]", false},
		{"numbers", "[0,-0,10,-1.5,1e3,1E+3,2.25e-10]", true},
		{"leading zero", "01", false},
		{"minus alone", "-", false},
		{"point without digits", "1.", false},
		{"point at the start", ".5", false},
		{"plus", "+1", false},
		{"exponent without digits", "1e+", false},
		{"hexadecimal", "0x10", false},
		{"empty containers", "[{},[],{ },[ ]]", true},
		{"comma at the end", "[1,]", false},
		{"comma at the end of an object", `{"a":1,}`, false},
		{"comma at the start", "[,1]", false},
		{"no comma", "[1 2]", false},
		{"no colon", `{"a" 1}`, false},
		{"no key", "{1:2}", false},
		{"no value", `{"a":}`, false},
		{"wrong end", "[1}", false},
		{"no end", `{"a":[1`, false},
		{"escapes", `"\"\\\/\b\f\n\r\t\u00e9\uD83D"`, true},
		{"unknown escape", `"\x"`, false},
		{"short escape", `"\u00e"`, false},
		{"escape at the end", `"\`, false},
		{"no quote at the end", `"abc`, false},
		{"control character", "\"a\x1f\"", false},
		{"control character behind eight bytes", `"` + long + "\n" + long + `"`, false},
		{"control character behind others beyond ASCII", "\"中中中中\x00中中中\"", false},
		{"DEL", "\"a\x7f\"", true},
		{"characters next to the special ones", "\" !#[]^_`\u0080\u00a0\"", true},
		{"bytes that are no UTF-8", "\"\xff\xa2\xdc\x9c\"", true},
		{"byte order mark", "\uFEFF{}", false},
		{"NUL behind the value", "{}\x00", false},
		{"NUL in the value", "[\x00]", false},
		{"as deep as allowed", strings.Repeat("[", depth) + strings.Repeat("]", depth), true},
		{"too deep", strings.Repeat("[", depth+1) + strings.Repeat("]", depth+1), false},
		{"deep again and again", "[" + strings.Repeat(strings.Repeat("[", depth-1)+strings.Repeat("]", depth-1)+",", 3) + "1]", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := valid(c.text); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestStringsAtEveryOffset puts each special byte at every place in a word.
func TestStringsAtEveryOffset(t *testing.T) {
	for n := range 20 {
		for rest := range 20 {
			for _, piece := range []string{`\n`, `\"`, `\\`, "\x01", "中", "\x7f", "!", "\x1f", `"`} {
				text := `"` + strings.Repeat("a", n) + piece + strings.Repeat("\xe4", rest) + `"`
				if got, want := valid(text), json.Valid([]byte(text)); got != want {
					t.Fatalf("%q: got %v", text, got)
				}
			}
		}
	}
}

func TestMembers(t *testing.T) {
	s := New([]byte(` {"a":1,"b":{"a":[2,{"c":"x"}]},"a":"again","\u0061\n":[3],"d": true } `), depth)
	var got []string
	for key := range s.Members {
		switch string(key) {
		case "b":
			for key := range s.Members {
				for range s.Elements {
					got = append(got, "b."+string(key)+"="+string(s.Value()))
				}
			}
		case "d": // left to the scanner
		default:
			got = append(got, string(key)+"="+string(s.Value()))
		}
	}
	want := []string{"a=1", "b.a=2", `b.a={"c":"x"}`, `a="again"`, "a\n=[3]"}
	if !slices.Equal(got, want) || !s.Done() {
		t.Errorf("got %q, done %v", got, s.Done())
	}
}

func TestMembersOfSomethingElse(t *testing.T) {
	for _, text := range []string{`[{"a":1}]`, `"a"`, "1", "null", "{}"} {
		s := New([]byte(text), depth)
		for key := range s.Members {
			t.Errorf("%s has a member %q", text, key)
		}
		if !s.Done() {
			t.Errorf("%s was not passed over", text)
		}
	}
	s := New([]byte(`{"a":[1]}`), depth)
	for range s.Elements {
		t.Error("an object has elements")
	}
	if !s.Done() {
		t.Error("the object was not passed over")
	}
}

func TestMembersEndWithTheError(t *testing.T) {
	s := New([]byte(`{"a":1,b":2,"c":3}`), depth)
	var got []string
	for key := range s.Members {
		got = append(got, string(key))
	}
	if want := []string{"a"}; !slices.Equal(got, want) || s.Done() {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLoopsLeftEarly(t *testing.T) {
	s := New([]byte(`{"a":[1,2],"b":3}`), depth)
	for range s.Members {
		break
	}
	if s.Done() || s.Kind() != None || s.Value() != nil {
		t.Error("something is left to read")
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"plain", `"hello"`, "hello"},
		{"empty", `""`, ""},
		{"escapes", `"a\n\t\"\\\/\b\f\r\u00e9b"`, "a\n\t\"\\/\b\f\réb"},
		{"surrogate pair", `"\ud83d\uDE00"`, "😀"},
		{"lone high surrogate", `"a\ud83d"`, "a\uFFFD"},
		{"lone low surrogate", `"\ude00z"`, "\uFFFDz"},
		{"high surrogate before another character", `"\ud83d\u4e2d"`, "\uFFFD中"},
		{"two high surrogates before a low one", `"\ud83d\ud83d\ude00"`, "\uFFFD😀"},
		{"high surrogate before an escape", `"\ud83d\n"`, "\uFFFD\n"},
		{"escaped backslash", `"\\ud83d"`, `\ud83d`},
		{"broken UTF-8", "\"a\xff\xfe\\n\"", "a\xff\xfe\n"},
		{"other values", "[1]", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Value(c.value)
			if got := string(v.AppendText([]byte("> "))); got != "> "+c.want {
				t.Errorf("got %q", got)
			}
			if got := v.Is(c.want); got != (v.Kind() == String) {
				t.Errorf("Is says %v", got)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]Kind{
		`"a"`: String, "{}": Object, "[]": Array, "-1": Number, "0": Number, "true": True, "false": False, "null": Null, "": None, "]": None,
	} {
		if got := Value(text).Kind(); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
		if got := New([]byte(" "+text), depth).Kind(); got != want {
			t.Errorf("next is %q: got %v, want %v", text, got, want)
		}
	}
}

// deeper is an upper bound for how deep text nests.
func deeper(text []byte) int { return bytes.Count(text, []byte{'['}) + bytes.Count(text, []byte{'{'}) }

func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"a":[1,-2.5e3,true,null,"x\n\ud83d\ude00"],"\u0061":{"b":{}}}`, "[1,]", `"\ud83d`, "\"\xff\\u00e9\"", "[0,01]", strings.Repeat("[", 1200),
		`{"a":"` + strings.Repeat("中", 9) + `\"` + strings.Repeat("z", 17) + `"}`, `{"a" : "b" , "c" : [ ] }`, "\"\x1f\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := New(text, depth)
		value := s.Value()
		if want := json.Valid(text); s.Done() != want && deeper(text) <= depth {
			t.Fatalf("valid is %v for %q", s.Done(), text)
		}
		if !s.Done() {
			return
		}
		if string(value) != string(bytes.Trim(text, " \t\r\n")) {
			t.Fatalf("value %q of %q", value, text)
		}
		checkValue(t, value)
	})
}

// checkValue compares a value with what encoding/json makes of it.
func checkValue(t *testing.T, v Value) {
	s := New(v, depth)
	switch v.Kind() {
	case String:
		var want string
		if err := json.Unmarshal(v, &want); err != nil {
			t.Fatal(err)
		}
		if got := v.AppendText(nil); string([]rune(string(got))) != want {
			t.Fatalf("%q stands for %q, not %q", v, want, got)
		}
	case Object:
		want := map[string]json.RawMessage{}
		if err := json.Unmarshal(v, &want); err != nil {
			t.Fatal(err)
		}
		got := map[string]Value{}
		for key := range s.Members {
			got[string([]rune(string(key)))] = s.Value()
		}
		for key, value := range got {
			if string(value) != string(want[key]) {
				t.Fatalf("member %q is %q, not %q", key, want[key], value)
			}
			checkValue(t, value)
		}
		if len(got) != len(want) || !s.Done() {
			t.Fatalf("%d members, not %d", len(want), len(got))
		}
	case Array:
		var want []json.RawMessage
		if err := json.Unmarshal(v, &want); err != nil {
			t.Fatal(err)
		}
		i := 0
		for range s.Elements {
			value := s.Value()
			if string(value) != string(want[i]) {
				t.Fatalf("element %d is %q, not %q", i, want[i], value)
			}
			checkValue(t, value)
			i++
		}
		if i != len(want) || !s.Done() {
			t.Fatalf("%d elements, not %d", len(want), i)
		}
	}
}

func BenchmarkScanner(b *testing.B) {
	code := strings.Repeat(`\tif err != nil {\n\t\treturn fmt.Errorf(\"reading index: %w\", err)\n\t}\n`, 60)
	for _, c := range []struct{ name, text string }{
		{"code", `{"type":"message","message":{"role":"toolResult","content":[{"type":"text","text":"` + code + `"}]}}`},
		{"plain", `{"type":"message","message":{"content":"` + strings.Repeat("The build failed because of a missing file. 请检查日志。", 80) + `"}}`},
		{"small values", `{"usage":[` + strings.Repeat(`{"input":12,"output":345.5,"cost":{"total":0.1,"known":true}},`, 60) + `{}]}`},
	} {
		b.Run(strings.ReplaceAll(c.name, " ", "-"), func(b *testing.B) {
			data := []byte(c.text)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				s := New(data, depth)
				for range s.Members {
				}
				if !s.Done() {
					b.Fatal("not valid")
				}
			}
		})
	}
}
