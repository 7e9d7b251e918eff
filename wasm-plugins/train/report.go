package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// found runs the extractor over a conversation and gives what it settled on.
func found(m *extract.Model, c *conversation) []prediction {
	s := extract.With(m).Session()
	for _, msg := range c.messages {
		s.Add(msg)
	}
	groups := map[extract.Type]int{extract.Decision: 0, extract.Knowledge: 1, extract.Preference: 1, extract.TodoOpen: 2, extract.TodoDone: 3, extract.TodoCancelled: 4}
	owners := [...]string{"", "user", "agent", "other"}
	var out []prediction
	for _, change := range s.Settle() {
		it := change.Item
		p := prediction{group: groups[it.Type], text: it.Text, bag: bagOf(it.Text), owner: owners[it.Doer], due: it.Due, tier: it.Tier, closes: -1}
		if it.Closes != "" {
			fmt.Sscan(it.Closes[:strings.Index(it.Closes, ":")], &p.closes)
		}
		fmt.Sscan(it.Message, &p.message)
		out = append(out, p)
	}
	return out
}

// outcome is what the extractor reaches on some conversations.
type outcome struct {
	groups, main                 [len(groupNames)]tally
	langs                        map[string]*tally
	dues, dueRight, dueSpurious  int
	owners, ownerRight           int
	closings, closed, falseClose int
	first                        tally // of labels whose message is shown as the first of a session
}

// evaluate judges every conversation with the model of its fold, whose limits
// were tuned on the other folds.
func (d *dataset) evaluate(folds []fold, dev bool) outcome {
	o := outcome{langs: map[string]*tally{}}
	d.evaluateInto(&o, folds, dev)
	return o
}

func (d *dataset) evaluateInto(o *outcome, folds []fold, dev bool) {
	for f := range folds {
		m := *folds[f].model
		m.Suggest, m.Keep = d.tune(folds, func(i int) bool { return d.foldOf[i] != f })
		for i, c := range d.all {
			switch {
			case d.foldOf[i] != f || c.dev != dev:
			case c.kind == isLabeled:
				o.add(c, found(&m, c))
			case c.kind == isCut && len(c.Labels) > 0:
				all := tallies(c.Labels, found(&m, c))
				o.first.add(micro(all))
			}
		}
	}
}

func (o *outcome) add(c *conversation, items []prediction) {
	if o.langs[c.Lang] == nil {
		o.langs[c.Lang] = &tally{}
	}
	sure := slices.DeleteFunc(slices.Clone(items), func(p prediction) bool { return p.tier != extract.Main })
	all, main := tallies(c.Labels, items), tallies(c.Labels, sure)
	for k := range all {
		o.groups[k].add(all[k])
		o.main[k].add(main[k])
		if k < headline {
			o.langs[c.Lang].add(all[k])
		}
	}
	for l, at := range match(c.Labels, items) {
		want := c.Labels[l]
		if at < 0 {
			continue
		}
		switch want.Type {
		case "todo-open":
			o.addTodo(want, items[at])
		case "todo-done":
			switch {
			case want.Resolves != nil:
				o.closings++
				switch items[at].closes {
				case c.Labels[*want.Resolves].Message:
					o.closed++
				case -1:
				default:
					o.falseClose++
				}
			case items[at].closes >= 0:
				o.falseClose++
			}
		}
	}
}

func (o *outcome) addTodo(want label, got prediction) {
	if want.Owner != "" {
		o.owners++
		if want.Owner == got.owner {
			o.ownerRight++
		}
	}
	switch {
	case want.Due != "":
		o.dues++
		if len(got.due) >= 10 && got.due[:10] == want.Due[:10] {
			o.dueRight++
		}
	case got.due != "":
		o.dueSpurious++
	}
}

func micro(groups [len(groupNames)]tally) tally {
	var sum tally
	for k := range headline {
		sum.add(groups[k])
	}
	return sum
}

func row(w io.Writer, name string, t tally) {
	fmt.Fprintf(w, "| %s | %.3f | %.3f | %.3f | %d | %d | %d |\n", name, t.precision(), t.recall(), t.f1(), t.hit, t.wrong, t.missed)
}

// figures are what cross-validation reaches, over all deals of the folds
// together: one deal more or less moves a figure by a hundredth.
type figures struct {
	dev, train outcome
	deals      []float64 // overall F1 on dev
}

func newFigures() *figures {
	return &figures{dev: outcome{langs: map[string]*tally{}}, train: outcome{langs: map[string]*tally{}}}
}

// add takes in the deal that d holds.
func (f *figures) add(d *dataset, folds []fold) {
	before := micro(f.dev.groups)
	d.evaluateInto(&f.dev, folds, true)
	d.evaluateInto(&f.train, folds, false)
	after := micro(f.dev.groups)
	own := tally{hit: after.hit - before.hit, wrong: after.wrong - before.wrong, missed: after.missed - before.missed}
	f.deals = append(f.deals, own.f1())
}

