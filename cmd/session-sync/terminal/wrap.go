package terminal

import "strings"

// Columns is how wide help texts are, in cells: a Chinese character takes two.
const Columns = 80

// Wrap breaks a paragraph into lines of at most [Columns] cells, where every line
// but the first is indented; the first begins behind that many cells.
func Wrap(text string, indent int) string {
	var b strings.Builder
	column := indent
	for _, p := range pieces(text) {
		width := Cells(p.text)
		gap := 0
		if p.spaced && column > indent {
			gap = 1
		}
		if column+gap+width > Columns && column > indent {
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column, gap = indent, 0
		}
		b.WriteString(strings.Repeat(" ", gap) + p.text)
		column += gap + width
	}
	return b.String() + "\n"
}

// piece is text that no line break may part.
type piece struct {
	text   string
	spaced bool // a space stands before it
}

// pieces takes a paragraph apart: at spaces, and around Chinese characters,
// though not before punctuation that closes nor behind one that opens.
func pieces(text string) []piece {
	var list []piece
	for _, word := range strings.Fields(text) {
		spaced := true
		var last rune
		for i, r := range word {
			begins := i == 0 || (wide(r) || wide(last)) && !strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, last)
			if begins {
				list = append(list, piece{"", spaced})
				spaced = false
			}
			list[len(list)-1].text += string(r)
			last = r
		}
	}
	return list
}

const (
	closing = "，。；：、？！）》」』”’,.;:?!)…"
	opening = "（《「『“‘("
)

func wide(r rune) bool { return r >= 0x1100 }

// Cells is the width of text on a terminal.
func Cells(text string) int {
	width := 0
	for _, r := range text {
		width++
		if wide(r) {
			width++
		}
	}
	return width
}

// Pad fills text up to a width in cells.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Cells(text)))
}
