package items

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// hostile are texts that try to be structure, to hide, or to look escaped.
func hostile() map[string]string {
	id := "<!-- ss:" + idOf("t") + " -->"
	return map[string]string{
		"empty":         "",
		"heading":       "# 待办\n## 未完成\n### x",
		"id":            "pay " + id,
		"two ids":       id + id,
		"boxes":         "- [x] done\n- [ ] open",
		"box":           "[x] done",
		"strike":        "~~gone~~",
		"half a strike": "gone~~",
		"tilde at end":  "~gone~",
		"many tildes":   "~~~~~",
		"comment":       "a <!-- b",
		"comment end":   "a --> b",
		"html":          "<details><script>x</script></details>",
		"link":          "[free](https://example.org) [a][b] [[c]] ![d](e)",
		"autolink":      "<https://example.org>",
		"definition":    "[a]: https://example.org",
		"code":          "run `make`",
		"open code":     "run `make",
		"long code":     "``` x ` y",
		"escaped code":  "a \\` b `",
		"backslash":     "ends in \\",
		"due":           "pay (截止 2026-01-01)",
		"overdue":       "pay (due 2026-01-01, overdue)",
		"facts":         "a · 会话键:agent:main:main · 查看:`session-sync show x`",
		"english facts": "· Channel: x · Show: y",
		"quote line":    "a\n  - 原话:b\n  - 可能已完成:时间:-",
		"our command":   "`session-sync todos cancel " + idOf("t") + "`",
		"entities":      "&#8238;a &rlm;b &#x202e;c &copy; AT&T &amp; &lt; &amp;lt; &#xA;",
		"direction":     "\u202Eevil\u202C \u2066x\u2069 \u200E\u200F\u061C\uFEFF",
		"invisible":     "a\u2060b\U000E0041\uFFF9",
		"controls":      "\x00\x1b[2J\x7f\u0080",
		"line ends":     "a\rb\r\nc\vd\fe\u0085f\u2028g\u2029h",
		"broken utf-8":  "a\xffb\xe4\xbdc",
		"emphasis":      "**决定** __x__ *y",
		"table":         "| a | b |\n|---|---|",
		"rule":          "---",
		"long":          strings.Repeat("长\n", 400),
		"only spaces":   " \t\u3000 ",
		"due signs":     "x 📅 2020-01-01 ✅ 2020-01-01 #tag ^block %%x%% [due:: 2020-01-01]",
		"tag first":     "#tag x",
		"date first":    "2020-01-01 2020-01-02 x",
		"todo.txt":      "x 2020-01-01 (A) +project @context due:2020-01-01 h:1",
		"formula":       "=HYPERLINK(\"https://example.org\")",
		"full formula":  "＝1+1",
		"csv":           "a,\"b\"\nc;d",
		"calendar":      "a\\nb;c,d\r\nEND:VTODO\r\nBEGIN:VALARM",
	}
}

// hostileItems put a text everywhere a foreign text can stand.
func hostileItems(text string) []session.Item {
	all := func(it *session.Item) {
		it.Agent, it.SessionKey, it.MessageID, it.Channel = text, text, text, text
		it.Sender, it.Origin, it.Evidence, it.Title = text, session.Origin(text), text, text
	}
	titled := func(it *session.Item) { it.Title, it.Evidence = text, text+"x" }
	decided := func(it *session.Item) { it.Kind = session.ItemDecision }
	return []session.Item{
		with(said("t", "03-10 10:00", text), func(it *session.Item) { titled(it); it.Due = "2026-03-12" }),
		with(closer("c", "03-15 10:00", "v"), func(it *session.Item) { all(it); low(it) }),
		with(said("u", "03-12 10:00", text), all),
		with(closer("b", "03-15 10:00", "u"), all),
		with(said("v", "03-12 10:00", text), func(it *session.Item) { all(it); it.Due = "2026-03-20T10:00" }),
		with(said("w", "03-12 11:00", text), func(it *session.Item) { titled(it); low(it) }),
		with(said("x", "03-13 11:00", text), titled),
		with(said("y", "03-14 11:00", text), func(it *session.Item) { titled(it); it.Status = session.StatusDone }),
		with(said("d", "03-10 10:00", text), func(it *session.Item) { all(it); decided(it) }),
		with(said("e", "03-10 11:00", text), func(it *session.Item) { titled(it); decided(it); low(it) }),
	}
}

// checkFiles compares what strict readers find with the board.
func checkFiles(t testing.TB, b Board, lang string) {
	t.Helper()
	opt := Options{Lang: lang, Location: shanghai()}
	w := &writer{words: wordsOf(lang), at: shanghai()}
	files, shown := b.TodoFiles(now(), nil, opt)
	lists, omitted, notes := parseTodos(t, lang, files[0].Data)
	open, suggested, ended := b.sections(now())
	if omitted != 0 || len(notes) != 0 {
		t.Fatalf("got %d left out and notes %q", omitted, notes)
	}
	for i, want := range [][]*Todo{open, suggested, ended} {
		if len(lists[i]) != len(want) {
			t.Fatalf("list %d: got %d todos, want %d", i, len(lists[i]), len(want))
		}
		for j, got := range lists[i] {
			checkTodo(t, got, w, want[j])
		}
	}
	if edits, notes, _ := ReadBack(shown, files[0].Data); len(edits) != 0 || len(notes) != 0 {
		t.Errorf("an untouched file gives edits %v and notes %q", edits, notes)
	}
	for _, f := range b.DecisionFiles(opt) {
		if month, found := strings.CutSuffix(f.Name, ".md"); found {
			checkMonth(t, b, w, lang, month, f.Data)
		}
		checkPlain(t, f)
	}
	for _, f := range files {
		checkPlain(t, f)
	}
}

