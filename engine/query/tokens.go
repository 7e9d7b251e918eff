package query

import "unicode/utf8"

// Tokens estimates how many tokens a language model takes text for, in Chinese
// and English rather more than fewer: four letters or spaces are one, two other
// ASCII characters are one, and of all other characters two bytes are one, so
// that a Chinese character is one and a half. No tokenizer is asked, because each
// model has its own.
func Tokens(text string) int {
	quarters := 0
	for i := range len(text) {
		quarters += quartersOf(text[i])
	}
	return (quarters + 3) / 4
}

// quartersOf is what a byte costs, in quarters of a token.
func quartersOf(c byte) int {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == ' ', c == '\n':
		return 1
	}
	return 2
}

// cutMark ends a text that goes on.
const cutMark = "…"

// cutTokens shortens text to at most so many tokens, the mark included.
func cutTokens(text string, tokens int) (shown string, cut bool) {
	if Tokens(text) <= tokens {
		return text, false
	}
	left := 4 * (tokens - Tokens(cutMark))
	end := 0
	for end < len(text) {
		_, size := utf8.DecodeRuneInString(text[end:])
		for i := range size {
			left -= quartersOf(text[end+i])
		}
		if left < 0 {
			break
		}
		end += size
	}
	return text[:end] + cutMark, true
}
