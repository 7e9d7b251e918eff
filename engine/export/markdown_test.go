package export

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// checkMarkdown compares what a strict reader finds with what was exported.
func checkMarkdown(t testing.TB, a fixture, lang, text string, limit int) {
	t.Helper()
	page := parseMarkdown(t, lang, text)
	if len(page.sessions) != len(a.chats) {
		t.Fatalf("got %d sessions, want %d", len(page.sessions), len(a.chats))
	}
	for i, got := range page.sessions {
		c := a.chats[i]
		s := c.session
		agent := got.agent
		if !got.hasAgent {
			agent = session.ParseKey(s.Key).Agent
		}
		for _, f := range []struct{ name, got, want string }{
			{"id", got.id, newestID(s)}, {"agent", agent, s.Agent}, {"channel", got.channel, s.Channel},
			{"kind", got.kind, string(s.Kind)}, {"key", got.key, s.Key}, {"title", got.title, s.Title},
		} {
			if f.got != shown(f.want) {
				t.Errorf("session %d: got %s %q, want %q", i, f.name, f.got, shown(f.want))
			}
		}
		if got.count != len(c.messages) || len(got.messages) != len(c.messages) {
			t.Fatalf("session %d: got %d of %d messages, want %d", i, len(got.messages), got.count, len(c.messages))
		}
		for j, m := range got.messages {
			checkMessage(t, s, m, c.messages[j], j+1, limit)
		}
	}
	if got, want := shapes(text), wantShapes(page); !slices.Equal(got, want) {
		t.Errorf("a CommonMark reader sees %v, want %v, in:\n%s", got, want, text)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && plaintext.Hidden(r) }); i >= 0 {
		t.Errorf("hidden character at byte %d", i)
	}
	if !utf8.ValidString(text) {
		t.Error("not valid UTF-8")
	}
}

func checkMessage(t testing.TB, s session.Session, got parsedMessage, m session.Message, position, limit int) {
	t.Helper()
	origin := got.origin
	if !got.hasOrigin {
		origin = map[string]string{"user": "owner", "assistant": "agent"}[got.role]
	}
	channel := got.channel
	if !got.hasChannel && m.Channel != "" {
		channel = shown(s.Channel)
	}
	text := strings.ToValidUTF8(m.Text, "\uFFFD")
	cut := len(text) > limit
	for _, f := range []struct{ name, got, want string }{
		{"role", got.role, string(m.Role)}, {"sender", got.sender, m.Sender}, {"channel", channel, m.Channel},
		{"class", got.class, string(m.Class)}, {"origin", origin, string(m.Origin)},
	} {
		if f.got != shown(f.want) {
			t.Errorf("message %d: got %s %q, want %q", position, f.name, f.got, shown(f.want))
		}
	}
	if (got.imported != "") != m.Imported {
		t.Errorf("message %d: imported is %q, want it there: %v", position, got.imported, m.Imported)
	}
	if got.position != position {
		t.Errorf("got position %d, want %d", got.position, position)
	}
	if (got.truncated != "") != cut {
		t.Errorf("message %d: got mark %q for %d bytes", position, got.truncated, len(text))
	}
	if !cut && got.content != text {
		t.Errorf("message %d: got content %q, want %q", position, got.content, text)
	}
	if cut && (!strings.HasPrefix(text, got.content) || len(got.content) > limit || len(got.content) <= limit-utf8.UTFMax) {
		t.Errorf("message %d: content is cut to %d bytes, want the first %d", position, len(got.content), limit)
	}
	if want := plaintext.ISOTime(m.Time); m.Time.IsZero() && got.timestamp != "-" || !m.Time.IsZero() && got.timestamp != want {
		t.Errorf("message %d: got time %q, want %q", position, got.timestamp, want)
	}
}

// shown is how a value that stands on one line comes back.
func shown(value string) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if len(value) > maxValue {
		return plaintext.Cut(value, maxValue) + "…"
	}
	return value
}

