package subprocess

import (
	"regexp"
	"strings"
	"unicode"
)

// colors are the sequences with which programs change colors and styles.
var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Shown makes one line, fit to show, of the last lines that a program printed:
// no colors, no control or direction-changing characters, no broken bytes.
func Shown(output []byte) string {
	const lines, longest = 8, 600 // runes
	text := colors.ReplaceAllString(strings.ToValidUTF8(string(output), "\uFFFD"), "")
	var kept []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(strings.Map(visible, line)), " "); line != "" {
			kept = append(kept, line)
		}
	}
	kept = kept[max(0, len(kept)-lines):]
	runes := []rune(strings.Join(kept, " "))
	if len(runes) > longest {
		runes = append(runes[:longest-1], '…')
	}
	return string(runes)
}

func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsPrint(r):
		return unicode.ReplacementChar
	}
	return r
}
