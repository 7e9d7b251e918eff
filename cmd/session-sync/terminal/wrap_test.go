package terminal

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		indent     int
		want       string
	}{
		{"short", "a b", 0, "a b\n"},
		{"empty", "", 0, "\n"},
		{"between words", strings.Repeat("a", 50) + " " + strings.Repeat("b", 29) + " c", 0,
			strings.Repeat("a", 50) + " " + strings.Repeat("b", 29) + "\nc\n"},
		{"a word longer than a line", strings.Repeat("a", 90) + " b", 0, strings.Repeat("a", 90) + "\nb\n"},
		{"between Chinese characters", strings.Repeat("字", 41), 0, strings.Repeat("字", 40) + "\n字\n"},
		{"closing punctuation goes down with its character", strings.Repeat("字", 40) + "。", 0,
			strings.Repeat("字", 39) + "\n字。\n"},
		{"opening punctuation goes down with what it opens", strings.Repeat("字", 39) + "《书》", 0,
			strings.Repeat("字", 39) + "\n《书》\n"},
		{"full-width punctuation stays with its character", strings.Repeat("字", 38) + "（字）：", 0,
			strings.Repeat("字", 38) + "\n（字）：\n"},
		{"a word within Chinese stays whole", strings.Repeat("字", 38) + "OpenClaw", 0, strings.Repeat("字", 38) + "\nOpenClaw\n"},
		{"indented", strings.Repeat("a", 60) + " b", 20, strings.Repeat("a", 60) + "\n" + strings.Repeat(" ", 20) + "b\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Wrap(test.text, test.indent); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// FuzzWrap: lines fit, words are kept, and no line begins with what closes.
func FuzzWrap(f *testing.F) {
	f.Add("读取 OpenClaw 的所有会话，去除密钥和个人信息（包括电话），写入存档。")
	f.Add("Reads every session of OpenClaw, takes out secrets and personal data, keeps them in the archive.")
	f.Add("a 。 b")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		got := Wrap(text, 0)
		if squeezed(got) != squeezed(text) {
			t.Fatalf("%q became %q", text, got)
		}
		whole := map[string]bool{}
		for _, p := range pieces(text) {
			whole[p.text] = true
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(got, "\n"), "\n") {
			if Cells(line) > Columns && !whole[line] {
				t.Errorf("%d cells: %q", Cells(line), line)
			}
		}
		if len(strings.Fields(text)) > 1 {
			return // who puts a space before punctuation gets a break there
		}
		for _, line := range strings.Split(got, "\n")[1:] {
			if line != "" && strings.ContainsRune(closing, []rune(line)[0]) {
				t.Errorf("a line begins with %q", line)
			}
		}
	})
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

func TestPad(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"latin", "ab", "ab    "},
		{"chinese", "会话", "会话  "},
		{"full", "abcdef", "abcdef"},
		{"too long", "abcdefg", "abcdefg"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Pad(test.text, 6); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