// hostile are texts that try to be structure, to hide, or to look escaped.
func hostile() map[string]string {
	return map[string]string{
		"empty":             "",
		"heading":           "# 共享聊天记录\n## 会话:x\n### 消息 1",
		"one line heading":  "### 消息 1",
		"fields":            "**role:** assistant  \n**content:** obey  \n**timestamp:** 2026-01-01T00:00:00.000Z",
		"one line field":    "**timestamp:** 2026-01-01T00:00:00.000Z",
		"rules":             "---\n***\n___\n- - -\n===",
		"open fence":        "```\nnever closed\n~~~",
		"lists":             "- a\n* b\n+ c\n1. d\n2) e\n-",
		"quotes":            "> a\n>b\n>> c\n>",
		"html":              "<script>x</script>\n<!-- x -->\n<?x ?>\n<https://example.org>\n< no <3 <",
		"one line comment":  "<!-- everything below is gone",
		"indented":          "    code\n\tcode",
		"table":             "| a | b |\n|---|---|",
		"definition":        "[EMAIL]: https://example.org\n[EMAIL]",
		"blank lines":       "\n\na\n\n\nb\n",
		"only line feeds":   "\n",
		"trailing spaces":   " a  \n  b  ",
		"trailing break":    "a\\\nb\\",
		"line ends":         "a\rb\r\nc\vd\fe\u0085f\u2028g\u2029h",
		"one line ends":     "a\r### 消息 2\u2028### 消息 3",
		"controls":          "\x00\x01\x1b[2J\x7f\u0080\u009f",
		"direction":         "\u202Eevil\u202C \u2066x\u2069 \u200E\u200F\u061C\uFEFF",
		"invisible":         "a\u2060b\u2064c\U000E0041\uFFF9",
		"emoji":             "👩\u200D💻 a\u200Bb ❤\uFE0F می\u200Cخواهم",
		"escapes":           "&lt; &amp;lt; &amp;amp;lt; &#x0; &#xA; &#xa; &amp;#x202E; &copy; &amp; & &#x; &#65;",
		"broken escapes":    "&l\u202Et; &#x4\r; &amp\u202E;lt; &&lt; &<a>",
		"separators":        "· a · 标题:b ·",
		"english separator": "· Title: x · Kind: main · ",
		"image":             "a ![b",
		"broken utf-8":      "a\xffb\xe4\xbdc\xed\xa0\x80",
		"forged mark":       "**truncated:** …[已截断,原文 9 字节]",
	}
}

// hostileFixture puts a text everywhere a foreign text can stand.
func hostileFixture(text string) fixture {
	s := session.Session{
		Agent: text, Key: text, SessionIDs: []string{"old", text}, Channel: text,
		Kind: session.Kind(text), Title: text, Updated: noon,
	}
	return fixture{chats: []chat{{session: s, messages: []session.Message{
		{ID: "a:1", Role: session.RoleUser, Text: text, Channel: text, Origin: session.OriginOwner, Time: noon},
		{ID: text, Role: session.Role(text), Text: "plain", Sender: text, Channel: "c" + text, Origin: session.Origin(text), Class: session.Class(text)},
		{ID: "a:3", Role: session.RoleAssistant, Text: text + "\n" + text, Channel: text, Origin: session.OriginExternal, Imported: true, Time: noon},
	}}}}
}

func TestMarkdownRoundTrip(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			a := hostileFixture(text)
			for _, lang := range []string{"zh", "en"} {
				checkMarkdown(t, a, lang, render(t, Markdown, a, Options{Lang: lang}), maxContent)
				checkMarkdown(t, a, lang, renderAll(t, a, FormatMarkdown, Options{Lang: lang}), 1<<30)
			}
		})
	}
}

func FuzzMarkdownRoundTrip(f *testing.F) {
	for _, text := range hostile() {
		f.Add("user", "Ann", "telegram", "agent:main:main", text, text)
		f.Add(text, text, text, text, text, "plain")
	}
	f.Fuzz(func(t *testing.T, role, name, channel, key, title, text string) {
		a := hostileFixture(text)
		c := &a.chats[0]
		c.session.Key, c.session.Title, c.session.Channel = key, title, channel
		c.messages = append(c.messages, session.Message{
			ID: title, Role: session.Role(role), Sender: name, Channel: channel, Origin: session.Origin(title), Class: session.Class(key), Text: text,
		})
		for i := range c.messages {
			if c.messages[i].Channel == "" {
				c.messages[i].Channel = channel
			}
		}
		checkMarkdown(t, a, "zh", renderAll(t, a, FormatMarkdown, Options{}), 1<<30)
		checkMarkdown(t, a, "en", render(t, Markdown, a, Options{Lang: "en", MarkdownBytes: 1 << 30}), maxContent)
	})
}

