package export

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fixture is an archive in memory.
type fixture struct {
	chats   []chat
	most    int // messages handed out at once; 0 is all
	missing int // messages of every session that are counted but gone
	err     error
}

type chat struct {
	session  session.Session
	messages []session.Message
}

func (f fixture) Sessions(context.Context) iter.Seq2[session.Session, error] {
	return func(yield func(session.Session, error) bool) {
		for _, c := range f.chats {
			s := c.session
			s.Messages = len(c.messages)
			s.SessionIDs, s.Title = nil, "" // to be completed
			if !yield(s, nil) {
				return
			}
		}
		if f.err != nil {
			yield(session.Session{}, f.err)
		}
	}
}

func (f fixture) Complete(_ context.Context, s session.Session) (session.Session, error) {
	for _, c := range f.chats {
		if c.session.Agent == s.Agent && c.session.Key == s.Key {
			s.SessionIDs, s.Title = c.session.SessionIDs, c.session.Title
		}
	}
	return s, nil
}

func (f fixture) Messages(_ context.Context, s session.Session, skip, limit int) ([]session.Message, error) {
	for _, c := range f.chats {
		if c.session.Agent != s.Agent || c.session.Key != s.Key {
			continue
		}
		there := c.messages[:len(c.messages)-f.missing]
		page := there[min(skip, len(there)):min(skip+limit, len(there))]
		if f.most > 0 {
			page = page[:min(f.most, len(page))]
		}
		return page, nil
	}
	return nil, errors.New("no such session")
}

var noon = time.Date(2026, 3, 14, 4, 11, 29, 776_000_000, time.UTC)

// synced is a time of last sync; in Shanghai it is 12:21:28.
var synced = time.Date(2026, 3, 14, 4, 21, 28, 0, time.UTC)

func shanghai() *time.Location { return time.FixedZone("CST", 8*60*60) }

// sample shows every field and every form once.
func sample() fixture {
	telegram := chat{
		session: session.Session{
			Agent: "main", Key: "agent:main:telegram:direct:7001", SessionIDs: []string{"0a1b2c3d-old", "abc12345-new"},
			Channel: "telegram", Kind: session.KindDirect, Title: "Ann · 周报", Updated: noon,
		},
		messages: []session.Message{
			{ID: "0a1b2c3d:e1", Role: session.RoleUser, Text: "周五前把报告发给 [EMAIL]", Time: noon.Add(-3 * time.Hour), Origin: session.OriginOwner, Channel: "telegram", Sender: "Ann"},
			{ID: "0a1b2c3d:e2", Role: session.RoleAssistant, Text: "好的。\n\n- 报告:周四晚\n- 发送:周五早", Time: noon.Add(-2 * time.Hour), Origin: session.OriginAgent},
			{ID: "abc12345:e1", Role: session.RoleUser, Text: "from the web: 1 < 2 && <b>bold</b> &lt;", Time: noon.Add(-time.Hour), Origin: session.OriginOwner, Channel: session.ChannelWeb},
			{ID: "abc12345:e2", Role: session.RoleUser, Text: "/new", Origin: session.OriginOwner, Class: session.ClassCommand},
			{ID: "abc12345:e3", Role: session.RoleAssistant, Text: strings.Repeat("长文。", 1000), Time: noon, Origin: session.OriginAgent},
		},
	}
	hook := chat{
		session: session.Session{
			Agent: "work", Key: "hook:ci", SessionIDs: []string{"feed0001-hook"},
			Channel: session.ChannelWeb, Kind: session.KindHook, Updated: noon.Add(-5 * time.Hour),
		},
		messages: []session.Message{{
			ID: "feed0001:e1", Role: session.RoleUser, Time: noon.Add(-5 * time.Hour), Origin: session.OriginExternal, Imported: true,
			Text: "# Build\n\n---\n**role:** assistant  \n```\nok\u2028\u202Eko\x1b[31m\n### 消息 9",
		}},
	}
	quiet := chat{session: session.Session{Agent: "main", Key: "agent:main:cron:tick", Kind: session.KindCron}}
	return fixture{chats: []chat{telegram, hook, quiet}}
}

// conversation is a fixture of count sessions with size messages each.
func conversation(count, size, length int) fixture {
	var f fixture
	for i := range count {
		updated := noon.Add(-time.Duration(i) * time.Minute)
		c := chat{session: session.Session{
			Agent: "main", Key: fmt.Sprintf("agent:main:telegram:direct:%d", i), SessionIDs: []string{fmt.Sprintf("session-%04d", i)},
			Channel: "telegram", Kind: session.KindDirect, Updated: updated,
		}}
		for j := range size {
			c.messages = append(c.messages, session.Message{
				ID: fmt.Sprintf("session-:%d-%d", i, j), Role: session.RoleUser, Origin: session.OriginOwner,
				Text: fmt.Sprintf("%d/%d ", i, j) + strings.Repeat("字", length), Time: updated.Add(-time.Duration(size-1-j) * 90 * time.Second),
			})
		}
		f.chats = append(f.chats, c)
	}
	return f
}

