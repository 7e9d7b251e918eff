package main

import (
	_ "embed" // the sentences
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

//go:embed quiet.txt
var quietText string

// quietTalks is how many conversations without items are made up.
const quietTalks = 300

// quiet makes up conversations that hold nothing to keep, the same every time.
// The labelled ones are short and personal: without these the models have never
// seen a long question about a program, nor its answer.
func quiet() []*conversation {
	slots := map[string][]string{}
	lines := map[string][]string{}
	section := ""
	for line := range strings.Lines(quietText) {
		line = strings.TrimSpace(line)
		switch name, list, _ := strings.Cut(line, " "); {
		case line == "", strings.HasPrefix(line, "# "):
		case line[0] == '@':
			slots[name[1:]] = strings.Split(list, "|")
		case line[0] == '#':
			section = line[1:]
		default:
			lines[section] = append(lines[section], line)
		}
	}
	random := rand.New(rand.NewPCG(6, 6))
	fill := func(text string) string {
		for {
			before, rest, found := strings.Cut(text, "{")
			if !found {
				return text
			}
			name, after, _ := strings.Cut(rest, "}")
			text = before + slots[name][random.IntN(len(slots[name]))] + after
		}
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var out []*conversation
	for n := range quietTalks {
		c := &conversation{ID: fmt.Sprint("quiet-", n), Lang: [...]string{"en", "zh"}[n%2], quiet: true}
		for turn := range 2 * (1 + random.IntN(4)) {
			from := lines[[...]string{"user", "agent"}[turn%2]+" "+c.Lang]
			var text []string
			for range 1 + random.IntN(3+turn%2*3) {
				text = append(text, fill(from[random.IntN(len(from))]))
			}
			at = at.Add(time.Duration(20+random.IntN(4000)) * time.Second)
			c.Messages = append(c.Messages, message{[...]string{"user", "assistant"}[turn%2], at, strings.Join(text, [...]string{" ", "\n- "}[random.IntN(4)/3])})
		}
		c.fill()
		out = append(out, c)
	}
	return out
}