func checkTodo(t testing.TB, got parsedItem, w *writer, want *Todo) {
	t.Helper()
	title := cmp.Or(oneLine(want.Item.Title, maxTitle), oneLine(want.Item.Evidence, maxTitle), "-")
	if got.id != want.Item.ID || got.title != title || got.due != want.Item.Due {
		t.Errorf("got %s %q due %q, want %s %q due %q", got.id, got.title, got.due, want.Item.ID, title, want.Item.Due)
	}
	if (got.box == "x") != (want.State == session.StatusDone) || got.struck != (want.State == session.StatusCancelled) {
		t.Errorf("got box %q, struck %v for %s", got.box, got.struck, want.State)
	}
	if got.overdue != want.Overdue(now().In(shanghai())) {
		t.Errorf("got overdue %v", got.overdue)
	}
	checkSource(t, got.sources[0], w, want.Item)
	if got.quote != "" && got.quote != oneLine(want.Item.Evidence, maxQuote) {
		t.Errorf("got quote %q of %q", got.quote, want.Item.Evidence)
	}
	for _, f := range []struct {
		facts  map[string]string
		report *session.Item
	}{{got.maybe, want.MaybeClosedBy}, {got.closed, want.ClosedBy}} {
		if f.report != nil {
			checkSource(t, f.facts, w, f.report)
			if quote := f.facts[chinese().quote]; quote != oneLine(f.report.Evidence, maxQuote) {
				t.Errorf("got quote %q of %q", quote, f.report.Evidence)
			}
		}
	}
}

func checkMonth(t testing.TB, b Board, w *writer, lang, month string, text []byte) {
	t.Helper()
	sure, suggested, _ := parseMonth(t, lang, month, text)
	for _, got := range slices.Concat(sure, suggested) {
		i := slices.IndexFunc(b.Decisions, func(d Decision) bool { return d.Item.ID == got.id })
		it := b.Decisions[i].Item
		title := cmp.Or(oneLine(it.Title, maxTitle), oneLine(it.Evidence, maxTitle), "-")
		if got.title != title || got.kind != w.kinds[it.Kind] {
			t.Errorf("got %s %q, want %s %q", got.kind, got.title, w.kinds[it.Kind], title)
		}
		checkSource(t, got.sources[0], w, it)
		if quote := oneLine(it.Evidence, maxQuote); got.quote != quote && (got.quote != "" || quote != oneLine(it.Title, maxQuote)) {
			t.Errorf("got quote %q, want %q", got.quote, quote)
		}
	}
}

var (
	aLink  = regexp.MustCompile(`\]\(|\]\[|\[\[|!\[|(?i)<[a-z/?]`)
	ourTag = regexp.MustCompile(`(?m)^</?details>$|^<summary>.*</summary>$`)
)

// checkPlain looks for what may stand nowhere in a file.
func checkPlain(t testing.TB, f File) {
	t.Helper()
	if !utf8.Valid(f.Data) || bytes.ContainsFunc(f.Data, func(r rune) bool { return r != '\n' && plaintext.Hidden(r) }) {
		t.Errorf("%s has hidden characters or broken UTF-8", f.Name)
	}
	if strings.HasSuffix(f.Name, ".md") {
		if found := aLink.FindString(ourTag.ReplaceAllString(string(f.Data), "")); found != "" {
			t.Errorf("%s has %q", f.Name, found)
		}
	}
}

func TestHostileTexts(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			b := Fold(hostileItems(text), verdicts("x", "cancelled", "03-16 10:00"))
			checkFiles(t, b, "zh")
			checkFiles(t, b, "en")
		})
	}
}

func FuzzFiles(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text, "plain", "telegram", "agent:main:main")
		f.Add("plain", text, text, text)
	}
	f.Fuzz(func(t *testing.T, title, evidence, channel, key string) {
		items := hostileItems(title)
		for i := range items {
			items[i].Evidence, items[i].Channel, items[i].SessionKey = evidence, channel, key
		}
		b := Fold(items, verdicts("x", "cancelled", "03-16 10:00"))
		checkFiles(t, b, "zh")
		checkFiles(t, b, "en")
	})
}

// An odd number of backticks on a line could swallow the id behind a title, and
// a backslash at its end the strike.
func TestWhatStandsBehindATextStays(t *testing.T) {
	for name, text := range hostile() {
		line := string(chinese().appendText(nil, oneLine(text, maxTitle)))
		if strings.Count(line, "`")%2 != 0 || strings.Contains(line, "``") || strings.HasSuffix(line, `\`) {
			t.Errorf("%s: %q", name, line)
		}
	}
	if line := string(chinese().appendText(nil, "run `make`")); line != "run `make`" {
		t.Errorf("got %q", line)
	}
}
