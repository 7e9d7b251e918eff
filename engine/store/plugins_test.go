package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkDue(b *testing.B) {
	for _, stateBytes := range []int{0, 2000} {
		b.Run(fmt.Sprintf("state%d", stateBytes), func(b *testing.B) {
			s := large(b)
			due, err := s.Due(b.Context(), "todo", "1")
			must(b, err)
			r := rand.New(rand.NewPCG(3, 4))
			write(b, s, func(batch *Batch) {
				for _, p := range []string{"knowledge", "todo"} {
					for _, d := range due {
						must(b, batch.Extracted(Extraction{Plugin: p, Version: "1", Agent: d.Session.Agent, Key: d.Session.Key,
							Revision: d.Session.Revision, Seen: d.Session.Messages, State: []byte(words(r, stateBytes)), Anew: true}))
					}
				}
			})
			for b.Loop() {
				if due, err := s.Due(b.Context(), "todo", "1"); err != nil || len(due) > 0 {
					b.Fatalf("%d due, %v", len(due), err)
				}
			}
		})
	}
}
