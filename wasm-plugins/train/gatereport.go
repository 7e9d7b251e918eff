package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// passage counts what gates let pass that did not see it.
type passage struct {
	labels, kept      int // labels that a candidate carries, and those whose sentence passed
	found, foundKept  int // sentences in which something is found with the gate open
	sentences, passed int
}

// reportGate writes how much passes the gates of the folds: of labels, of what
// would be found without a gate, and of sentences.
func (d *dataset) reportGate(w io.Writer, folds []fold, limits extract.Scores) {
	rows := map[string]*passage{}
	of := func(names ...string) (out []*passage) {
		for _, name := range names {
			if rows[name] == nil {
				rows[name] = &passage{}
			}
			out = append(out, rows[name])
		}
		return out
	}
	for i, c := range d.all {
		set := "train"
		switch {
		case c.kind == isCut:
			continue
		case c.kind == isQuiet:
			set = "made-up work talk"
		case c.kind == isPlain:
			set = "made-up statements"
		case c.dev:
			set = "dev"
		}
		passes := d.passes(folds, i)
		for n, e := range d.gateExamples(folds, limits, i) {
			for _, p := range of(set, set+", "+[...]string{"user", "agent"}[e.Role]) {
				for group, margin := range e.margin {
					p.passed += count(passes[n][group])
					p.sentences++
					p.found += count(margin >= 0)
					p.foundKept += count(margin >= 0 && passes[n][group])
				}
			}
		}
		for l, kept := range d.carried(i, passes) {
			for _, p := range of(set, set+", "+c.Lang, set+", "+c.Labels[l].Type) {
				p.labels++
				p.kept += count(kept)
			}
		}
	}
	fmt.Fprint(w, "\n## The gate\n\nWhat gates let pass that did not see the conversation: labels that some candidate carries, sentences in which something is found with the gate open, and sentences.\n\n| | labels kept | found kept | sentences passed |\n| --- | --- | --- | --- |\n")
	for _, set := range []string{"dev", "train", "made-up work talk", "made-up statements"} {
		for _, part := range []string{"", ", zh", ", en", ", mix", ", decision", ", knowledge", ", preference", ", todo-open", ", todo-done", ", todo-cancelled", ", user", ", agent"} {
			if p := rows[set+part]; p != nil {
				fmt.Fprintf(w, "| %s | %s | %s | %s |\n", set+part, share(p.kept, p.labels), share(p.foundKept, p.found), share(p.passed, p.sentences))
			}
		}
	}
}

// reportLimits says which limits the model has and how they were chosen.
func reportLimits(w io.Writer, m *extract.Model) {
	fmt.Fprintf(w, "\n## Limits\n\nThe limits of the suggested tier give the best sum of the F1 on train and %d times that on dev, in the middle of their neighbors; the main tier begins where what stands above is %.2f precise on dev. Both are read from models that did not see the conversation. In 1/256 of log odds: suggested %v, main %v (decision, knowledge, todo-open, todo-done, todo-cancelled; the last is a tie-break of preferences). The gate asks for %v of users and the agent.\n", devWorth, mainPrecision, m.Suggest, m.Keep, m.Pass)
}

func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d (%.3f)", n, of, ratio(n, of))
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// passes tells of every sentence of conversation i, in the order of
// gateExamples, whether it passes the gates of its fold.
func (d *dataset) passes(folds []fold, i int) (out [][extract.Groups]bool) {
	m := folds[d.foldOf[i]].model
	for _, v := range d.views[i] {
		for _, s := range v.Sentences {
			var passed [extract.Groups]bool
			for group := range extract.Groups {
				passed[group] = m.Passes(group, s.Role, s.Gate)
			}
			out = append(out, passed)
		}
	}
	return out
}

// carried tells of every label of conversation i that a candidate carries
// whether one of them stands in a sentence that passes.
func (d *dataset) carried(i int, passes [][extract.Groups]bool) map[int]bool {
	out := map[int]bool{}
	at, first := 0, 0
	for _, v := range d.views[i] {
		for range v.Candidates {
			e := d.examples[i][at]
			at++
			for l, want := range d.all[i].Labels {
				if want.Message == e.message && overlap(e.bag, want.bag) >= carries {
					group := extract.GroupKnowledge
					if strings.HasPrefix(want.Type, "todo") {
						group = extract.GroupTodo
					}
					out[l] = out[l] || passes[first+e.Sentence][group]
				}
			}
		}
		first += len(v.Sentences)
	}
	return out
}
