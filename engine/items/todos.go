package items

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of todos.md.
const (
	maxSuggested = 20
	maxSources   = 5 // of one todo that was said several times
	maxNotes     = 16 << 10
	recent       = 30 * 24 * time.Hour
	spare        = 64 << 10 // bytes kept free for what is not open
)

// TodoFiles renders todos.md and todos.json. What is overdue and what was closed
// lately is judged by now; notes are the lines that [ReadBack] found. Shown is
// what it needs to read todos.md back.
func (b Board) TodoFiles(now time.Time, notes []string, opt Options) ([]File, Shown) {
	opt = opt.withDefaults()
	page, shown := b.todoPage(now.In(opt.Location), notes, opt)
	return []File{{"todos.md", page}, {"todos.json", b.todoList(opt)}}, shown
}

// todoPage renders todos.md: open todos by due, then suggestions, then what was
// closed lately, then the notes.
func (b Board) todoPage(now time.Time, notes []string, opt Options) ([]byte, Shown) {
	w := &writer{words: wordsOf(opt.Lang), at: opt.Location}
	page := fileHead(w.todos, w.todosNotice, w.todosHelp)
	tail := w.appendNotes(nil, notes)
	left := func() int { return opt.Bytes - len(page) - len(tail) }

	same := map[string][]*Todo{}
	for i := range b.Todos {
		if t := &b.Todos[i]; t.SameAs != "" {
			same[t.SameAs] = append(same[t.SameAs], t)
		}
	}
	var shown Shown
	list := func(todos []*Todo, s section, limit int) {
		s.count, s.most = len(todos), cmp.Or(s.most, len(todos))
		s.entry = func(b []byte, i int) []byte { return w.appendTodo(b, todos[i], same[todos[i].Item.ID], now) }
		var listed int
		page, listed = w.appendSection(page, s, limit)
		for _, t := range todos[:listed] {
			shown = append(shown, Mark{t.Item.ID, t.State})
		}
	}
	open, suggested, ended := b.sections(now)
	help := ""
	if len(open) == 0 {
		help = w.noneOpen
	}
	list(open, section{heading: w.open, help: help, more: "session-sync todos"}, left()-min(spare, left()/2))
	if len(suggested) > 0 {
		list(suggested, section{heading: w.suggested, help: w.suggestedHelp, most: maxSuggested, more: "session-sync todos --suggested"}, left())
	}
	if len(ended) > 0 {
		list(ended, section{heading: w.ended, more: "session-sync todos --done"}, left())
	}
	return append(page, tail...), shown
}

// sections sorts what todos.md shows into its lists.
func (b Board) sections(now time.Time) (open, suggested, ended []*Todo) {
	for i := range b.Todos {
		t := &b.Todos[i]
		switch {
		case t.SameAs != "":
		case t.Open() && t.Tier == TierMain:
			open = append(open, t)
		case t.Open():
			suggested = append(suggested, t)
		case (t.Tier == TierMain || t.Verdict != nil) && now.Sub(t.ClosedAt) < recent:
			ended = append(ended, t)
		}
	}
	byDue := func(a, b *Todo) int {
		if a.Item.Due == "" || b.Item.Due == "" {
			return strings.Compare(b.Item.Due, a.Item.Due)
		}
		return strings.Compare(a.Item.Due, b.Item.Due)
	}
	slices.SortStableFunc(open, byDue)
	slices.SortStableFunc(suggested, byDue)
	slices.SortStableFunc(ended, func(a, b *Todo) int { return b.ClosedAt.Compare(a.ClosedAt) })
	return open, suggested, ended
}

// appendTodo appends a todo: the line that can be ticked and struck through, and
// below it where it comes from and what became of it.
func (w *writer) appendTodo(b []byte, t *Todo, same []*Todo, now time.Time) []byte {
	box, strike := "- [ ] ", ""
	switch t.State {
	case session.StatusDone:
		box = "- [x] "
	case session.StatusCancelled:
		strike = "~~"
	}
	b = append(append(b, box...), strike...)
	b = append(w.appendTitle(b, t.Item), strike...)
	if t.Item.Due != "" {
		b = append(b, " ("+w.due+strings.Replace(t.Item.Due, "T", " ", 1)...)
		if t.Overdue(now) {
			b = append(b, w.overdue...)
		}
		b = append(b, ')')
	}
	b = append(appendID(b, t.Item.ID), '\n')

	b = append(w.appendSource(append(b, nested...), t.Item), '\n')
	for _, other := range same[:min(len(same), maxSources-1)] {
		b = append(w.appendSource(append(b, nested...), other.Item), '\n')
	}
	switch {
	case t.MaybeClosedBy != nil:
		b = w.appendReport(append(b, nested+w.maybe...), t.MaybeClosedBy)
	case t.ClosedBy != nil:
		b = w.appendReport(append(b, nested+w.closed...), t.ClosedBy)
	case !t.Open() && !closed(t.Item.Status):
		b = append(b, nested+w.closed+w.time+w.clock(t.ClosedAt)+nextFact+w.byHand+"\n"...)
	case t.Open() && t.Tier == TierMain:
		b = w.appendQuote(b, t.Item)
	}
	return b
}

// appendReport appends where a report comes from and its words.
func (w *writer) appendReport(b []byte, report *session.Item) []byte {
	b = append(w.appendSource(b, report), nextFact+w.quote...)
	return append(w.appendText(b, oneLine(report.Evidence, maxQuote)), '\n')
}

// appendNotes appends the section of lines that are the reader's own.
func (w *writer) appendNotes(b []byte, notes []string) []byte {
	b = append(b, "\n## "+w.notes+"\n\n<!-- "+w.notesHelp+" -->\n"...)
	if len(notes) > 0 {
		b = append(b, '\n')
	}
	size := 0
	for _, line := range notes {
		if size += len(line) + len("\n"); size > maxNotes {
			b = append(b, plaintext.Cut(line, max(0, maxNotes-size+len(line)))...)
			return append(b, "\n\n> "+w.noRoom+"\n"...)
		}
		b = append(append(b, line...), '\n')
	}
	return b
}
