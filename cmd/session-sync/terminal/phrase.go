package terminal

import "fmt"

// Phrase is a piece of text for people in both languages.
type Phrase struct{ ZH, EN string }

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
