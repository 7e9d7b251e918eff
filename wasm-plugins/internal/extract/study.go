package extract

// View is a message as the linear model sees it, for training.
type View struct {
	Message    int
	Candidates []Candidate
}

// Views reads a session and gives the candidates of every message in order.
func (x *Extractor) Views(messages []Message) []View {
	var out []View
	x.walk(messages, func(i int, past []heard, t *turn, next *heard) {
		cands := x.candidates(past, t, next)
		out = append(out, View{i, cands})
	})
	return out
}

// Rows walks a session as the extractor does and gives the second model's
// features of every candidate that Views gave, by message.
func (x *Extractor) Rows(messages []Message, views []View) [][][]int32 {
	var b board
	out := make([][][]int32, len(messages))
	x.walk(messages, func(i int, past []heard, t *turn, next *heard) {
		cands := views[i].Candidates
		scores := x.model.linear(cands)
		out[i] = x.dense(past, &b, t, cands, scores)
		b.write(t, cands, scores)
		t.heard.scores = best(scores)
	})
	return out
}

// walk visits the turns of a session, each with what came before and after.
func (x *Extractor) walk(messages []Message, visit func(i int, past []heard, t *turn, next *heard)) {
	turns := make([]turn, len(messages))
	for i, m := range messages {
		turns[i] = x.listen(m)
	}
	var past []heard
	for i := range turns {
		var next *heard
		if i+1 < len(turns) {
			next = &turns[i+1].heard
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
		{"scores", int(Classes)}, {"cues", int(cueCount)}, {"shape", 13}, {"todo state", 5},
		{"decisions", 5}, {"choice slot", 3}, {"said", 1}, {"place", 6},
		{"dialogue", 2 * (3 + int(ClassPreference) + int(cueCount))},
	} {
		for range part.count {
			out = append(out, part.name)
		}
	}
	return out
}
