package items

import (
	"encoding/binary"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/smallccwc/chronosync/engine/session"
)

// Shown is what todos.md said when it was written, as far as people can change
// it. It is kept as text, see [Shown.String] and [ParseShown]. Where nobody knows
// which of two files was written, those of both together are what was shown: what
// either said is nobody's edit.
type Shown []Mark

// Mark is the state in which a todo was shown.
type Mark struct {
	ID    string
	State session.Status // StatusOpen, StatusDone or StatusCancelled
}

// Edit is what a person made of a todo.
type Edit struct {
	ID     string
	Status session.Status // StatusOpen, StatusDone or StatusCancelled
}

// The text of a Shown is its version and, for each todo, the first letter of
// its state and the id.
const (
	shownVersion = "1"
	stateLetters = "odc"
	markSize     = 11
)

func states() [3]session.Status {
	return [3]session.Status{session.StatusOpen, session.StatusDone, session.StatusCancelled}
}

// String is the form in which it is kept. Marks that no file of ours can hold
// are left out.
func (s Shown) String() string {
	all := states()
	b := []byte(shownVersion)
	for _, m := range s {
		if state := slices.Index(all[:], m.State); state >= 0 && session.IsItemID(m.ID) {
			b = append(append(b, stateLetters[state]), m.ID...)
		}
	}
	return string(b)
}

// ErrShown says that a text is not what [Shown.String] gives.
var ErrShown = errors.New("what todos.md said last time can't be read; edits made since are not noticed")

// ParseShown reads what [Shown.String] gave; an empty text is nothing shown.
// The error is [ErrShown].
func ParseShown(text string) (Shown, error) {
	if text == "" {
		return nil, nil
	}
	marks, found := strings.CutPrefix(text, shownVersion)
	if !found || len(marks)%markSize != 0 {
		return nil, ErrShown
	}
	var s Shown
	for ; marks != ""; marks = marks[markSize:] {
		id, state := marks[1:markSize], strings.IndexByte(stateLetters, marks[0])
		if state < 0 || !session.IsItemID(id) {
			return nil, ErrShown
		}
		s = append(s, Mark{id, states()[state]})
	}
	return s, nil
}

// MaxRead is how much of a todos.md is looked at, in bytes.
const MaxRead = 1 << 20

// ReadBack finds what a person changed in todos.md since it was written. Only
// boxes and strikes of lines with our comment count. A line that is gone, there
// twice, or was not shown means nothing. Notes are the lines that are not ours,
// without white space at their ends and without control characters; they are
// not redacted. They end with the line that goes past 16 KiB, so that
// [Board.TodoFiles] can say that some are not kept. What lies behind [MaxRead]
// is not read. whole says that neither is so, and all notes are there.
func ReadBack(shown Shown, current []byte) (edits []Edit, notes []string, whole bool) {
	was := map[string][]session.Status{}
	for _, m := range shown {
		was[m.ID] = append(was[m.ID], m.State)
	}
	seen := map[string]int{}
	kept := notebook{own: ownLines()}
	for line := range strings.SplitSeq(decode(current), "\n") {
		ids := idComment.FindAllStringSubmatch(line, 2)
		if len(ids) == 0 {
			kept.add(line)
			continue
		}
		id := ids[0][1]
		seen[id]++
		state, found := stateOf(line)
		if before := was[id]; len(before) > 0 && found && len(ids) == 1 && !slices.Contains(before, state) {
			edits = append(edits, Edit{id, state})
		}
	}
	edits = slices.DeleteFunc(edits, func(e Edit) bool { return seen[e.ID] > 1 })
	return edits, kept.notes, kept.size <= maxNotes && len(current) <= MaxRead
}

var (
	idComment = regexp.MustCompile(`<!--[ \t]*ss:([a-z2-7]{10})[ \t]*-->`)
	aBox      = regexp.MustCompile(`^\s*[-*+]\s+\[([ xX])\]\s*(.*)$`)
)

