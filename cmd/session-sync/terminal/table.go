package terminal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Table lines up the cells of rows, two spaces apart, each row a line. The cells
// have to be fit for a terminal.
func Table(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Cells(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += Pad(cell, widths[i]) + "  "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// Ranked are the names that something was counted under, the most frequent
// first.
func Ranked(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}

// Counts are names with their numbers on one line, as in "EMAIL 3, PHONE 1"; a
// dash when there are none.
func Counts(counts map[string]int) string {
	var list []string
	for _, name := range Ranked(counts) {
		list = append(list, fmt.Sprintf("%s %d", Inline(name), counts[name]))
	}
	return OrDash(strings.Join(list, ", "))
}
