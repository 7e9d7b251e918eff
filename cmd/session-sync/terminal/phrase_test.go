package terminal

import "testing"

func TestPhrase(t *testing.T) {
	p := Phrase{"会话", "sessions"}
	for lang, want := range map[string]string{"zh": "会话", "en": "sessions", "": "sessions"} {
		if got := p.In(lang); got != want {
			t.Errorf("in %q: got %q, want %q", lang, got, want)
		}
	}
}

func TestAmount(t *testing.T) {
	for n, want := range map[int]string{0: "0 messages", 1: "1 message", 2: "2 messages"} {
		if got := Amount(n, "message"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestExplained(t *testing.T) {
	tests := []struct {
		name, usage, operand string
		meaning              Phrase
	}{
		{"a switch", "print JSON / 输出 JSON", "", Phrase{"输出 JSON", "print JSON"}},
		{"with an operand", "`DIR` where it goes / 目录", "DIR", Phrase{"目录", "where it goes"}},
		{"choices", "`zh|en` language / 语言", "zh|en", Phrase{"语言", "language"}},
		{"a slash within", "`A/B` this/that / 两者", "A/B", Phrase{"两者", "this/that"}},
		{"English only", "print JSON", "", Phrase{"", "print JSON"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			operand, meaning := Explained(test.usage)
			if operand != test.operand || meaning != test.meaning {
				t.Errorf("got %q, %+v, want %q, %+v", operand, meaning, test.operand, test.meaning)
			}
		})
	}
}
