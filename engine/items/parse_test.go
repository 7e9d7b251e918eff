package items

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// parsedItem is what a strict reader finds of an item in Markdown.
type parsedItem struct {
	id, box, kind, title, due string
	struck, overdue           bool
	sources                   []map[string]string // by the Chinese name of the fact
	quote                     string
	maybe, closed             map[string]string
	byHand                    bool
}

// reader takes Markdown line by line and accepts nothing but the format.
type reader struct {
	t     testing.TB
	w     *words
	lines []string
}

func newReader(t testing.TB, lang string, text []byte) *reader {
	t.Helper()
	body, found := strings.CutSuffix(string(text), "\n")
	if !found {
		t.Fatal("the file does not end in a line feed")
	}
	return &reader{t: t, w: wordsOf(lang), lines: strings.Split(body, "\n")}
}

func (r *reader) next() string {
	r.t.Helper()
	if len(r.lines) == 0 {
		r.t.Fatal("the file ends too early")
	}
	line := r.lines[0]
	r.lines = r.lines[1:]
	return line
}

func (r *reader) exactly(want ...string) {
	r.t.Helper()
	for _, line := range want {
		if got := r.next(); got != line {
			r.t.Fatalf("got line %q, want %q", got, line)
		}
	}
}

func (r *reader) ahead(prefix string) bool {
	return len(r.lines) > 0 && strings.HasPrefix(r.lines[0], prefix)
}

// take takes the next line off if it begins so.
func (r *reader) take(prefix string) (string, bool) {
	if !r.ahead(prefix) {
		return "", false
	}
	return strings.TrimPrefix(r.next(), prefix), true
}

// parseTodos returns the items of the three lists and the notes.
func parseTodos(t testing.TB, lang string, text []byte) (lists [3][]parsedItem, omitted int, notes []string) {
	t.Helper()
	r := newReader(t, lang, text)
	w := r.w
	r.exactly("# "+w.todos, "", "<!-- "+w.todosNotice+" -->", "<!-- "+w.todosHelp+" -->")
	for i, heading := range []string{w.open, w.suggested, w.ended} {
		if len(r.lines) < 2 || r.lines[1] != "## "+heading {
			continue
		}
		r.exactly("", "## "+heading, "")
		help := []string{w.noneOpen, w.suggestedHelp, ""}[i]
		if help != "" && r.ahead("> "+help) {
			r.exactly("> "+help, "")
		}
		lists[i] = r.items()
		omitted += r.omitted("session-sync todos")
	}
	r.exactly("", "## "+w.notes, "", "<!-- "+w.notesHelp+" -->")
	if len(r.lines) > 0 {
		r.exactly("")
	}
	return lists, omitted, r.lines
}

// parseMonth returns the items of a month file and how many it leaves out.
func parseMonth(t testing.TB, lang, month string, text []byte) (sure, suggested []parsedItem, omitted int) {
	t.Helper()
	r := newReader(t, lang, text)
	w := r.w
	r.exactly("# "+w.decisions+" "+month, "", "<!-- "+w.decisionsNotice+" -->", "<!-- "+w.decisionsHelp+" -->", "")
	sure = r.items()
	omitted = r.omitted("session-sync decisions")
	if len(r.lines) == 0 {
		return sure, nil, omitted
	}
	r.exactly("", "<details>", "<summary>"+w.unsure+"</summary>", "")
	suggested = r.items()
	omitted += r.omitted("session-sync decisions")
	r.exactly("", "</details>")
	if len(r.lines) > 0 {
		t.Fatalf("lines left over: %q", r.lines)
	}
	return sure, suggested, omitted
}

func (r *reader) omitted(command string) int {
	r.t.Helper()
	if len(r.lines) < 2 || !strings.HasPrefix(r.lines[1], "> "+r.w.more[0]) {
		return 0
	}
	r.exactly("")
	count, shown, found := strings.Cut(strings.TrimPrefix(r.next(), "> "+r.w.more[0]), r.w.more[1])
	n, err := strconv.Atoi(count)
	if err != nil || !found || !strings.HasPrefix(shown, "`"+command) {
		r.t.Fatalf("%q does not say how many are left out and how to see them", shown)
	}
	return n
}

func (r *reader) items() []parsedItem {
	r.t.Helper()
	var found []parsedItem
	for r.ahead("- ") {
		found = append(found, r.item())
	}
	return found
}

var idAtEnd = regexp.MustCompile(`^(.*) <!-- ss:([a-z2-7]{10}) -->$`)

