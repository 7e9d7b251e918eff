package items

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// File is a rendered file.
type File struct {
	Name string // within decisions/ or todos/
	Data []byte
}

// Options are the settings of the files. The zero value is usable.
type Options struct {
	Lang     string         // "zh" (default) or "en"
	Title    string         // heading of month files; "" is that of decisions
	Location *time.Location // of times in Markdown and of months; nil is UTC
	Bytes    int            // bound of each file; 0 is 256 KiB
}

func (o Options) withDefaults() Options {
	if o.Location == nil {
		o.Location = time.UTC
	}
	o.Bytes = cmp.Or(o.Bytes, 256<<10)
	return o
}

// writer renders entries in one language and time zone.
type writer struct {
	*words
	at    *time.Location
	title string // of month files that are not those of decisions
}

// appendTitle appends the title of an item, or what else tells it.
func (w *writer) appendTitle(b []byte, it *session.Item) []byte {
	return w.appendText(b, cmp.Or(oneLine(it.Title, maxTitle), oneLine(it.Evidence, maxTitle), "-"))
}

// appendID appends the comment by which a line is known again.
func appendID(b []byte, id string) []byte {
	return append(append(append(b, idOpen...), id...), idClose...)
}

const (
	idOpen  = " <!-- ss:"
	idClose = " -->"
)

func (w *writer) clock(t time.Time) string {
	if !plaintext.KnownTime(t) {
		return "-"
	}
	return t.In(w.at).Format("2006-01-02 15:04")
}

const nextFact = " · "

// appendSource appends where an item comes from: when it was said, where and
// by whom, and the command that shows the message.
func (w *writer) appendSource(b []byte, it *session.Item) []byte {
	agent := it.Agent
	if session.ParseKey(it.SessionKey).Agent == agent {
		agent = ""
	}
	b = append(append(b, w.time...), w.clock(it.Time)...)
	for _, fact := range []struct{ name, value string }{
		{w.channel, it.Channel},
		{w.from, cmp.Or(w.origins[string(it.Origin)], string(it.Origin))},
		{w.sender, it.Sender},
		{w.agent, agent},
		{w.key, it.SessionKey},
		{w.task, w.owners[string(it.Owner)]},
	} {
		if value := oneLine(fact.value, maxFact); value != "" {
			b = w.appendText(append(append(b, nextFact...), fact.name...), value)
		}
	}
	if plaintext.Word(it.MessageID) {
		b = append(append(append(b, nextFact...), w.show...), "`session-sync show "+it.MessageID+"`"...)
	}
	return b
}

// appendQuote appends the words that an item was made of, unless they are its
// title.
func (w *writer) appendQuote(b []byte, it *session.Item) []byte {
	quote := oneLine(it.Evidence, maxQuote)
	if quote == "" || quote == oneLine(it.Title, maxQuote) {
		return b
	}
	return append(w.appendText(append(append(b, nested...), w.quote...), quote), '\n')
}

// nested begins a line below an item.
const nested = "  - "

// section is one list of a file.
type section struct {
	heading string // or empty
	help    string // a line below the heading, or empty
	count   int    // entries there are
	most    int    // entries that may be listed
	entry   func(b []byte, i int) []byte
	more    string // the command that shows what is not listed
}

// appendSection appends as many entries as fit into limit bytes together with
// heading and help, and the number of those that do not. It returns how many
// are listed.
func (w *writer) appendSection(b []byte, s section, limit int) ([]byte, int) {
	limit += len(b)
	if s.heading != "" {
		b = append(b, "\n## "+s.heading+"\n\n"...)
	}
	if s.help != "" {
		b = append(b, "> "+s.help+"\n\n"...)
	}
	rest := func(n int) string {
		return "\n> " + w.more[0] + strconv.Itoa(n) + w.more[1] + "`" + s.more + "`\n"
	}
	limit -= len(rest(s.count))
	listed := 0
	for listed < min(s.count, s.most) {
		size := len(b)
		if b = s.entry(b, listed); len(b) > limit {
			b = b[:size]
			break
		}
		listed++
	}
	if listed < s.count {
		b = append(b, rest(s.count-listed)...)
	}
	return b, listed
}

// fileHead is what a Markdown file of ours begins with.
func fileHead(title string, comments ...string) []byte {
	var b strings.Builder
	b.WriteString("# " + title + "\n\n")
	for _, comment := range comments {
		b.WriteString("<!-- " + comment + " -->\n")
	}
	return []byte(b.String())
}

// RecognizeBytes is how much of a file [Recognize] needs to see.
const RecognizeBytes = 2048

// Recognize reports whether a file that begins with head is one of ours, in
// whatever encoding an editor left it. A todos.md whose comment a person deleted
// is not recognised.
func Recognize(head []byte) bool {
	text := decode(head)
	return strings.HasPrefix(text, schema) || slices.ContainsFunc(languages(), func(w *words) bool {
		return strings.Contains(text, "<!-- "+w.todosNotice+" -->") || strings.Contains(text, "<!-- "+w.decisionsNotice+" -->")
	})
}