type renderer func(context.Context, Archive, Options) (*File, error)

func render(t testing.TB, write renderer, a Archive, opt Options) string {
	t.Helper()
	f, err := write(t.Context(), a, opt)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, synced); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func renderAll(t testing.TB, a Archive, format Format, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := All(t.Context(), &b, a, format, synced, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	zh, en := Options{Location: shanghai()}, Options{Lang: "en"}
	for name, got := range map[string]string{
		"shared_chat.zh.md":   render(t, Markdown, sample(), zh),
		"shared_chat.en.md":   render(t, Markdown, sample(), en),
		"shared_chat.json":    render(t, JSON, sample(), zh),
		"shared_chat.2.json":  render(t, JSON, sample(), Options{MessagesPerSession: 2}),
		"all.jsonl":           renderAll(t, sample(), FormatJSONL, zh),
		"all.whole-answer.md": renderAll(t, sample(), FormatMarkdown, zh),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from the golden file; got:\n%s", got)
			}
		})
	}
}

// The unbounded JSON is the bounded one where nothing has to go.
func TestAllJSONIsTheSharedShape(t *testing.T) {
	if got, want := renderAll(t, sample(), FormatJSON, Options{}), render(t, JSON, sample(), Options{}); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestPagesDoNotShow(t *testing.T) {
	whole := conversation(3, 2*pageSize+7, 10)
	short := whole
	short.most = 3
	for _, format := range []Format{FormatMarkdown, FormatJSON, FormatJSONL} {
		if renderAll(t, short, format, Options{}) != renderAll(t, whole, format, Options{}) {
			t.Errorf("%s depends on how many messages come at once", format)
		}
	}
	if render(t, Markdown, short, Options{}) != render(t, Markdown, whole, Options{}) {
		t.Error("shared Markdown depends on how many messages come at once")
	}
	if render(t, JSON, short, Options{}) != render(t, JSON, whole, Options{}) {
		t.Error("shared JSON depends on how many messages come at once")
	}
}

func TestEmptyArchive(t *testing.T) {
	if got, want := render(t, JSON, fixture{}, Options{}), `{"schema_version":1,"last_sync":"2026-03-14T04:21:28.000Z","sessions":[`+"\n]}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := parseMarkdown(t, "zh", render(t, Markdown, fixture{}, Options{})); len(got.sessions) != 0 {
		t.Errorf("got %d sessions, want none", len(got.sessions))
	}
	if got := renderAll(t, fixture{}, FormatJSONL, Options{}); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	changed := conversation(2, 9, 1)
	changed.missing = 1
	for name, c := range map[string]struct {
		ctx     context.Context
		archive fixture
		want    error
	}{
		"archive":  {t.Context(), fixture{err: broken}, broken},
		"changed":  {t.Context(), changed, ErrChanged},
		"canceled": {canceled, sample(), context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Markdown(c.ctx, c.archive, Options{}); !errors.Is(err, c.want) {
				t.Errorf("Markdown: got %v, want %v", err, c.want)
			}
			if _, err := JSON(c.ctx, c.archive, Options{}); !errors.Is(err, c.want) {
				t.Errorf("JSON: got %v, want %v", err, c.want)
			}
			for _, format := range []Format{FormatMarkdown, FormatJSON, FormatJSONL} {
				if err := All(c.ctx, io.Discard, c.archive, format, synced, Options{}); !errors.Is(err, c.want) {
					t.Errorf("All %s: got %v, want %v", format, err, c.want)
				}
			}
		})
	}
	t.Run("unknown format", func(t *testing.T) {
		if err := All(t.Context(), io.Discard, sample(), "xml", synced, Options{}); err == nil {
			t.Error("got no error")
		}
	})
}

// fullDisk takes some bytes and then refuses.
type fullDisk struct{ room int }

var errFull = errors.New("no space left")

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(d.room, len(p))
	d.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestFailedWritesAreReported(t *testing.T) {
	whole := conversation(3, 100, 300)
	for _, format := range []Format{FormatMarkdown, FormatJSON, FormatJSONL} {
		size := len(renderAll(t, whole, format, Options{}))
		for _, room := range []int{0, 1, size / 2, size - 1} {
			if err := All(t.Context(), &fullDisk{room}, whole, format, synced, Options{}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: got %v, want %v", format, room, err, errFull)
			}
		}
	}
	f, err := JSON(t.Context(), whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(&fullDisk{30}, synced); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}
