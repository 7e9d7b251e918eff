package terminal

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"plain", "hello 你好 🙂", "hello 你好 🙂"},
		{"line feed and tab stay", "a\nb\tc", "a\nb\tc"},
		{"carriage return", "good\rbad", "good\uFFFDbad"},
		{"NUL", "a\x00b", "a\uFFFDb"},
		{"color", "\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
		{"window title", "\x1b]0;owned\a", "\uFFFD]0;owned\uFFFD"},
		{"backspace and delete", "a\bb\x7f", "a\uFFFDb\uFFFD"},
		{"C1 control sequence", "\u009b2J\u0085", "\uFFFD2J\uFFFD"},
		{"direction", "\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c", "\uFFFDgnp.exe\uFFFD \uFFFDx\uFFFD \uFFFD\uFFFD\uFFFD"},
		{"separators", "a\u2028b\u2029c", "a\uFFFDb\uFFFDc"},
		{"tags", "ok\U000E0049\U000E0067", "ok\uFFFD\uFFFD"},
		{"byte order mark", "\uFEFFa", "\uFFFDa"},
		{"invisible operators and annotations", "\u2060\u2063\uFFF9", "\uFFFD\uFFFD\uFFFD"},
		{"joiners of emoji stay", "👩\u200d🚀", "👩\u200d🚀"},
		{"broken UTF-8", "a\xffb\xc3", "a\uFFFDb\uFFFD"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestOneLine(t *testing.T) {
	tests := []struct {
		name, text string
		width      int
		want       string
	}{
		{"short", "a title", 10, "a title"},
		{"as long as it may be", "abcde", 5, "abcde"},
		{"cut", "abcdef", 5, "abcd…"},
		{"cut by characters", "一二三四五六", 5, "一二三四…"},
		{"breaks and runs of spaces", " a\n\n b\t\tc ", 10, "a b c"},
		{"controls", "a\x1b[Hb", 10, "a\uFFFD[Hb"},
		{"empty", "", 5, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := OneLine(test.text, test.width); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got, want := Inline("a  b\nc\td\x00"), "a  b c d\uFFFD"; got != want {
		t.Errorf("Inline gives %q, want %q", got, want)
	}
}

func TestOrDash(t *testing.T) {
	for text, want := range map[string]string{"": "-", "webchat": "webchat", "a\nb": "a b"} {
		if got := OrDash(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestHarmless(t *testing.T) {
	for word, want := range map[string]bool{
		"agent:main:telegram:direct:7001": true, "报告": true, "a.b/c-d_e": true,
		"": false, "-n": false, "$(touch x)": false, "a b": false, "a;b": false, "a\n": false, "*": false,
	} {
		if got := Harmless(word); got != want {
			t.Errorf("%q: got %v, want %v", word, got, want)
		}
	}
}

func TestTyped(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"short", "lsit", "lsit"},
		{"as long as it may be", strings.Repeat("字", 40), strings.Repeat("字", 40)},
		{"longer", strings.Repeat("字", 41), "…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Typed(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a\x00\x1b[31m\u202e\u009b\n\t", "\xff\xfe", "\U000E0041\u2028", "你好,世界"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Clean(text)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%q survived in %q", r, got)
			}
		}
		if again := Clean(got); again != got {
			t.Errorf("cleaning twice gives %q instead of %q", again, got)
		}
		if strings.ContainsAny(Inline(text), "\n\t") || strings.ContainsAny(OneLine(text, 20), "\n\t") {
			t.Errorf("a line break survived in one line of %q", text)
		}
	})
}

// FuzzEscapeHidden: programs read the same value, terminals see no control.
func FuzzEscapeHidden(f *testing.F) {
	for _, seed := range []string{"", "\x1b[2J\x7f\u009b", "\U000E0041\u202e\"\\", "a\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		escaped := EscapeHidden(string(plain))
		var want, got string
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(escaped, &got); err != nil || got != want {
			t.Errorf("%s gives %q, %v; want %q", escaped, got, err, want)
		}
		for _, r := range string(escaped) {
			if hidden(r) {
				t.Errorf("%q survived in %s", r, escaped)
			}
		}
	})
}
