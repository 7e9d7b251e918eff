package items

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

func export(t testing.TB, format Format, todos []Todo) string {
	t.Helper()
	var b bytes.Buffer
	if err := Export(&b, format, todos, shanghai()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExportGolden(t *testing.T) {
	b := Fold(sample())
	for _, format := range Formats() {
		golden(t, "export."+string(format), []byte(export(t, format, b.Todos)))
	}
}

// hostileTodos have a text everywhere, in every state, dated and not.
func hostileTodos(text string) []Todo {
	items := hostileItems(text)
	items = append(items, with(said("n", "03-10 10:00", text+" n"), noTime), said("p", "03-10 10:00", text+" p"), with(closer("q", "03-11 10:00", "p"), noTime), with(said("o", "03-10 10:00", text), func(it *session.Item) {
		noTime(it)
		outside(it)
		it.Status, it.Channel = session.StatusDone, text
	}))
	return Fold(items, verdicts("x", "cancelled", "03-16 10:00")).Todos
}

// checkExports holds each format to its document.
func checkExports(t testing.TB, todos []Todo) {
	t.Helper()
	for _, format := range Formats() {
		text := export(t, format, todos)
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\r' && r != '\n' && plaintext.Hidden(r) }) {
			t.Errorf("%s has hidden characters or broken UTF-8", format)
		}
		switch format {
		case FormatICS:
			checkCalendar(t, text, todos)
		case FormatCSV:
			checkTable(t, text, todos)
		default:
			lines := strings.Split(text, "\n")
			if len(lines) != len(todos)+1 || lines[len(todos)] != "" {
				t.Fatalf("%s: got %d lines for %d todos", format, len(lines)-1, len(todos))
			}
			for i := range todos {
				if format == FormatObsidian {
					checkTask(t, lines[i], &todos[i])
				} else {
					checkTodoTxt(t, lines[i], &todos[i])
				}
			}
		}
	}
}

func TestHostileExports(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) { checkExports(t, hostileTodos(text)) })
	}
	checkExports(t, nil)
}

func FuzzExport(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkExports(t, hostileTodos(text)) })
}

// checkCalendar reads iCalendar as RFC 5545 has it: content lines of at most 75
// octets that end in CRLF, folded by CRLF and a space (3.1), TEXT with escaped
// backslash, semicolon, comma and line end (3.3.11), and VTODO with one each of
// UID and DTSTAMP (3.6.2).
func checkCalendar(t testing.TB, text string, todos []Todo) {
	t.Helper()
	body, found := strings.CutSuffix(text, "\r\n")
	if !found {
		t.Fatal("the last line does not end in CRLF")
	}
	var lines []string
	for line := range strings.SplitSeq(body, "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Fatalf("%q is no content line", line)
		}
		if more, folded := strings.CutPrefix(line, " "); folded {
			lines[len(lines)-1] += more
			continue
		}
		lines = append(lines, line)
	}
	for i, want := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//session-sync//todos//EN"} {
		if lines[i] != want {
			t.Fatalf("got %q, want %q", lines[i], want)
		}
	}
	if lines[len(lines)-1] != "END:VCALENDAR" {
		t.Fatalf("got %q at the end", lines[len(lines)-1])
	}
	lines = lines[3 : len(lines)-1]
	for i := range todos {
		end := slices.Index(lines, "END:VTODO")
		if end < 0 || lines[0] != "BEGIN:VTODO" {
			t.Fatalf("todo %d is not there: %q", i, lines)
		}
		checkTodoComponent(t, lines[1:end], &todos[i])
		lines = lines[end+1:]
	}
	if len(lines) != 0 {
		t.Errorf("lines left over: %q", lines)
	}
}