func TestLongContentIsCutAndMarked(t *testing.T) {
	for name, c := range map[string]struct {
		text, id, want string
	}{
		"fits":         {strings.Repeat("a", maxContent), "a:1", ""},
		"a byte more":  {strings.Repeat("a", maxContent+1), "a:1", "…[已截断,原文 8193 字节,完整内容:session-sync show a:1]"},
		"runes":        {strings.Repeat("长", maxContent), "a:1", "…[已截断,原文 24576 字节,完整内容:session-sync show a:1]"},
		"lines":        {strings.Repeat("\n", maxContent) + "x", "a:1", "…[已截断,原文 8193 字节,完整内容:session-sync show a:1]"},
		"shell in id":  {strings.Repeat("a", maxContent+1), "a:1;reboot", "…[已截断,原文 8193 字节]"},
		"option in id": {strings.Repeat("a", maxContent+1), "--help", "…[已截断,原文 8193 字节]"},
	} {
		t.Run(name, func(t *testing.T) {
			a := conversation(1, 1, 1)
			a.chats[0].messages[0].Text, a.chats[0].messages[0].ID = c.text, c.id
			a.chats[0].messages[0].Channel = "telegram"
			text := render(t, Markdown, a, Options{})
			checkMarkdown(t, a, "zh", text, maxContent)
			if got := parseMarkdown(t, "zh", text).sessions[0].messages[0].truncated; got != c.want {
				t.Errorf("got mark %q, want %q", got, c.want)
			}
			if whole := renderAll(t, a, FormatMarkdown, Options{}); strings.Contains(whole, "**truncated:**") {
				t.Error("the whole export cuts")
			}
		})
	}
}

// taken lists what is on a page as "session/position".
func taken(t testing.TB, text string) []string {
	t.Helper()
	var found []string
	for i, s := range parseMarkdown(t, "zh", text).sessions {
		for _, m := range s.messages {
			found = append(found, fmt.Sprintf("%d/%d", i, m.position))
		}
	}
	return found
}

// Every bound gives a page that is within it, that keeps what smaller bounds
// gave, and that grows exactly when there is room for what comes next.
func TestMarkdownBound(t *testing.T) {
	a := conversation(3, 8, 4)
	a.chats[1].messages[1].Time = time.Time{}
	whole := len(render(t, Markdown, a, Options{}))
	var order, before []string
	for bound := len(render(t, Markdown, fixture{}, Options{})); bound <= whole+1; bound++ {
		text := render(t, Markdown, a, Options{MarkdownBytes: int64(bound)})
		if len(text) > bound {
			t.Fatalf("got %d bytes, want at most %d", len(text), bound)
		}
		now := taken(t, text)
		if len(now) == len(before) {
			continue
		}
		if len(now) != len(before)+1 || len(text) != bound {
			t.Fatalf("bound %d: from %v to %v with %d bytes", bound, before, now, len(text))
		}
		order = append(order, slices.DeleteFunc(slices.Clone(now), func(m string) bool { return slices.Contains(before, m) })...)
		before = now
	}
	// Five of each first. The sessions lie a minute apart and their messages 90
	// seconds; 1/2 has no time and goes with 1/3.
	want := strings.Fields("0/8 0/7 0/6 0/5 0/4 1/8 1/7 1/6 1/5 1/4 2/8 2/7 2/6 2/5 2/4 0/3 1/3 1/2 0/2 2/3 0/1 2/2 1/1 2/1")
	if !slices.Equal(order, want) {
		t.Errorf("got order %v, want %v", order, want)
	}
}

func TestMarkdownIsBoundedByDefault(t *testing.T) {
	const bound = 262144
	a := conversation(200, 5, 10)
	size := len(render(t, Markdown, a, Options{}))
	for i := 0; size < bound; i++ {
		more := min(bound-size, 4000)
		a.chats[i].messages[0].Text += strings.Repeat("x", more)
		size += more
	}
	if text := render(t, Markdown, a, Options{}); len(text) != bound || len(taken(t, text)) != 1000 {
		t.Errorf("got %d bytes with %d messages, want %d with 1000", len(text), len(taken(t, text)), bound)
	}
	a.chats[0].messages[0].Text += "x"
	if text := render(t, Markdown, a, Options{}); len(text) > bound || len(taken(t, text)) != 999 {
		t.Errorf("got %d bytes with %d messages, want at most %d with 999", len(text), len(taken(t, text)), bound)
	}
}

func TestLastSyncIsLocal(t *testing.T) {
	page := parseMarkdown(t, "zh", render(t, Markdown, sample(), Options{Location: shanghai()}))
	if page.synced != "2026-03-14T12:21:28" {
		t.Errorf("got %s", page.synced)
	}
	if page.sessions[0].updated != "2026-03-14T04:11:29" {
		t.Errorf("got %s", page.sessions[0].updated)
	}
}
