package extract

// View is a message as the models see it, for training.
type View struct {
	Message    int
	Sentences  []Sentence
	Candidates []Candidate
}

// Sentence is what the gate looks at.
type Sentence struct {
	Start, End int // in the message
	Role       Role
	Gate       []uint16
}

// Views reads a session and gives the sentences of every message in order, and
// the candidates of all of them, as if the gate were open.
func (x *Extractor) Views(messages []Message) []View {
	var out []View
	x.walk(messages, func(i int, past []heard, t, next *turn) {
		v := View{Message: i}
		if t.role <= Agent {
			var before *heard
			if len(past) > 0 {
				before = &past[len(past)-1]
			}
			for n := range t.sentences {
				s := &t.sentences[n]
				start := t.place(s.start)
				v.Sentences = append(v.Sentences, Sentence{start, start + s.end - s.start, t.role, gateFeatures(nil, t, n, before)})
			}
			r := reader{x: x}
			v.Candidates = r.candidates(past, t, next)
		}
		out = append(out, v)
	})
	return out
}

// Rows walks a session as the extractor does and gives the second model's
// features of every candidate in views, by message: nil for unlikely ones.
func (x *Extractor) Rows(messages []Message, views []View) [][][]int32 {
	out := make([][][]int32, len(messages))
	x.walk(messages, func(i int, past []heard, t, _ *turn) {
		cands := views[i].Candidates
		r := reader{x: x, t: t, past: past}
		r.listenBack()
		r.place(int32(i))
		out[i] = make([][]int32, len(cands))
		for n := range cands {
			with := x.model.share(cands[n].Shared)
			if scores := x.model.linear(&cands[n], &with); likely(&scores, &x.model.Ask, allClasses) {
				out[i][n] = r.row(nil, &cands[n], &scores)
			}
		}
	})
	return out
}

// walk visits the turns of a session, each with what came before and after. The
// gate is open.
func (x *Extractor) walk(messages []Message, visit func(i int, past []heard, t, next *turn)) {
	all := *x
	all.open = true
	turns := make([]turn, len(messages))
	var before *heard
	for i, m := range messages {
		all.listen(&turns[i], m, before)
		before = &turns[i].heard
	}
	var past []heard
	for i := range turns {
		var next *turn
		if i+1 < len(turns) {
			next = &turns[i+1]
		}
		visit(i, past, &turns[i], next)
		past = append(past, turns[i].heard)
		if len(past) > maxPast {
			past = past[1:]
		}
	}
}

// Columns names the group of every column of a row of the second model.
func Columns() []string {
	var out []string
	for _, part := range []struct {
		name  string
		count int
	}{
		{"scores", int(Classes)}, {"cues", int(cueCount)}, {"shape", 13}, {"choice slot", 3}, {"said", 1}, {"place", 5},
		{"dialogue", 2 * (3 + int(cueCount))},
	} {
		for range part.count {
			out = append(out, part.name)
		}
	}
	return out
}