func checkTodoComponent(t testing.TB, lines []string, todo *Todo) {
	t.Helper()
	got := map[string]string{}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		if _, twice := got[name]; !found || twice {
			t.Fatalf("property %q is broken or there twice", name)
		}
		got[name] = value
	}
	summary, err := icsUnescape(got["SUMMARY"])
	if err != nil || summary != plainTitle(todo) {
		t.Errorf("got summary %q and %v, want %q", summary, err, plainTitle(todo))
	}
	if _, err := icsUnescape(got["DESCRIPTION"]); err != nil {
		t.Error(err)
	}
	status := map[session.Status]string{session.StatusOpen: "NEEDS-ACTION", session.StatusDone: "COMPLETED", session.StatusCancelled: "CANCELLED"}
	if got["UID"] != todo.Item.ID+"@session-sync" || got["STATUS"] != status[todo.State] {
		t.Errorf("got %s %s for %s %s", got["UID"], got["STATUS"], todo.Item.ID, todo.State)
	}
	if _, err := time.Parse("20060102T150405Z", got["DTSTAMP"]); err != nil {
		t.Error(err)
	}
	if completed := got["COMPLETED"]; (completed != "") != (todo.State == session.StatusDone && !todo.ClosedAt.IsZero()) {
		t.Errorf("%s is completed at %q", todo.State, completed)
	}
	due := ""
	if day, err := time.Parse("20060102", got["DUE;VALUE=DATE"]); err == nil {
		due = day.Format(dayLayout)
	} else if minute, err := time.Parse("20060102T150405", got["DUE"]); err == nil {
		due = minute.Format(minuteLayout)
	}
	if due != todo.Item.Due {
		t.Errorf("got due %q, want %q", due, todo.Item.Due)
	}
	if got["CATEGORIES"] != foreignMark(todo) {
		t.Errorf("got categories %q", got["CATEGORIES"])
	}
}

