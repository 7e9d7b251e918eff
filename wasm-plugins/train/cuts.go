package main

import "github.com/smallccwc/chronosync/wasm-plugins/internal/extract"

// cuts gives copies of conversations that begin with a later message of a person,
// two of three with the answer to it. A session often begins in the midst of what
// people talk about, but the labelled ones nearly all begin with a request: from
// them alone the models learn that a first message holds nothing.
func cuts(all []*conversation) []*conversation {
	var out []*conversation
	for from, c := range all {
		for i := 1; i < len(c.Messages); i++ {
			if c.Messages[i].Role != "user" || c.answers(i) {
				continue
			}
			end := i + 1
			if end < len(c.Messages) && c.Messages[end].Role == "assistant" && len(out)%3 > 0 {
				end++
			}
			cut := &conversation{ID: c.ID, Lang: c.Lang, Messages: c.Messages[i:end], dev: c.dev, kind: isCut, from: from}
			for _, l := range c.Labels {
				if l.Message == i {
					l.Message = 0
					cut.Labels = append(cut.Labels, l)
				}
			}
			cut.fill()
			out = append(out, cut)
		}
	}
	return out
}

// shortLabel is how many tokens a label has at most that may mean nothing without
// what the agent said before.
const shortLabel = 6

// answers tells whether message i is labelled for what it answers: shown without
// the past, the label would teach that a bare "yes" is something to keep.
func (c *conversation) answers(i int) bool {
	for _, l := range c.Labels {
		if l.Message == i && len(l.bag) <= shortLabel && c.Messages[i-1].Role == "assistant" {
			return true
		}
	}
	return false
}

// opening keeps of the views of a copy what its first message holds: the answer
// is there to be heard, and was learned from in its place.
func opening(views []extract.View) []extract.View {
	for i := 1; i < len(views); i++ {
		views[i] = extract.View{Message: views[i].Message}
	}
	return views
}
