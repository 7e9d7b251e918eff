package extract

// View is a message as the linear model sees it, for training.
type View struct {
	Message    int
	Candidates []Candidate
}

// Views reads a session and gives the candidates of every message in order.
func (x *Extractor) Views(messages []Message) []View {
	var past []heard
	var out []View
	turns := make([]turn, len(messages))
	for i, m := range messages {
		turns[i] = x.listen(m)
	}
	for i := range turns {
		var next *heard
		if i+1 < len(turns) {
			next = &turns[i+1].heard
		}
		out = append(out, View{i, x.candidates(past, &turns[i], next)})
		past = append(past, turns[i].heard)
		if len(past) > maxPast {
			past = past[1:]
		}
	}
	return out
}

// Rows walks a session as the extractor does and gives the second model's
// features of every candidate, with the first model's scores as told.
func (x *Extractor) Rows(messages []Message, views []View, scores [][]Scores) [][][]int32 {
	var past []heard
	var b board
	out := make([][][]int32, len(views))
	turns := make([]turn, len(messages))
	for i, m := range messages {
		turns[i] = x.listen(m)
	}
	for i := range turns {
		var next *heard
		if i+1 < len(turns) {
			next = &turns[i+1].heard
		}
		t, cands := &turns[i], views[i].Candidates
		out[i] = x.dense(past, &b, t, next, cands, scores[i])
		b.write(t, cands, scores[i])
		t.heard.scores = best(scores[i])
		past = append(past, t.heard)
		if len(past) > maxPast {
			past = past[1:]
		}
	}
	return out
}