// icsUnescape reads a TEXT value, which holds no bare comma or semicolon.
func icsUnescape(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ',', ';':
			return "", errors.New("a list in a text")
		case '\\':
			if i++; i == len(text) || !strings.ContainsRune(`\;,nN`, rune(text[i])) {
				return "", errors.New("an unknown escape in a text")
			}
			if text[i] == 'n' || text[i] == 'N' {
				b.WriteByte('\n')
				continue
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

var (
	taskLine = regexp.MustCompile(`^- \[([ x-])\] (.*)$`)
	// What the Tasks plugin takes off the end of a line, one after another.
	taskField = regexp.MustCompile(`^(.*?)(?: ?(?:(➕|🛫|[⏳⌛]|[📅📆🗓]|✅|❌)\x{FE0F}? *([0-9]{4}-[0-9]{2}-[0-9]{2})|(🆔) *([a-zA-Z0-9-_]+)|([🔺⏫🔼🔽⏬🔁🏁⛔].*))|` +
		`(?:^| )(#[^ !@#$%^&*(),.?":{}|<>]+)|(?:^| )(\^[a-zA-Z0-9-]+))$`)
	taskInner = regexp.MustCompile(`%%|::|\[\[|(?:^| )#[^ ]|[` + taskSigns + `]`)
)

// checkTask reads a line as the Tasks plugin does: fields from its end.
func checkTask(t testing.TB, line string, todo *Todo) {
	t.Helper()
	m := taskLine.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%q is no task", line)
	}
	if want := map[session.Status]string{session.StatusOpen: " ", session.StatusDone: "x", session.StatusCancelled: "-"}[todo.State]; m[1] != want {
		t.Errorf("got box %q, want %q", m[1], want)
	}
	var got []string
	rest := m[2]
	for {
		f := taskField.FindStringSubmatch(rest)
		if f == nil {
			break
		}
		got = append(got, strings.Join(f[2:], ""))
		rest = f[1]
	}
	slices.Reverse(got)
	var want []string
	if mark := foreignMark(todo); mark != "" {
		want = append(want, "#"+mark)
	}
	want = append(want, "🆔"+todo.Item.ID)
	if created := day(todo.Item.Time, shanghai()); created != "" {
		want = append(want, "➕"+created)
	}
	if todo.Item.Due != "" {
		want = append(want, "📅"+todo.Item.Due[:10])
	}
	if ended := day(todo.ClosedAt, shanghai()); ended != "" {
		want = append(want, map[session.Status]string{session.StatusDone: "✅", session.StatusCancelled: "❌"}[todo.State]+ended)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got fields %q, want %q, in %q", got, want, line)
	}
	if found := taskInner.FindString(rest); found != "" {
		t.Errorf("the title of %q has %q", line, found)
	}
	if title := unescape(t, rest); title != plainTitle(todo) {
		t.Errorf("got title %q, want %q", title, plainTitle(todo))
	}
}

var (
	todoTxtLine = regexp.MustCompile(`^(x )?(?:\(([A-Z])\) )?(?:([0-9]{4}-[0-9]{2}-[0-9]{2}) )?(?:([0-9]{4}-[0-9]{2}-[0-9]{2}) )?(.*)$`)
	todoTxtKey  = regexp.MustCompile(`^[^:\s]+:(?:[^:/\s]|/[^:/\s])[^:\s]*$`)
)

// checkTodoTxt reads a line by the rules of todo.txt: a mark and a date of
// completion, a priority, a date of creation; then words, of which those with +
// and @ are projects and contexts, and those with one colon
// keys, unless they are addresses.
func checkTodoTxt(t testing.TB, line string, todo *Todo) {
	t.Helper()
	m := todoTxtLine.FindStringSubmatch(line)
	created, ended := day(todo.Item.Time, shanghai()), day(todo.ClosedAt, shanghai())
	want := []string{"", "", created, ""}
	if !todo.Open() {
		want = []string{"x ", "", ended, created}
		if ended == "" || created == "" {
			want = []string{"x ", "", "", ""}
		}
	}
	if !slices.Equal(m[1:5], want) {
		t.Errorf("got mark, priority and dates %q, want %q, in %q", m[1:5], want, line)
	}
	if strings.Contains(line, "  ") {
		t.Errorf("%q has an empty word", line)
	}
	var marks, wantMarks []string
	for word := range strings.FieldsSeq(m[5]) {
		isMark := len(word) > 1 && strings.ContainsRune("+@", rune(word[0]))
		if isMark || todoTxtKey.MatchString(word) {
			marks = append(marks, word)
		}
	}
	if channel := plain(todo.Item.Channel, maxFact); channel != "" {
		wantMarks = append(wantMarks, "@"+strings.ReplaceAll(channel, " ", "_"))
	}
	if mark := foreignMark(todo); mark != "" {
		wantMarks = append(wantMarks, "+"+mark)
	}
	if todo.Item.Due != "" {
		wantMarks = append(wantMarks, "due:"+todo.Item.Due[:10])
	}
	if todo.State == session.StatusCancelled {
		wantMarks = append(wantMarks, "status:cancelled")
	}
	if wantMarks = append(wantMarks, "id:"+todo.Item.ID); !slices.Equal(marks, wantMarks) {
		t.Errorf("got marks %q, want %q, in %q", marks, wantMarks, line)
	}
}

func checkTable(t testing.TB, text string, todos []Todo) {
	t.Helper()
	if strings.Count(text, "\r\n") != strings.Count(text, "\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a record does not end in CRLF")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != len(todos)+1 {
		t.Fatalf("got %d rows and %v", len(rows), err)
	}
	for i, row := range rows[1:] {
		it := todos[i].Item
		for j, want := range map[int]string{0: it.ID, 1: string(todos[i].State), 3: plainTitle(&todos[i]), 4: it.Due, 7: plain(it.Channel, maxQuote), 14: plain(it.Evidence, maxQuote)} {
			if strings.TrimPrefix(row[j], "'") != strings.TrimPrefix(want, "'") {
				t.Errorf("got %s %q, want %q", rows[0][j], row[j], want)
			}
		}
		for j, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%s %q is a formula", rows[0][j], cell)
			}
		}
	}
}

func TestTodoTxtWords(t *testing.T) {
	for word, want := range map[string]string{
		"plain": "plain", "+": "+", "@": "@", ":": ":", "a:": "a:", ":b": ":b",
		"+project": "＋project", "@context": "＠context", "due:2026-01-01": "due：2026-01-01", "@a:b": "＠a：b",
		"https://example.org/a:b": "https://example.org/a:b", "a@b.example": "a@b.example",
	} {
		if got := todoTxtWord(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestLongLinesAreFolded(t *testing.T) {
	for name, text := range map[string]string{
		"ascii":  strings.Repeat("a", 299),
		"runes":  strings.Repeat("长", 99),
		"emoji":  strings.Repeat("👩", 70),
		"escape": strings.Repeat(",", 200),
		"exact":  strings.Repeat("a", 75-len("SUMMARY:")),
		"more":   strings.Repeat("a", 76-len("SUMMARY:")),
	} {
		t.Run(name, func(t *testing.T) { checkExports(t, hostileTodos(text)) })
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestExportErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := Export(fullDisk{}, format, hostileTodos("x"), nil); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: got %v", format, err)
		}
	}
	if err := Export(io.Discard, "xml", nil, nil); err == nil {
		t.Error("got no error for an unknown format")
	}
}