func (r *reader) item() parsedItem {
	r.t.Helper()
	line := idAtEnd.FindStringSubmatch(r.next())
	if line == nil || strings.Contains(line[1], "<!--") {
		r.t.Fatalf("an item without its id, or with two, at %d lines before the end", len(r.lines))
	}
	x := parsedItem{id: line[2]}
	text := line[1]
	if rest, found := strings.CutPrefix(text, "- ["); found {
		x.box, text = rest[:1], rest[3:]
		due := regexp.MustCompile(`^(.*) \(` + regexp.QuoteMeta(r.w.due) + `([0-9-]{10}(?: [0-9:]{5})?)(` + regexp.QuoteMeta(r.w.overdue) + `)?\)$`)
		if m := due.FindStringSubmatch(text); m != nil {
			text, x.due, x.overdue = m[1], strings.Replace(m[2], " ", "T", 1), m[3] != ""
		}
		if inner, found := strings.CutPrefix(text, "~~"); found {
			text, x.struck = strings.TrimSuffix(inner, "~~"), true
		}
	} else {
		x.kind, text, _ = strings.Cut(strings.TrimPrefix(text, "- **"), "** ")
	}
	if strings.Contains(text, "~~") {
		r.t.Fatalf("title %q strikes through", text)
	}
	x.title = unescape(r.t, text)
	for r.ahead(nested + r.w.time) {
		x.sources = append(x.sources, r.facts(strings.TrimPrefix(r.next(), nested)))
	}
	if quote, found := r.take(nested + r.w.quote); found {
		x.quote = unescape(r.t, quote)
	}
	if facts, found := r.take(nested + r.w.maybe); found {
		x.maybe = r.facts(facts)
	}
	if facts, found := r.take(nested + r.w.closed); found {
		facts, x.byHand = strings.CutSuffix(facts, nextFact+r.w.byHand)
		x.closed = r.facts(facts)
	}
	return x
}

// facts takes a line of facts apart; every one has a known name.
func (r *reader) facts(line string) map[string]string {
	r.t.Helper()
	names := func(w *words) []string {
		return []string{w.time, w.channel, w.from, w.sender, w.agent, w.key, w.task, w.show, w.quote}
	}
	found := map[string]string{}
	known := names(r.w)
	for fact := range strings.SplitSeq(line, nextFact) {
		for len(known) > 0 && !strings.HasPrefix(fact, known[0]) {
			known = known[1:]
		}
		if len(known) == 0 {
			r.t.Fatalf("%q is no fact, or not in its place, in %q", fact, line)
		}
		all := names(chinese())
		found[all[len(all)-len(known)]] = unescape(r.t, strings.TrimPrefix(fact, known[0]))
		known = known[1:]
	}
	return found
}

var anEscape = regexp.MustCompile(`&((?:amp;)*)(lt|#x[0-9A-F]+);`)

// unescape is the reverse of plaintext.AppendEscaped as its comment states it.
func unescape(t testing.TB, s string) string {
	return anEscape.ReplaceAllStringFunc(s, func(escape string) string {
		if rest, found := strings.CutPrefix(escape, "&amp;"); found {
			return "&" + rest
		}
		if escape == "&lt;" {
			return "<"
		}
		code, err := strconv.ParseInt(escape[len("&#x"):len(escape)-1], 16, 32)
		if err != nil {
			t.Fatalf("%q is not one of our escapes", escape)
		}
		return string(rune(code))
	})
}

// checkSource compares the facts of a source line with the item.
func checkSource(t testing.TB, got map[string]string, w *writer, it *session.Item) {
	t.Helper()
	zh := chinese()
	origin := w.origins[string(it.Origin)]
	if origin == "" {
		origin = oneLine(string(it.Origin), maxFact)
	}
	agent := oneLine(it.Agent, maxFact)
	if session.ParseKey(it.SessionKey).Agent == it.Agent {
		agent = ""
	}
	for _, f := range []struct{ name, want string }{
		{zh.time, w.clock(it.Time)}, {zh.channel, oneLine(it.Channel, maxFact)}, {zh.from, origin}, {zh.sender, oneLine(it.Sender, maxFact)},
		{zh.agent, agent}, {zh.key, oneLine(it.SessionKey, maxFact)}, {zh.task, w.owners[string(it.Owner)]},
	} {
		if got[f.name] != f.want {
			t.Errorf("got %s%q, want %q", f.name, got[f.name], f.want)
		}
	}
	if show := got[zh.show]; show != "" && show != "`session-sync show "+it.MessageID+"`" {
		t.Errorf("got %q for message %q", show, it.MessageID)
	}
}
