package json5

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

type object = map[string]any

func TestDecode(t *testing.T) {
	tests := []struct {
		name string
		text string
		want any
	}{
		{"the example of the spec", `// comments
{
  unquoted: 'and you can quote me on that',
  singleQuotes: 'I can use "double quotes" here',
  lineBreaks: "Look, Mom! \
No \\n's!",
  hexadecimal: 0xdecaf,
  leadingDecimalPoint: .8675309, andTrailing: 8675309.,
  positiveSign: +1,
  trailingComma: 'in objects', andIn: ['arrays',],
  "backwardsCompatible": "with JSON",
}
`, object{
			"unquoted":            "and you can quote me on that",
			"singleQuotes":        `I can use "double quotes" here`,
			"lineBreaks":          `Look, Mom! No \n's!`,
			"hexadecimal":         float64(0xdecaf),
			"leadingDecimalPoint": .8675309,
			"andTrailing":         8675309.,
			"positiveSign":        1.,
			"trailingComma":       "in objects",
			"andIn":               []any{"arrays"},
			"backwardsCompatible": "with JSON",
		}},
		{"empty object", `{}`, object{}},
		{"empty array", `[]`, []any{}},
		{"nested", `{a:[{b:[1,[2]]}]}`, object{"a": []any{object{"b": []any{1., []any{2.}}}}}},
		{"words", `[true,false,null]`, []any{true, false, nil}},
		{"last of equal keys", `{a:1,'a':2,"a":3}`, object{"a": 3.}},

		{"keys with signs", `{$_:1,_$:2,a‿b:3}`, object{"$_": 1., "_$": 2., "a‿b": 3.}},
		{"keys in other scripts", `{输出:1,ùńîċõďë:2,Ⅷ:3}`, object{"输出": 1., "ùńîċõďë": 2., "Ⅷ": 3.}},
		{"key with an escape", `{sig\u03A3ma:1}`, object{"sigΣma": 1.}},
		{"key with digits and joiner", "{a1\u200d:1}", object{"a1\u200d": 1.}},
		{"reserved words as keys", `{null:1,while:2,NaN:3}`, object{"null": 1., "while": 2., "NaN": 3.}},
		{"empty key", `{"":1}`, object{"": 1.}},

		{"escapes", `"\b\f\n\r\t\v\0\'\"\\\/"`, "\b\f\n\r\t\v\x00'\"\\/"},
		{"escapes by number", `'\x41\u4f60'`, "A你"},
		{"surrogate pair", `'\uD83D\uDE00'`, "😀"},
		{"lone surrogates", `['\uD83D','\uDE00','\uD83Dx','\uD83D\u0041']`, []any{"\ufffd", "\ufffd", "\ufffdx", "\ufffdA"}},
		{"escape that stands for itself", `'\a\你'`, "a你"},
		{"line continuations", "'a\\\nb\\\r\nc\\\rd\\\u2028e\\\u2029f'", "abcdef"},
		{"line separators inside a string", "'a\u2028b\u2029'", "a\u2028b\u2029"},
		{"control characters inside a string", "'a\tb\x00'", "a\tb\x00"},
		{"broken bytes inside a string", "'a\xff\xc3b'", "a\ufffd\ufffdb"},
		{"quotes in the other quotes", `['"',"'"]`, []any{`"`, "'"}},

		{"decimal numbers", `[0,-0.5,1.5e3,1E-2,1e+2,5.,.5,5.e1,.5e1]`, []any{0., -.5, 1500., .01, 100., 5., .5, 50., 5.}},
		{"hexadecimal numbers", `[0x0,0XfF,-0x10,+0x1]`, []any{0., 255., -16., 1.}},
		{"long hexadecimal number", "0x1" + strings.Repeat("0", 20), math.Pow(2, 80)},
		{"infinite", `[Infinity,+Infinity,-Infinity]`, []any{math.Inf(1), math.Inf(1), math.Inf(-1)}},
		{"out of range", `[1e999,-1e999,1e-999]`, []any{math.Inf(1), math.Inf(-1), 0.}},

		{"byte order mark", "\ufeff{}", object{}},
		{"every sort of space", "\t\v\f \u00a0\ufeff\u2003\n\r\u2028\u20291", 1.},
		{"comments", "/**/{/* } */a:// b\r1/*/*/,//\n}//end", object{"a": 1.}},
		{"comment ended by a line separator", "//a\u20281", 1.},
		{"broken bytes in a comment", "//\xff\n1", 1.},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Decode([]byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

func TestDecodeNaN(t *testing.T) {
	for _, text := range []string{"NaN", "+NaN", "-NaN"} {
		got, err := Decode([]byte(text))
		if f, ok := got.(float64); err != nil || !ok || !math.IsNaN(f) {
			t.Errorf("%s: got %v, %v, want NaN", text, got, err)
		}
	}
}

func TestDecodeNegativeZero(t *testing.T) {
	for _, text := range []string{"-0", "-.0", "-0x0"} {
		got, err := Decode([]byte(text))
		if f, ok := got.(float64); err != nil || !ok || f != 0 || !math.Signbit(f) {
			t.Errorf("%s: got %v, %v, want -0", text, got, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name string
		text string
		want SyntaxError
	}{
		{"nothing", "", SyntaxError{1, 1, reasonNoValue}},
		{"only a comment", "//\n", SyntaxError{2, 1, reasonNoValue}},
		{"open comment", "1 /* ", SyntaxError{1, 3, reasonComment}},
		{"half a comment sign", "1 / 2", SyntaxError{1, 3, reasonMore}},
		{"two values", "1 2", SyntaxError{1, 3, reasonMore}},
		{"comma alone in an object", "{,}", SyntaxError{1, 2, reasonNoKey}},
		{"comma alone in an array", "[,]", SyntaxError{1, 2, reasonNoValue}},
		{"two commas", "[1,,]", SyntaxError{1, 4, reasonNoValue}},
		{"open object", "{a:1,\r\n b:2", SyntaxError{2, 5, reasonNoMemberEnd}},
		{"open array", "[1\r2", SyntaxError{2, 1, reasonNoElementEnd}},
		{"object closed by a bracket", "{a:1]", SyntaxError{1, 5, reasonNoMemberEnd}},
		{"key without value", "{a}", SyntaxError{1, 3, reasonNoColon}},
		{"missing value", "{a:}", SyntaxError{1, 4, reasonNoValue}},
		{"number as key", "{1:1}", SyntaxError{1, 2, reasonNoKey}},
		{"hyphen in a key", "{a-b:1}", SyntaxError{1, 3, reasonNoColon}},
		{"escaped sign in a key", `{a\u002db:1}`, SyntaxError{1, 3, reasonKeyEscape}},
		{"surrogate in a key", `{\ud83d\ude00:1}`, SyntaxError{1, 2, reasonKeyEscape}},
		{"unknown word", "{a:yes}", SyntaxError{1, 4, reasonWord}},
		{"word in capitals", "True", SyntaxError{1, 1, reasonWord}},
		{"word with an escape", `\u0074rue`, SyntaxError{1, 1, reasonWord}},
		{"column in characters", "{输出:x}", SyntaxError{1, 5, reasonWord}},
		{"open string", "{a:\n  'b", SyntaxError{2, 3, reasonString}},
		{"line end in a string", "'a\n'", SyntaxError{1, 1, reasonString}},
		{"string that ends in a backslash", `'a\`, SyntaxError{1, 1, reasonString}},
		{"octal escape", `'\01'`, SyntaxError{1, 2, reasonEscape}},
		{"digit escape", `'a\1'`, SyntaxError{1, 3, reasonEscape}},
		{"short escape by number", `'\x4'`, SyntaxError{1, 2, reasonEscape}},
		{"cut escape by number", `'\u00`, SyntaxError{1, 2, reasonEscape}},
		{"octal number", "[010]", SyntaxError{1, 2, reasonNumber}},
		{"point alone", ".", SyntaxError{1, 1, reasonNumber}},
		{"sign alone", "-", SyntaxError{1, 1, reasonNumber}},
		{"two signs", "--1", SyntaxError{1, 1, reasonNumber}},
		{"space after the sign", "- 1", SyntaxError{1, 1, reasonNumber}},
		{"sign before a word", "-Nothing", SyntaxError{1, 1, reasonNumber}},
		{"exponent without digits", "1e", SyntaxError{1, 1, reasonNumber}},
		{"hexadecimal without digits", "0x", SyntaxError{1, 1, reasonNumber}},
		{"hexadecimal point", "0x1.5", SyntaxError{1, 4, reasonMore}},
		{"underscore in a number", "1_000", SyntaxError{1, 1, reasonNumber}},
		{"word glued to a number", "[1a]", SyntaxError{1, 2, reasonNumber}},
		{"broken bytes", "\xff", SyntaxError{1, 1, reasonNoValue}},
		{"nested too deep", strings.Repeat("[", maxDepth+1), SyntaxError{1, maxDepth + 1, reasonDeep}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Decode([]byte(test.text))
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %#v, %v, want a SyntaxError", got, err)
			}
			if *syntax != test.want {
				t.Errorf("got %+v, want %+v", *syntax, test.want)
			}
		})
	}
}

func TestErrorsDoNotQuote(t *testing.T) {
	secret := "hunter" + strings.Repeat("2", 20)
	for _, format := range []string{"{a:'@", "{@:1", "@", "[1@]", "{a:@}", "{'a' '@'}", `'\u@'`, "0x@"} {
		_, err := Decode([]byte(strings.ReplaceAll(format, "@", secret)))
		if err != nil && strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: the error quotes the text: %v", format, err)
		}
	}
}

func TestDepthBound(t *testing.T) {
	text := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	if _, err := Decode([]byte(text)); err != nil {
		t.Errorf("nested %d deep: %v", maxDepth, err)
	}
}

// FuzzDecode holds Decode to encoding/json on all that is JSON, and to its own
// output on the rest.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5e-3,"b\u00e9\ud83d\ude00\n",true,false,null],"a":{}}`,
		"// c\n{a:'b',\\u0061c:+.5,/*d*/e:[0xfF,-Infinity,],}",
		"'\\x41\\\r\n\\0\xff\\ud800\\u0041'", "[1e999,5.,010]", "{\u200d:1}", "\ufeff\u2028NaN", `"\ud800\ud800\udc00"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Decode(data)
		var syntax *SyntaxError
		if err != nil && (!errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 || got != nil) {
			t.Fatalf("got %#v with error %#v", got, err)
		}
		var want any
		if json.Unmarshal(data, &want) == nil {
			if syntax != nil && syntax.Reason == reasonDeep {
				return
			}
			if err != nil {
				t.Fatalf("refuses JSON: %v", err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("got %#v, encoding/json has %#v", got, want)
			}
		}
		text, err := json.Marshal(got)
		if err != nil {
			return // infinite, or not a number
		}
		again, err := Decode(text)
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("%#v came back as %#v, %v", got, again, err)
		}
	})
}
