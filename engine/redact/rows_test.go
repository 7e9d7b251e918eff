package redact

import (
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// TestRows holds every row of the tables to its own templates.
func TestRows(t *testing.T) {
	rules, err := New(Options{Enable: []string{"IP"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows() {
		t.Run(row.name, func(t *testing.T) {
			r := fakesecret.New(11) // each row its own, so that a new one moves no other
			if len(row.must) == 0 || len(row.never) == 0 {
				t.Errorf("the row needs texts that must match and texts that must not")
			}
			for range 20 {
				for _, template := range row.must {
					text, marked := r.Marked(template)
					var found []Finding
					for _, f := range rules.Scan(text) {
						if f.Rule == row.name {
							found = append(found, f)
						}
					}
					var want []Finding
					for _, m := range marked {
						want = append(want, Finding{m.Start, m.End, row.kind, row.name})
					}
					if len(want) == 0 || !slices.Equal(found, want) {
						t.Fatalf("Scan(%q) = %v, want %v", text, rules.Scan(text), want)
					}
				}
				for _, template := range row.never {
					if text := r.Fill(template); len(rules.Scan(text)) > 0 {
						t.Fatalf("Scan(%q) = %v, want none", text, rules.Scan(text))
					}
				}
			}
		})
	}
}
