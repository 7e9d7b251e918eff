package terminal

import (
	"fmt"
	"strings"
)

// Phrase is a piece of text for people in both languages.
type Phrase struct{ ZH, EN string }

// Both is a phrase. It is a call and not a literal so that the compiler asks for
// both languages without the names of the fields.
func Both(zh, en string) Phrase { return Phrase{ZH: zh, EN: en} }

// In gives the phrase in a language, "zh" or "en".
func (p Phrase) In(lang string) string {
	if lang == "zh" {
		return p.ZH
	}
	return p.EN
}

// Amount is a number of things in English.
func Amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Explained takes apart the usage text of a flag, which is written
// "`OPERAND` English / 中文".
func Explained(usage string) (operand string, meaning Phrase) {
	if quoted, rest, found := strings.Cut(usage, "` "); found {
		operand, usage = strings.TrimPrefix(quoted, "`"), rest
	}
	english, chinese, _ := strings.Cut(usage, " / ")
	return operand, Phrase{chinese, english}
}
