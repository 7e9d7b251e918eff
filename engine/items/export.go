package items

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// Format is a form in which other programs take todos.
type Format string

// Formats.
const (
	FormatICS      Format = "ics"      // iCalendar, RFC 5545
	FormatObsidian Format = "obsidian" // Markdown as the Tasks plugin of Obsidian reads it
	FormatTodoTxt  Format = "todotxt"  // todo.txt
	FormatCSV      Format = "csv"      // RFC 4180
)

// Formats lists all formats.
func Formats() []Format {
	return []Format{FormatICS, FormatObsidian, FormatTodoTxt, FormatCSV}
}

// Export writes todos in a format, in their order. Days are those of loc; nil
// is UTC. What others put into the chat is marked by its origin.
func Export(w io.Writer, format Format, todos []Todo, loc *time.Location) error {
	if loc == nil {
		loc = time.UTC
	}
	var b []byte
	switch format {
	case FormatICS:
		b = calendar(todos)
	case FormatObsidian:
		for i := range todos {
			b = appendTask(b, &todos[i], loc)
		}
	case FormatTodoTxt:
		for i := range todos {
			b = appendTodoTxt(b, &todos[i], loc)
		}
	case FormatCSV:
		b = table(todos, loc)
	default:
		return fmt.Errorf("exporting todos: unknown format %q; use ics, obsidian, todotxt or csv", format)
	}
	_, err := w.Write(b)
	return err
}

// foreignMark is the mark of what others put into the chat, "" of all else.
func foreignMark(t *Todo) string {
	if !t.Item.Origin.Foreign() {
		return ""
	}
	return string(t.Item.Origin)
}

