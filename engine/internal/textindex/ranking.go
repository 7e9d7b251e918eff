package textindex

import "slices"

// ranking keeps the first of many hits. It gathers twice as many as are wanted
// before it sorts, so a hit costs a comparison and rarely more.
type ranking struct {
	limit int
	hits  []Hit
	worst *Place // of those that are in for now; nil before there are enough
}

func (r *ranking) add(h *Hit) {
	if r.limit <= 0 || r.worst != nil && h.Place().compare(*r.worst) > 0 {
		return
	}
	r.hits = append(r.hits, *h)
	if len(r.hits)/2 >= r.limit {
		r.cut()
		worst := r.hits[r.limit-1].Place()
		r.worst = &worst
	}
}

func (r *ranking) cut() {
	slices.SortFunc(r.hits, func(x, y Hit) int { return x.Place().compare(y.Place()) })
	r.hits = r.hits[:min(len(r.hits), r.limit)]
}

func (r *ranking) sorted() []Hit {
	r.cut()
	return r.hits
}
