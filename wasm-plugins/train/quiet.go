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
	p := readPhrases(quietText, 6)
	random := p.random
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var out []*conversation
	for n := range quietTalks {
		c := &conversation{ID: fmt.Sprint("quiet-", n), Lang: [...]string{"en", "zh"}[n%2], kind: isQuiet}
		for turn := range 2 * (1 + random.IntN(4)) {
			from := [...]string{"user", "agent"}[turn%2] + " " + c.Lang
			var text []string
			for range 1 + random.IntN(3+turn%2*3) {
				text = append(text, p.pick(from))
			}
			at = at.Add(time.Duration(20+random.IntN(4000)) * time.Second)
			c.Messages = append(c.Messages, message{[...]string{"user", "assistant"}[turn%2], at, strings.Join(text, [...]string{" ", "\n- "}[random.IntN(4)/3])})
		}
		c.fill()
		out = append(out, c)
	}
	return out
}

// phrases are sentences by section, with lists of what fills their slots.
type phrases struct {
	slots, lines map[string][]string
	random       *rand.Rand
}

func readPhrases(text string, seed uint64) *phrases {
	p := &phrases{map[string][]string{}, map[string][]string{}, rand.New(rand.NewPCG(seed, seed))}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch name, list, _ := strings.Cut(line, " "); {
		case line == "", strings.HasPrefix(line, "# "):
		case line[0] == '@':
			p.slots[name[1:]] = strings.Split(list, "|")
		case line[0] == '#':
			section = line[1:]
		default:
			p.lines[section] = append(p.lines[section], line)
		}
	}
	return p
}

// pick gives some sentence of a section with its slots filled.
func (p *phrases) pick(section string) string {
	lines := p.lines[section]
	text := lines[p.random.IntN(len(lines))]
	for {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return text
		}
		name, after, _ := strings.Cut(rest, "}")
		text = before + p.slots[name][p.random.IntN(len(p.slots[name]))] + after
	}
}
