package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// printTable prints a report for people.
func (r report) printTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d CPUs, %s, median of %d rounds\n", r.System, r.CPUs, r.Go, r.Rounds)
	fmt.Fprintf(&b, "JSONL: %.1f MB in %d sessions; SQLite: %.1f MB in %d sessions; chat text: %.1f MB\n\n",
		r.JSONL.MB, r.JSONL.Sessions, r.SQLite.MB, r.SQLite.Sessions, r.ChatMB)
	cells := [][]string{{"work", "wall", "CPU", "peak MB", "ratio", "value", "goal", "met"}}
	for _, one := range r.Rows {
		cells = append(cells, one.cells())
	}
	writeAligned(&b, cells)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r row) cells() []string {
	cells := []string{r.Work, duration(r.WallMS), duration(r.CPUMS), number("%.1f", r.PeakMB), number("%.2fx", r.Ratio), "", r.Goal, ""}
	switch {
	case r.Unit != "":
		cells[5] = fmt.Sprintf("%.5g %s", r.Value, r.Unit)
	case r.Met == nil && r.Goal != "":
		cells[5] = "not there"
	}
	if r.Met != nil {
		cells[7] = map[bool]string{true: "yes", false: "no"}[*r.Met]
	}
	return cells
}

// number formats what was measured, and "" for what was not.
func number(format string, x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf(format, x)
}

func duration(ms float64) string {
	if ms < 1000 {
		return number("%.1f ms", ms)
	}
	return fmt.Sprintf("%.2f s", ms/1000)
}

// writeAligned writes rows of cells in columns: figures end in line, the first
// column and the last two begin in line.
func writeAligned(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, cells := range rows {
		var line strings.Builder
		for i, cell := range cells {
			space := strings.Repeat(" ", widths[i]-columns(cell))
			if i == 0 || i >= len(cells)-2 {
				line.WriteString(cell + space + "  ")
			} else {
				line.WriteString(space + cell + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// columns is how wide a terminal shows a cell. Chinese characters take two.
func columns(cell string) int {
	wide := 0
	for _, r := range cell {
		if r >= 0x2E80 {
			wide++
		}
	}
	return utf8.RuneCountInString(cell) + wide
}
