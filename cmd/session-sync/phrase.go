package main

import "fmt"

// phrase is a piece of text for people in both languages.
type phrase struct{ zh, en string }

// in gives the phrase in a language.
func (p phrase) in(lang string) string {
	if lang == "zh" {
		return p.zh
	}
	return p.en
}

// amount is a number of things in English.
func amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
