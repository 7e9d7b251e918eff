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
	}
	return out
}