func (f *figures) report(w io.Writer) {
	for _, set := range []struct {
		name string
		o    *outcome
	}{{"dev", &f.dev}, {"train", &f.train}} {
		o := set.o
		fmt.Fprintf(w, "\n## On %s\n\nEvery conversation by models, and with limits, that did not see it: %d folds over dev and train, dealt %d times; counts are of all deals together.\n\n", set.name, foldCount, len(f.deals))
		fmt.Fprint(w, "| all tiers | P | R | F1 | hit | false | missed |\n| --- | --- | --- | --- | --- | --- | --- |\n")
		row(w, "**overall**", micro(o.groups))
		for k, t := range o.groups {
			row(w, groupNames[k], t)
		}
		for _, lang := range []string{"zh", "en", "mix"} {
			if t := o.langs[lang]; t != nil {
				row(w, "in "+lang, *t)
			}
		}
		fmt.Fprint(w, "\n| main tier | P | R | F1 | hit | false | missed |\n| --- | --- | --- | --- | --- | --- | --- |\n")
		row(w, "**overall**", micro(o.main))
		for k, t := range o.main {
			row(w, groupNames[k], t)
		}
		fmt.Fprintf(w, "\nOf matched open todos: due date right %d of %d (%.3f), a date where none was meant %d; owner right %d of %d (%.3f). ",
			o.dueRight, o.dues, ratio(o.dueRight, o.dues), o.dueSpurious, o.ownerRight, o.owners, ratio(o.ownerRight, o.owners))
		fmt.Fprintf(w, "Of matched reports: %d of %d closed the todo they close, %d closed one they do not. ", o.closed, o.closings, o.falseClose)
		fmt.Fprintf(w, "Of labels whose message is shown as the first of a session, with the answer to it or without: found %s.\n", share(o.first.hit, o.first.hit+o.first.missed))
	}
	fmt.Fprintf(w, "\nOverall F1 on dev by deal: %.3f.\n", f.deals)
}

// reportParts writes what each part adds, by leaving it out.
func (d *dataset) reportParts(w io.Writer, s settings, linear linearModels) {
	fmt.Fprint(w, "\n## What each part adds\n\nF1 on dev, with the gate open, when the part is left out of the second model.\n\n| left out | overall | decision | knowledge | todo-open | todo-done |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, part := range [][]string{nil, {"cues"}, {"dialogue"}, {"choice slot"}, {"second model"}} {
		ch := &choice{without: part, onlyOne: slices.Contains(part, "second model")}
		o := d.evaluate(d.forests(s, ch, linear), true)
		name := "nothing"
		if part != nil {
			name = strings.Join(part, ", ")
		}
		fmt.Fprintf(w, "| %s | %.3f |", name, micro(o.groups).f1())
		for k := range headline {
			fmt.Fprintf(w, " %.3f |", o.groups[k].f1())
		}
		fmt.Fprintln(w)
	}
}

// reportCurve writes what less data would have reached.
func (d *dataset) reportCurve(w io.Writer, s settings) {
	fmt.Fprint(w, "\n## Learning curve\n\nWith the gate open.\n\n| of the conversations | overall F1 on dev |\n| --- | --- |\n")
	for _, quarters := range []int{1, 2, 3} {
		ch := &choice{keep: func(i int) bool { return d.origin(i)/foldCount%4 < quarters }}
		o := d.evaluate(d.forests(s, ch, d.linears(s, ch.keep)), true)
		fmt.Fprintf(w, "| %d/4 | %.3f |\n", quarters, micro(o.groups).f1())
	}
}

// writePredictions writes what was found in dev in the form the scorer of the
// data set reads.
func (d *dataset) writePredictions(path string, folds []fold) error {
	var out strings.Builder
	encode := json.NewEncoder(&out)
	for f := range folds {
		m := *folds[f].model
		m.Suggest, m.Keep = d.tune(folds, func(i int) bool { return d.foldOf[i] != f })
		for i, c := range d.all {
			if d.foldOf[i] != f || c.kind != isLabeled || !c.dev {
				continue
			}
			type item struct {
				Message int    `json:"i"`
				Type    string `json:"type"`
				Text    string `json:"text"`
				Owner   string `json:"owner,omitempty"`
				Due     string `json:"due,omitempty"`
			}
			items := []item{}
			for _, p := range found(&m, c) {
				items = append(items, item{p.message, groupNames[p.group], p.text, p.owner, p.due})
			}
			if err := encode.Encode(map[string]any{"id": c.ID, "items": items}); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(path, []byte(out.String()), 0o644)
}
