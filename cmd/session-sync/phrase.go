package main

// phrase is a piece of text for people in both languages.
type phrase struct{ zh, en string }

// in gives the phrase in a language.
func (p phrase) in(lang string) string {
	if lang == "zh" {
		return p.zh
	}
	return p.en
}
