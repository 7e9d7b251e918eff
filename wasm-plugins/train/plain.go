package main

import (
	_ "embed" // the statements
	"fmt"
	"time"
)

//go:embed plain.txt
var plainText string

// plainTalks is how many conversations of one statement are made up.
const plainTalks = 1620

// plain makes up sessions that begin with a plain statement or with what only
// sounds like one, the same every time. Every other one ends with it.
func plain() []*conversation {
	p := readPhrases(plainText, 7)
	types := []string{"decision", "nothing", "knowledge", "preference", "todo-open", "nothing", "knowledge", "preference", "todo-done"}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var out []*conversation
	for n := range plainTalks {
		c := &conversation{ID: fmt.Sprint("plain-", n), Lang: [...]string{"en", "zh"}[n%2], kind: isPlain}
		what := types[n/2%len(types)]
		at = at.Add(time.Duration(20+p.random.IntN(40000)) * time.Second)
		text := p.pick(what + " " + c.Lang)
		c.Messages = append(c.Messages, message{"user", at, text})
		if what != "nothing" {
			c.Labels = []label{{Type: what, Evidence: text}}
		}
		if p.random.IntN(2) == 0 {
			c.Messages = append(c.Messages, message{"assistant", at.Add(time.Minute), p.pick("agent " + c.Lang)})
		}
		c.fill()
		out = append(out, c)
	}
	return out
}
