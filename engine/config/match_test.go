package config

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMatch(t *testing.T) {
	const key = "agent:main:telegram:direct:7001"
	tests := []struct {
		name    string
		glob, s string
		want    bool
	}{
		{"itself", key, key, true},
		{"everything", "*", key, true},
		{"everything, nothing there", "*", "", true},
		{"over colons", "agent:*:7001", key, true},
		{"two stars", "agent:*:direct:*", key, true},
		{"part of it", "telegram", key, false},
		{"beginning of it", "agent:main", key, false},
		{"one character", "agent:main:telegram:direct:700?", key, true},
		{"one character of another script", "?天", "聊天", true},
		{"class", "agent:main:telegram:direct:[0-9]*", key, true},
		{"negated class", "agent:main:[^t]*", key, false},
		{"over slashes", "agent:*:end", "agent:a/b/c:end", true},
		{"slash for itself", "a/*", "a/b/c", true},
		{"slash for one character", "a?c", "a/c", true},
		{"slash in a class", "a[/:]c", "a/c", true},
		{"escaped star", `a\*`, "a*", true},
		{"escaped star, other text", `a\*`, "ab", false},
		{"case", "Telegram", "telegram", false},
		{"malformed", "[", "[", false},
		{"malformed at the end", "a[", "b", false},
		{"empty", "", "", true},
		{"empty glob", "", "a", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Match(test.glob, test.s); got != test.want {
				t.Errorf("Match(%q, %q) is %v, want %v", test.glob, test.s, got, test.want)
			}
		})
	}
}

// plainMatch is Match for globs of characters, * and ?, one rule a line.
func plainMatch(glob, s []rune) bool {
	switch {
	case len(glob) == 0:
		return len(s) == 0
	case glob[0] == '*':
		return plainMatch(glob[1:], s) || len(s) > 0 && plainMatch(glob, s[1:])
	case len(s) == 0:
		return false
	}
	return (glob[0] == '?' || glob[0] == s[0]) && plainMatch(glob[1:], s[1:])
}

// FuzzMatch holds Match to path.Match where there is no slash, and to plain
// rules where there is.
func FuzzMatch(f *testing.F) {
	f.Add("agent:*:direct:*", "agent:main:telegram:direct:7001")
	f.Add("a/*b?", "a/x/yb/")
	f.Add("[^a-c]\\*", "d*")
	f.Add("[", "")
	f.Fuzz(func(t *testing.T, glob, s string) {
		got := Match(glob, s)
		if got && !validGlob(glob) {
			t.Fatalf("the invalid %q matches %q", glob, s)
		}
		if !strings.Contains(glob+s, "/") {
			want, err := path.Match(glob, s)
			if got != want || validGlob(glob) != (err == nil) {
				t.Fatalf("Match(%q, %q) is %v, path.Match says %v, %v", glob, s, got, want, err)
			}
		}
		runs := strings.Count(glob, "*") <= 4 && len(glob)+len(s) < 64 // plainMatch takes exponential time
		plain := utf8.ValidString(glob) && utf8.ValidString(s) && !strings.ContainsAny(glob, `[\`) && !strings.Contains(glob+s, "\x00")
		if runs && plain {
			if want := plainMatch([]rune(glob), []rune(s)); got != want {
				t.Fatalf("Match(%q, %q) is %v, want %v", glob, s, got, want)
			}
		}
	})
}
