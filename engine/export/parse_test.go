package export

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// parsedPage is what a strict reader finds in the Markdown.
type parsedPage struct {
	synced   string
	sessions []parsedSession
}

type parsedSession struct {
	id, updated, agent, channel, kind, key, title string
	hasAgent                                      bool
	count                                         int
	messages                                      []parsedMessage
}

type parsedMessage struct {
	position                                   int
	role, sender, channel, class, origin       string
	imported                                   string
	content, truncated, timestamp              string
	hasSender, hasChannel, hasClass, hasOrigin bool
}

// reader takes the Markdown line by line and accepts nothing but the format.
type reader struct {
	t     testing.TB
	w     words
	lines []string
}

func parseMarkdown(t testing.TB, lang, text string) parsedPage {
	t.Helper()
	body, found := strings.CutSuffix(text, "\n")
	if !found {
		t.Fatal("the file does not end in a line feed")
	}
	r := &reader{t: t, w: wordsOf(lang), lines: strings.Split(body, "\n")}
	var p parsedPage
	r.exactly("# " + r.w.title)
	r.exactly("")
	r.exactly("<!-- " + r.w.notice + " -->")
	r.exactly("")
	p.synced = r.after("> " + r.w.synced)
	r.exactly("")
	r.exactly("---")
	for len(r.lines) > 0 {
		p.sessions = append(p.sessions, r.session())
	}
	return p
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

func (r *reader) ahead(prefix string) bool {
	return len(r.lines) > 0 && strings.HasPrefix(r.lines[0], prefix)
}

func (r *reader) exactly(want string) {
	r.t.Helper()
	if got := r.next(); got != want {
		r.t.Fatalf("got line %q, want %q", got, want)
	}
}

func (r *reader) after(prefix string) string {
	r.t.Helper()
	line := r.next()
	value, found := strings.CutPrefix(line, prefix)
	if !found {
		r.t.Fatalf("got line %q, want one that begins with %q", line, prefix)
	}
	return value
}

func (r *reader) number(prefix string) int {
	r.t.Helper()
	n, err := strconv.Atoi(r.after(prefix))
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *reader) session() parsedSession {
	r.t.Helper()
	var s parsedSession
	r.exactly("")
	s.id = unescape(r.after("## " + r.w.session))
	r.exactly("")
	s.count = r.number("- " + r.w.count)
	s.updated = r.after("- " + r.w.updated)
	if r.ahead("- " + r.w.agent) {
		s.agent, s.hasAgent = unescape(r.after("- "+r.w.agent)), true
	}
	if r.ahead("- ") {
		facts := strings.Split(r.after("- "), " · ")
		for _, f := range []struct {
			name  string
			value *string
		}{{r.w.channel, &s.channel}, {r.w.kind, &s.kind}, {r.w.key, &s.key}, {r.w.name, &s.title}} {
			if len(facts) > 0 && strings.HasPrefix(facts[0], f.name) {
				*f.value = unescape(strings.TrimPrefix(facts[0], f.name))
				facts = facts[1:]
			}
		}
		if len(facts) > 0 {
			r.t.Fatalf("facts left over: %q", facts)
		}
	}
	for len(r.lines) > 1 && strings.HasPrefix(r.lines[1], "### ") {
		s.messages = append(s.messages, r.message())
	}
	return s
}

func (r *reader) message() parsedMessage {
	r.t.Helper()
	var m parsedMessage
	r.exactly("")
	m.position = r.number("### " + r.w.message)
	m.role, _ = r.field("role", true)
	m.sender, m.hasSender = r.field("sender", false)
	m.channel, m.hasChannel = r.field("channel", false)
	m.class, m.hasClass = r.field("class", false)
	m.origin, m.hasOrigin = r.field("origin", false)
	m.imported, _ = r.field("imported", false)
	m.content, _ = r.field("content", true)
	if m.content == "" && r.ahead("> ") {
		var quoted []string
		for r.ahead("> ") {
			quoted = append(quoted, unescape(r.after("> ")))
		}
		if len(quoted) < 2 {
			r.t.Fatal("one line of text is quoted")
		}
		m.content = strings.Join(quoted, "\n")
		r.exactly("")
	}
	m.truncated, _ = r.field("truncated", false)
	m.timestamp = r.after("**timestamp:** ")
	return m
}

// field takes a field line off; it must be there when it is required.
func (r *reader) field(name string, required bool) (string, bool) {
	r.t.Helper()
	prefix := "**" + name + ":** "
	if !required && !r.ahead(prefix) {
		return "", false
	}
	value, found := strings.CutSuffix(r.after(prefix), "  ")
	if !found {
		r.t.Fatalf("field %q has no hard line break", name)
	}
	return unescape(value), true
}

var anEscape = regexp.MustCompile(`&((?:amp;)*)(lt|#x[0-9A-F]+);`)

// unescape is the reverse of plaintext.AppendEscaped as its comment states it.
func unescape(s string) string {
	return anEscape.ReplaceAllStringFunc(s, func(escape string) string {
		if rest, found := strings.CutPrefix(escape, "&amp;"); found {
			return "&" + rest
		}
		if escape == "&lt;" {
			return "<"
		}
		code, err := strconv.ParseInt(escape[len("&#x"):len(escape)-1], 16, 32)
		if err != nil {
			return escape
		}
		return string(rune(code))
	})
}

var blockStart = regexp.MustCompile("^(?: {0,3}(?:(?P<h>#{1,6})(?:[ \t]|$)|(?P<rule>(?:-[ \t]*){3,}$|(?:\\*[ \t]*){3,}$|(?:_[ \t]*){3,}$)|" +
	"(?P<fence>```|~~~)|(?P<quote>>)|(?P<html><)|(?P<item>[-+*][ \t]|[-+*]$|[0-9]{1,9}[.)](?:[ \t]|$))|" +
	"(?P<setext>=+[ \t]*$)|(?P<definition>\\[)|(?P<table>\\|))|(?P<code>    |\t))")

// shapes lists the block structure that a CommonMark reader would see, quotes
// taken together: which lines begin a block and of what sort. It knows nothing
// of our format.
func shapes(text string) []string {
	var found []string
	inQuote := false
	for line := range strings.SplitSeq(text, "\n") {
		m := blockStart.FindStringSubmatch(line)
		shape := ""
		for i, name := range blockStart.SubexpNames() {
			if name != "" && m != nil && m[i] != "" {
				shape = name
				if name == "h" {
					shape += strconv.Itoa(len(m[i]))
				}
			}
		}
		if shape == "" && line != "" {
			shape = "text"
			if inQuote {
				shape = "lazy continuation"
			}
		}
		inQuote = shape == "quote" || shape == "lazy continuation"
		if shape != "" && (len(found) == 0 || found[len(found)-1] != shape || strings.HasPrefix(shape, "h")) {
			found = append(found, shape)
		}
	}
	return found
}

// wantShapes is the structure that the format gives to what was exported.
func wantShapes(p parsedPage) []string {
	want := []string{"h1", "html", "quote", "rule"}
	for _, s := range p.sessions {
		want = append(want, "h2", "item")
		for _, m := range s.messages {
			want = append(want, "h3", "text")
			if strings.Contains(m.content, "\n") {
				want = append(want, "quote", "text")
			}
		}
	}
	return want
}