// stateOf reads box and strike of a line with our comment. The strike must
// cover the whole title; the due behind it may be left out.
func stateOf(line string) (session.Status, bool) {
	m := aBox.FindStringSubmatch(idComment.ReplaceAllString(line, ""))
	if m == nil {
		return "", false
	}
	if m[1] != " " {
		return session.StatusDone, true
	}
	if struck, found := strings.CutPrefix(m[2], "~~"); found {
		title, rest, found := strings.Cut(struck, "~~")
		rest = strings.TrimSpace(rest)
		if found && title != "" && (rest == "" || strings.HasPrefix(rest, "(")) {
			return session.StatusCancelled, true
		}
	}
	return session.StatusOpen, true
}

// decode makes UTF-8 with line feeds and without other control characters but
// tabs of what editors write.
func decode(data []byte) string {
	data = data[:min(len(data), MaxRead)]
	var text string
	switch {
	case len(data) >= 2 && data[0] == 0xFF && data[1] == 0xFE:
		text = decodeUTF16(data[2:], binary.LittleEndian)
	case len(data) >= 2 && data[0] == 0xFE && data[1] == 0xFF:
		text = decodeUTF16(data[2:], binary.BigEndian)
	default:
		text = strings.TrimPrefix(string(data), "\uFEFF")
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// notebook gathers the lines that are not ours. Blank lines are kept between
// notes, not around them.
type notebook struct {
	own     own
	inNotes bool // below the heading of the notes
	blank   int  // blank lines since the last note
	notes   []string
	size    int
}

func (n *notebook) add(line string) {
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	switch kind := n.own.kindOf(line); {
	case kind == notesHeading:
		n.inNotes = true
	case kind == otherHeading:
		n.inNotes = false
	case kind == ownLine:
	case line == "":
		if n.inNotes && len(n.notes) > 0 {
			n.blank++
		}
	default:
		for ; n.blank > 0; n.blank-- {
			n.keep("")
		}
		n.keep(line)
	}
}

func (n *notebook) keep(line string) {
	if n.size <= maxNotes {
		n.notes = append(n.notes, line)
		n.size += len(line) + len("\n")
	}
}

// lineKind says which of our lines one is.
type lineKind uint8

const (
	foreign lineKind = iota
	ownLine
	notesHeading
	otherHeading
)

// own knows the lines of todos.md that have no comment, in every language.
type own struct {
	fixed  map[string]lineKind
	varied []*regexp.Regexp
}

func ownLines() own {
	o := own{fixed: map[string]lineKind{}}
	for _, w := range languages() {
		o.fixed["## "+w.notes] = notesHeading
		for _, heading := range []string{"# " + w.todos, "## " + w.open, "## " + w.suggested, "## " + w.ended} {
			o.fixed[heading] = otherHeading
		}
		for _, comment := range []string{w.todosNotice, w.todosHelp, w.notesHelp} {
			o.fixed["<!-- "+comment+" -->"] = ownLine
		}
		for _, help := range []string{w.noneOpen, w.suggestedHelp, w.noRoom} {
			o.fixed["> "+help] = ownLine
		}
		quoted := regexp.QuoteMeta
		o.varied = append(o.varied,
			regexp.MustCompile("^> "+quoted(w.more[0])+"[0-9]+"+quoted(w.more[1])+"`session-sync todos.*`$"),
			regexp.MustCompile(`^\s+[-*+]\s+(?:`+quoted(w.maybe)+`|`+quoted(w.closed)+`)?`+
				quoted(w.time)+`(?:-|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})(?: ·.*)?$`),
			regexp.MustCompile(`^\s+[-*+]\s+`+quoted(w.quote)+`.*$`))
	}
	return o
}

func (o own) kindOf(line string) lineKind {
	if kind, found := o.fixed[strings.Join(strings.Fields(line), " ")]; found {
		return kind
	}
	if slices.ContainsFunc(o.varied, func(x *regexp.Regexp) bool { return x.MatchString(line) }) {
		return ownLine
	}
	return foreign
}
