package normalize

import "strings"

// clean ends lines with line feeds and removes white space around text. A
// carriage return on its own is part of the text.
func clean(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// squash removes all white space. Deliveries wrap and trim, so this is what a
// copy has in common with its original.
func squash(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for word := range strings.FieldsSeq(text) {
		out.WriteString(word)
	}
	return out.String()
}

// line splits text behind its first line. more is false when that was the
// last one.
func line(text string) (first, rest string, more bool) {
	return strings.Cut(text, "\n")
}

// lineIndex finds prefix at the start of a line, -1 when there is none.
func lineIndex(text, prefix string) int {
	if strings.HasPrefix(text, prefix) {
		return 0
	}
	if i := strings.Index(text, "\n"+prefix); i >= 0 {
		return i + 1
	}
	return -1
}