// plain is one line of text without characters that hide or reorder. What is
// longer than limit is cut and ends in "…".
func plain(text string, limit int) string {
	return oneLine(strings.Map(func(r rune) rune {
		if plaintext.Hidden(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text), limit)
}

func plainTitle(t *Todo) string {
	return cmp.Or(plain(t.Item.Title, maxTitle), plain(t.Item.Evidence, maxTitle), "-")
}

// day is the local day of a time, or empty when it is not known.
func day(t time.Time, loc *time.Location) string {
	if !plaintext.KnownTime(t) {
		return ""
	}
	return t.In(loc).Format(dayLayout)
}

// dueDay is the day of a due.
func dueDay(t *Todo) string { return t.Item.Due[:min(len(t.Item.Due), len(dayLayout))] }

// calendar renders VTODO components. A due is a date, or floating local time,
// which needs no time zone. The order within a component is free.
func calendar(todos []Todo) []byte {
	b := []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//session-sync//todos//EN\r\n")
	for i := range todos {
		t := &todos[i]
		b = append(b, "BEGIN:VTODO\r\n"...)
		b = appendProperty(b, "UID:", t.Item.ID+"@session-sync")
		// Required; without a method it says when the todo last changed.
		changed := t.Item.Time
		if t.ClosedAt.After(changed) {
			changed = t.ClosedAt
		}
		b = appendProperty(b, "DTSTAMP:", icsTime(changed))
		b = appendProperty(b, "SUMMARY:", icsText(plainTitle(t)))
		said := icsText(plain(t.Item.Evidence, maxQuote))
		if plaintext.Word(t.Item.MessageID) {
			said += `\nsession-sync show ` + icsText(t.Item.MessageID)
		}
		b = appendProperty(b, "DESCRIPTION:", said)
		if mark := foreignMark(t); mark != "" {
			b = appendProperty(b, "CATEGORIES:", mark)
		}
		digits := strings.NewReplacer("-", "", ":", "")
		switch len(t.Item.Due) {
		case len(dayLayout):
			b = appendProperty(b, "DUE;VALUE=DATE:", digits.Replace(t.Item.Due))
		case len(minuteLayout):
			b = appendProperty(b, "DUE:", digits.Replace(t.Item.Due)+"00")
		}
		switch t.State {
		case session.StatusDone:
			b = appendProperty(b, "STATUS:", "COMPLETED")
			if plaintext.KnownTime(t.ClosedAt) {
				b = appendProperty(b, "COMPLETED:", icsTime(t.ClosedAt))
			}
		case session.StatusCancelled:
			b = appendProperty(b, "STATUS:", "CANCELLED")
		default:
			b = appendProperty(b, "STATUS:", "NEEDS-ACTION")
		}
		b = append(b, "END:VTODO\r\n"...)
	}
	return append(b, "END:VCALENDAR\r\n"...)
}

func icsTime(t time.Time) string {
	if !plaintext.KnownTime(t) {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("20060102T150405Z")
}

// icsText escapes a TEXT value; plain text has no line ends and no controls.
func icsText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(text)
}

// appendProperty appends a content line, folded so that no line has more than
// 75 octets without its line end and no character is taken apart.
func appendProperty(b []byte, name, value string) []byte {
	const most = 75
	line := name + value
	for room := most; len(line) > room; room = most - 1 {
		part := plaintext.Cut(line, room)
		b = append(append(b, part...), "\r\n "...)
		line = line[len(part):]
	}
	return append(append(b, line...), "\r\n"...)
}

// taskSigns are what the Tasks plugin takes for fields at the end of a line.
const taskSigns = "➕🛫⏳⌛📅📆🗓✅❌🔁🏁🆔⛔🔺⏫🔼🔽⏬"

// appendTask appends a todo as a line with the fields of the Tasks plugin. In
// its title no tag, comment, block reference or field is left.
func appendTask(b []byte, t *Todo, loc *time.Location) []byte {
	box, sign := "- [ ] ", ""
	switch t.State {
	case session.StatusDone:
		box, sign = "- [x] ", " ✅ "
	case session.StatusCancelled:
		box, sign = "- [-] ", " ❌ "
	}
	title := plainTitle(t)
	b = appendInline(append(b, box...), title, func(i int, r rune) bool {
		next := title[i+len(string(r)):]
		switch r {
		case '#', '^':
			return (i == 0 || title[i-1] == ' ') && next != "" && next[0] != ' '
		case '%', ':', '=':
			return strings.HasPrefix(next, string(r))
		}
		return strings.ContainsRune(taskSigns, r)
	})
	if mark := foreignMark(t); mark != "" {
		b = append(b, " #"+mark...)
	}
	b = append(b, " 🆔 "+t.Item.ID...)
	for _, field := range []struct{ sign, day string }{
		{" ➕ ", day(t.Item.Time, loc)}, {" 📅 ", dueDay(t)}, {sign, day(t.ClosedAt, loc)},
	} {
		if field.sign != "" && field.day != "" {
			b = append(append(b, field.sign...), field.day...)
		}
	}
	return append(b, '\n')
}

// appendTodoTxt appends a todo as a line of todo.txt. The channel is a context,
// the mark a project, and what the format has no word for is a key:value.
func appendTodoTxt(b []byte, t *Todo, loc *time.Location) []byte {
	created, ended := day(t.Item.Time, loc), day(t.ClosedAt, loc)
	dated := created != ""
	if !t.Open() {
		b = append(b, "x "...)
		if dated = dated && ended != ""; dated {
			b = append(append(b, ended...), ' ')
		}
	}
	if dated {
		b = append(append(b, created...), ' ')
	} else {
		b = append(b, "- "...) // or the title might begin with a mark or a date
	}
	for word := range strings.FieldsSeq(plainTitle(t)) {
		b = append(append(b, todoTxtWord(word)...), ' ')
	}
	if channel := plain(t.Item.Channel, maxFact); channel != "" {
		b = append(b, "@"+strings.ReplaceAll(channel, " ", "_")+" "...)
	}
	if mark := foreignMark(t); mark != "" {
		b = append(b, "+"+mark+" "...)
	}
	if due := dueDay(t); due != "" {
		b = append(b, "due:"+due+" "...)
	}
	if t.State == session.StatusCancelled {
		b = append(b, "status:cancelled "...)
	}
	return append(b, "id:"+t.Item.ID+"\n"...)
}

// todoTxtWord makes a word of a title one without meaning of its own. The format
// knows no escapes, so a project, a context or a key gets a full-width sign.
func todoTxtWord(word string) string {
	key, value, found := strings.Cut(word, ":")
	if found && key != "" && value != "" && !strings.HasPrefix(value, "//") {
		word = strings.ReplaceAll(word, ":", "：")
	}
	switch {
	case len(word) > 1 && word[0] == '+':
		return "＋" + word[1:]
	case len(word) > 1 && word[0] == '@':
		return "＠" + word[1:]
	}
	return word
}

// table renders CSV with a header.
func table(todos []Todo, loc *time.Location) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	// Writing to memory does not fail.
	_ = w.Write([]string{"id", "status", "tier", "title", "due", "owner", "agent", "channel", "origin", "sender",
		"session_key", "message_id", "said_on", "closed_on", "evidence"})
	for i := range todos {
		t := &todos[i]
		it := t.Item
		row := []string{it.ID, string(t.State), string(t.Tier), plainTitle(t), it.Due, string(it.Owner), it.Agent, it.Channel, string(it.Origin), it.Sender,
			it.SessionKey, it.MessageID, day(it.Time, loc), day(t.ClosedAt, loc), it.Evidence}
		for i, cell := range row {
			row[i] = guarded(plain(cell, maxQuote))
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

// guarded keeps spreadsheets from taking a cell for a formula. The full-width
// signs are formulas too where Chinese or Japanese is the language.
func guarded(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
