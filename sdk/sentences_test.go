package sdk

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/sdk/abi"
)

func TestSentences(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty":            {"", nil},
		"english":          {"We ship it. Do you agree? Yes!  Good", []string{"We ship it.", "Do you agree?", "Yes!", "Good"}},
		"chinese":          {"就用它吧。你同意吗？好！走", []string{"就用它吧。", "你同意吗？", "好！", "走"}},
		"ascii in chinese": {"你同意吗?我同意!走", []string{"你同意吗?", "我同意!", "走"}},
		"more marks":       {"What?! Really?? 真的吗？！好", []string{"What?!", "Really??", "真的吗？！", "好"}},
		"quotes":           {"He said \"no.\" Then (maybe.) 她说“好。”就走了", []string{"He said \"no.\"", "Then (maybe.)", "她说“好。”", "就走了"}},
		"decimals":         {"Version 1.2.3 costs 3.14 now. Fine", []string{"Version 1.2.3 costs 3.14 now.", "Fine"}},
		"address":          {"See https://example.com/a?b=c.d!e. Then main.go", []string{"See https://example.com/a?b=c.d!e.", "Then main.go"}},
		"titles":           {"Ask Dr. Wu and J. Smith, e.g. Today. OK", []string{"Ask Dr. Wu and J. Smith, e.g. Today.", "OK"}},
		"may end":          {"Bring tea etc. and cups etc. Then go at 5 p.m. Good", []string{"Bring tea etc. and cups etc.", "Then go at 5 p.m.", "Good"}},
		"no and number":    {"See No. 5. No. We wait until Mar. 3", []string{"See No. 5.", "No.", "We wait until Mar. 3"}},
		"lower case chat":  {"ok. let's go", []string{"ok.", "let's go"}},
		"ellipsis":         {"wait... what. Hm... Then", []string{"wait... what.", "Hm...", "Then"}},
		"code in line":     {"Run `a. b? c` now. Then ``x ` y. Z`` too", []string{"Run `a. b? c` now.", "Then ``x ` y. Z`` too"}},
		"lone backtick":    {"A ` b. Then", []string{"A ` b.", "Then"}},
		"far backtick":     {"A ` b. Then" + strings.Repeat(" ", 1000) + "` c", []string{"A ` b.", "Then" + strings.Repeat(" ", 1000) + "` c"}},
		"lines":            {"one\ntwo\r\n\nthree", []string{"one", "two", "three"}},
		"lists": {"# Plan\n- [ ] buy milk\n* [x] sell. Done\n  1. first\n2) second\n3、第三\n> quoted\n2026. 年", []string{
			"Plan", "buy milk", "sell.", "Done", "first", "second", "第三", "quoted", "2026.", "年"}},
		"nothing said":  {"---\n| - |\n...\n🎉", nil},
		"fence":         {"a\n```go\nx. y\n```\nb", []string{"a", "b"}},
		"open fence":    {"a\n  ~~~\nx. y", []string{"a"}},
		"inner fence":   {"````\n```\nx\n````\nb", []string{"b"}},
		"fence in line": {"```not. a fence```\nb", []string{"```not. a fence```", "b"}},
	} {
		var got []string
		for s := range Sentences(c.text) {
			got = append(got, s.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSentencesCanStop(t *testing.T) {
	for range Sentences("One. Two. Three\nFour") {
		break
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("Ask Dr. Wu. 好吗？\n- [ ] a\n```\nb\n```\n`c. d` e...")
	f.Add("\xff. \u2028.!?`")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for s := range Sentences(text) {
			if s.Start < last || s.End <= s.Start || s.End > len(text) || text[s.Start:s.End] != s.Text {
				t.Fatalf("%+v after %d", s, last)
			}
			if strings.Contains(s.Text, "\n") || strings.TrimSpace(s.Text) != s.Text {
				t.Fatalf("%q has space around it or a line break", s.Text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(s.Text) {
				t.Fatalf("%q is cut inside a character", s.Text)
			}
			last = s.End
		}
	})
}

func TestTitle(t *testing.T) {
	long := strings.Repeat("好", 167) // 501 bytes
	for name, c := range map[string]struct{ text, want string }{
		"nothing":  {" \n\t", ""},
		"as it is": {"用 PostgreSQL 吧", "用 PostgreSQL 吧"},
		"lines":    {"\n one\r\n\ttwo\u2028three \x1b[31m ", "one two three [31m"},
		"broken":   {"a\xffb", "a\ufffdb"},
		"fits":     {long[3:] + "ab", long[3:] + "ab"},
		"long":     {long, long[:165*3] + "…"},
	} {
		got := Title(c.text)
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		item := Item{Key: "k", Kind: "todo", MessageID: "1", Evidence: "e", Title: got}
		err := abi.Check(abi.Result{Items: []Item{item}}, func(string) (string, bool) { return "e", true })
		if (err == nil) != (got != "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
