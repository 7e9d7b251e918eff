package main

import "github.com/smallccwc/chronosync/wasm-plugins/internal/extract"

const classes = int(extract.Classes)

// example is a candidate with what the labels say of it: 1 yes, 0 no, -1 not
// told, because it overlaps a label without carrying it.
type example struct {
	*extract.Candidate
	message int
	bag     []string
	dev     bool
	kind    kind
	target  [classes]int8
}

// dataset is the labelled conversations with their candidates.
type dataset struct {
	all      []*conversation
	views    [][]extract.View
	examples [][]*example // in the order of views and candidates
	x        *extract.Extractor
	foldOf   []int
}

func newDataset(all []*conversation) *dataset {
	d := &dataset{all: all, x: empty(), foldOf: deal(all, 0)}
	for _, c := range all {
		views := d.x.Views(c.messages)
		if c.kind == isCut {
			views = opening(views)
		}
		d.views = append(d.views, views)
		var table []*example
		for v := range views {
			table = append(table, labeled(c, &views[v])...)
		}
		d.examples = append(d.examples, table)
	}
	return d
}

// Overlaps of a candidate with a label: from carries on it is one of those that
// may stand for it, as long as no other is better by more than slack; from
// touches on it says nothing of the class.
const (
	carries = 0.5
	touches = 0.3
	slack   = 0.3
)

// labeled tells the candidates of one message what the labels say of them.
func labeled(c *conversation, v *extract.View) []*example {
	text := c.messages[v.Message].Text
	var wanted []label
	for _, l := range c.Labels {
		if l.Message == v.Message {
			wanted = append(wanted, l)
		}
	}
	best := make([]float64, len(wanted))
	bags := make([][]string, len(v.Candidates))
	over := make([][]float64, len(v.Candidates))
	for i := range v.Candidates {
		over[i] = make([]float64, len(wanted))
		bags[i] = bagOf(text[v.Candidates[i].Start:v.Candidates[i].End])
		for l := range wanted {
			over[i][l] = overlap(bags[i], wanted[l].bag)
			best[l] = max(best[l], over[i][l])
		}
	}
	out := make([]*example, len(v.Candidates))
	for i := range v.Candidates {
		e := &example{Candidate: &v.Candidates[i], message: v.Message, bag: bags[i], dev: c.dev, kind: c.kind}
		for l := range wanted {
			for _, k := range classesOf(wanted[l].Type) {
				switch f := over[i][l]; {
				case f >= carries && f >= best[l]-slack:
					e.target[k] = 1
				case f >= touches && e.target[k] == 0:
					e.target[k] = -1
				}
			}
		}
		out[i] = e
	}
	return out
}

func classesOf(kind string) []extract.Class {
	switch kind {
	case "decision":
		return []extract.Class{extract.ClassDecision}
	case "knowledge":
		return []extract.Class{extract.ClassKnowledge}
	case "preference":
		return []extract.Class{extract.ClassKnowledge, extract.ClassPreference}
	case "todo-open":
		return []extract.Class{extract.ClassOpen}
	case "todo-done":
		return []extract.Class{extract.ClassDone}
	case "todo-cancelled":
		return []extract.Class{extract.ClassCancelled}
	}
	return nil
}
