package redact

import "testing"

func TestNotCompiled(t *testing.T) {
	for regex, want := range map[string]string{
		`a(?!b)`:          "invalid or unsupported Perl syntax: \"(?!\"",
		`a**`:             "invalid nested repetition operator: \"**\"",
		`[z-a]`:           "invalid character class range: \"z-a\"",
		`correct(horse`:   "missing closing )",
		`correct[horse`:   "missing closing ]",
		`(?P<cor rect>h)`: "invalid named capture",
		`horse)`:          "unexpected )",
		`a\`:              "trailing backslash at end of expression",
	} {
		for _, opt := range []Options{{Rules: []UserRule{{Name: "mine", Regex: regex}}}, {Allow: []Allow{{Regex: regex}}}} {
			_, err := New(opt)
			wrong, is := err.(*OptionError)
			if !is || wrong.Field != "regex" || wrong.Problem != "does not compile: "+want {
				t.Errorf("%s: got %v, want %q", regex, err, want)
			}
		}
	}
}
