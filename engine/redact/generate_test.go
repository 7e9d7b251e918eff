package redact

import (
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// sampleTexts is one text for each template of each rule, and what the tables
// of the tests hold.
func sampleTexts(r fakesecret.Maker) []string {
	var texts []string
	for _, row := range rows() {
		for _, template := range append(row.must, row.never...) {
			texts = append(texts, r.Fill(template))
		}
	}
	for _, c := range masked {
		texts = append(texts, r.Fill(c.text))
	}
	for _, c := range untouched {
		texts = append(texts, r.Fill(c.text))
	}
	return texts
}

// rows are the rows of all tables, each once.
func rows() []row {
	var all []row
	seen := map[string]bool{}
	for _, d := range builtin() {
		for _, row := range d.rows {
			if key := row.name + strings.Join(row.must, ""); !seen[key] {
				seen[key] = true
				all = append(all, row)
			}
		}
	}
	return all
}
