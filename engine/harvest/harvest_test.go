package harvest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// moduleFunc answers what a function says, checked as a runner does it.
type moduleFunc func(batch abi.Batch) (abi.Result, error)

func (f moduleFunc) Run(_ context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	result, err := f(batch)
	if err == nil {
		err = abi.Check(result, func(id string) (string, bool) {
			for _, m := range batch.Messages {
				if m.ID == id {
					return m.Text, true
				}
			}
			return earlier(id)
		})
	}
	return result, err
}

func noneEarlier(string) (session.Message, bool, error) { return session.Message{}, false, nil }

func asIs(text string) string { return text }

func said(n int, text string) session.Message {
	return session.Message{
		ID: fmt.Sprintf("3f2a8c1e:%d", n), Role: session.RoleUser, Time: time.Unix(1773461489+int64(n), 776e6).UTC(),
		Origin: session.OriginOwner, Text: text,
	}
}

func quoting(id, evidence string) abi.Item {
	return abi.Item{Key: "k", Kind: "todo", MessageID: id, Evidence: evidence, Title: "title"}
}

// show takes a plugin through a page of a reading that has nothing behind it.
func show(t *testing.T, messages []session.Message, f moduleFunc) ([]session.Item, error) {
	t.Helper()
	r := Reading{Module: f, Plugin: "p", Earlier: noneEarlier, Redact: asIs}
	return r.shown(t, pageOf(messages...), 0)
}

func pageOf(messages ...session.Message) *Page {
	return NewPage(abi.Session{Channel: "telegram"}, messages, time.UTC)
}

// shown shows a page to one plugin.
func (r *Reading) shown(t *testing.T, page *Page, seen int) ([]session.Item, error) {
	t.Helper()
	outcomes := Show(t.Context(), page, Turn{r, seen})
	return outcomes[0].Items, outcomes[0].Err
}

// TestPage: what plugins see of a message.
func TestPage(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	full := session.Message{
		ID: "a:1", Role: session.RoleAssistant, Time: time.UnixMilli(1773461489776), Sender: "Ms", Channel: "web",
		Origin: session.OriginAgent, Class: session.ClassCommand, Text: "text",
	}
	page := NewPage(abi.Session{}, []session.Message{full, {ID: "a:2", Role: session.RoleUser}}, shanghai)
	want := []abi.Message{
		{ID: "a:1", Role: "assistant", Time: 1773461489776, Offset: 28800, Sender: "Ms", Channel: "web", Origin: "agent", Class: "command", Text: "text"},
		{ID: "a:2", Role: "user"}, // without a time there is no offset
	}
	if page.Len() != 2 || len(page.parts) != 1 || !reflect.DeepEqual(page.parts[0].Messages, want) {
		t.Errorf("got %+v\nwant %+v", page.parts, want)
	}
}

// TestLongestMessage: whatever a message is like, there is a batch for it.
func TestLongestMessage(t *testing.T) {
	m := said(1, strings.Repeat("x", 4<<20))
	m.Sender = strings.Repeat("名", 1<<20)
	items, err := show(t, []session.Message{m, m}, func(batch abi.Batch) (abi.Result, error) {
		if size := len(batch.Append(nil)); size > abi.MaxBatch || !utf8.ValidString(batch.Messages[0].Sender) {
			t.Errorf("a batch has %d bytes, the sender %d", size, len(batch.Messages[0].Sender))
		}
		return abi.Result{Items: []abi.Item{quoting(m.ID, "x")}}, nil
	})
	must(t, err)
	if len(items) != 2 || items[0].Sender != m.Sender {
		t.Errorf("%d items", len(items))
	}
}

// TestItemTellsWhatTheArchiveSays: where an item comes from is not the plugin's
// to say.
func TestItemTellsWhatTheArchiveSays(t *testing.T) {
	m := said(1, "please call Mr Lee")
	m.Sender, m.Channel, m.Origin = "Ms", "web", session.OriginOther
	found := abi.Item{
		Key: "k", Kind: "todo", MessageID: m.ID, Evidence: "call Mr Lee", Title: "call", Body: "body", Owner: "user", Due: "2026-03-16",
		Status: "open", Resolves: "other", Tags: []string{"a", "b"}, Score: 70,
	}
	items, err := show(t, []session.Message{m}, func(abi.Batch) (abi.Result, error) { return abi.Result{Items: []abi.Item{found}}, nil })
	must(t, err)
	want := session.Item{
		Plugin: "p", Key: "k", Kind: "todo", MessageID: m.ID, Time: m.Time, Channel: "web", Sender: "Ms", Origin: session.OriginOther,
		Evidence: "call Mr Lee", Title: "call", Body: "body", Owner: session.OwnerUser, Due: "2026-03-16", Status: session.StatusOpen,
		Resolves: "other", Tags: []string{"a", "b"}, Score: 70,
	}
	if len(items) != 1 || !reflect.DeepEqual(items[0], want) {
		t.Errorf("got %+v\nwant %+v", items, want)
	}
	m.Channel = ""
	items, err = show(t, []session.Message{m}, func(abi.Batch) (abi.Result, error) { return abi.Result{Items: []abi.Item{found}}, nil })
	must(t, err)
	if items[0].Channel != "telegram" {
		t.Errorf("a message without a channel gives %q, want that of the session", items[0].Channel)
	}
}

// TestOwner: nothing that others bring into a chat is the agent's to do.
func TestOwner(t *testing.T) {
	for _, c := range []struct {
		origin session.Origin
		owner  string
		want   session.Owner
	}{
		{session.OriginExternal, "agent", ""}, {session.OriginExternal, "user", session.OwnerUser}, {session.OriginExternal, "", ""},
		{session.OriginOwner, "agent", session.OwnerAgent}, {session.OriginAgent, "agent", session.OwnerAgent}, {session.OriginOther, "agent", ""},
	} {
		m := said(1, "do it")
		m.Origin = c.origin
		items, err := show(t, []session.Message{m}, func(abi.Batch) (abi.Result, error) {
			it := quoting(m.ID, "do it")
			it.Owner = c.owner
			return abi.Result{Items: []abi.Item{it}}, nil
		})
		must(t, err)
		if items[0].Owner != c.want || items[0].Origin != c.origin {
			t.Errorf("%q of a message of %q: got %+v, want %q", c.owner, c.origin, items[0], c.want)
		}
	}
}

// TestWithdrawn: nothing but the key of such an item counts.
func TestWithdrawn(t *testing.T) {
	items, err := show(t, []session.Message{said(1, "x")}, func(abi.Batch) (abi.Result, error) {
		return abi.Result{Items: []abi.Item{{Key: "k", Status: abi.StatusWithdrawn, Title: "left over"}}}, nil
	})
	must(t, err)
	if want := (session.Item{Plugin: "p", Key: "k", Status: session.StatusWithdrawn}); len(items) != 1 || !reflect.DeepEqual(items[0], want) {
		t.Errorf("got %+v", items)
	}
}

// TestSecretsPutTogether: a plugin sees the halves of a secret in two messages
// and puts them together wherever it has room for text.
func TestSecretsPutTogether(t *testing.T) {
	secret := "138" + "1234" + "5670"
	messages := []session.Message{said(1, secret[:5]), said(2, secret[5:]), said(3, secret)} // the third slipped through
	r := Reading{
		Plugin: "p", Earlier: noneEarlier,
		Redact: func(text string) string { return strings.ReplaceAll(text, secret, "[PHONE]") },
		Module: moduleFunc(func(batch abi.Batch) (abi.Result, error) {
			whole := batch.Messages[0].Text + batch.Messages[1].Text
			it := quoting(messages[2].ID, whole)
			it.Title, it.Body, it.Tags = "call "+whole, "body\n"+whole, []string{whole, "tag"}
			return abi.Result{Items: []abi.Item{it}}, nil
		}),
	}
	items, err := r.shown(t, pageOf(messages...), 0)
	must(t, err)
	if said := fmt.Sprintf("%+v", items); strings.Contains(said, secret) || strings.Count(said, "[PHONE]") != 4 {
		t.Error(said)
	}
}

// TestEarlierMessages: an item may quote what was shown before, of this page or
// of one before it; the archive is only asked for the rest.
func TestEarlierMessages(t *testing.T) {
	old := said(0, "old words")
	page := pageOf(said(1, "one"), said(2, "two"))
	var answer abi.Item
	var asked []string
	broken := errors.New("the archive is broken")
	r := Reading{
		Plugin: "p", Redact: asIs,
		Module: moduleFunc(func(abi.Batch) (abi.Result, error) {
			return abi.Result{State: []byte("new"), Items: []abi.Item{answer}}, nil
		}),
		Earlier: func(id string) (session.Message, bool, error) {
			asked = append(asked, id)
			if id == "broken" {
				return session.Message{}, false, broken
			}
			return old, id == old.ID, nil
		},
	}
	for _, c := range []struct {
		name         string
		answer       abi.Item
		asks, failed bool
	}{
		{"of the batch", quoting("3f2a8c1e:2", "two"), false, false},
		{"of the page, before the batch", quoting("3f2a8c1e:1", "one"), false, false},
		{"before the page", quoting(old.ID, "old"), true, false},
		{"in other words", quoting(old.ID, "new"), true, true},
		{"of nobody", quoting("elsewhere:1", "one"), true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, asked, r.State = c.answer, nil, []byte("before")
			items, err := r.shown(t, page, 1)
			if (err != nil) != c.failed || (len(items) == 0) != c.failed || (asked != nil) != c.asks {
				t.Errorf("%+v, %v, asked for %q", items, err, asked)
			}
			if want := map[bool]string{true: "before", false: "new"}[c.failed]; string(r.State) != want {
				t.Errorf("the state is %q, want %q", r.State, want)
			}
		})
	}
	answer, r.State = quoting("broken", "x"), []byte("before")
	if _, err := r.shown(t, page, 1); !errors.Is(err, broken) || string(r.State) != "before" {
		t.Errorf("a fault of the archive gives %v and the state %q", err, r.State)
	}
}

// TestBatches: a page goes in parts, each with the state of the one before; one
// that fails takes back what the others gave.
func TestBatches(t *testing.T) {
	var messages []session.Message
	for n := range 5 {
		messages = append(messages, said(n, strings.Repeat("x", 100<<10)))
	}
	page := pageOf(messages...)
	var shown []string
	failing := -1
	r := Reading{Plugin: "p", Redact: asIs, Earlier: noneEarlier, State: []byte("0")}
	r.Module = moduleFunc(func(batch abi.Batch) (abi.Result, error) {
		first := batch.Messages[0].ID
		shown = append(shown, fmt.Sprint(first, " ", len(batch.Messages), " ", string(batch.State)))
		if len(shown) == failing {
			return abi.Result{}, errors.New("no")
		}
		it := quoting(first, "x")
		it.Key = first
		return abi.Result{State: append(batch.State, '+'), Items: []abi.Item{it}}, nil
	})
	items, err := r.shown(t, page, 1)
	must(t, err)
	if want := []string{"3f2a8c1e:1 1 0", "3f2a8c1e:2 2 0+", "3f2a8c1e:4 1 0++"}; !reflect.DeepEqual(shown, want) || len(items) != 3 || string(r.State) != "0+++" {
		t.Errorf("shown %q, %d items, state %q", shown, len(items), r.State)
	}
	shown, failing, r.State = nil, 2, []byte("0")
	if items, err := r.shown(t, page, 1); err == nil || items != nil || string(r.State) != "0" {
		t.Errorf("after a failure: %d items, state %q, %v", len(items), r.State, err)
	}
}

// TestTurns: plugins get each part one after the other, those that have seen its
// messages are not asked, and one that fails keeps nothing from the others.
func TestTurns(t *testing.T) {
	var messages []session.Message
	for n := range 5 {
		messages = append(messages, said(n, strings.Repeat("x", 100<<10)))
	}
	var shown []string
	reading := func(name, failsAt string) *Reading {
		return &Reading{Plugin: name, Redact: asIs, Earlier: noneEarlier, State: []byte("before"), Module: moduleFunc(func(batch abi.Batch) (abi.Result, error) {
			first := batch.Messages[0].ID
			shown = append(shown, fmt.Sprint(batch.Plugin, " ", first, " ", len(batch.Messages)))
			if first == failsAt {
				return abi.Result{}, errors.New("no")
			}
			it := quoting(first, "x")
			it.Key = first
			return abi.Result{State: []byte("after"), Items: []abi.Item{it}}, nil
		})}
	}
	all, late, falls := reading("all", ""), reading("late", ""), reading("falls", "3f2a8c1e:2")
	outcomes := Show(t.Context(), pageOf(messages...), Turn{all, 0}, Turn{late, 3}, Turn{falls, 0})
	want := []string{
		"all 3f2a8c1e:0 2", "falls 3f2a8c1e:0 2",
		"all 3f2a8c1e:2 2", "late 3f2a8c1e:3 1", "falls 3f2a8c1e:2 2",
		"all 3f2a8c1e:4 1", "late 3f2a8c1e:4 1",
	}
	if !reflect.DeepEqual(shown, want) {
		t.Errorf("shown %q, want %q", shown, want)
	}
	for i, want := range []struct {
		items  int
		state  string
		failed bool
	}{{3, "after", false}, {2, "after", false}, {0, "before", true}} {
		r := []*Reading{all, late, falls}[i]
		if got := outcomes[i]; len(got.Items) != want.items || (got.Err != nil) != want.failed || string(r.State) != want.state {
			t.Errorf("%s: %d items, %v, state %q", r.Plugin, len(got.Items), got.Err, r.State)
		}
	}
}

type tooMuch struct{}

func (tooMuch) Error() string { return "too much" }
func (tooMuch) TooMuch() bool { return true }

// TestTooMuch: a plugin that would answer with too much is shown less at a time,
// in order and with its state; one message less than which it can't be shown.
func TestTooMuch(t *testing.T) {
	var messages []session.Message
	for n := range 11 {
		messages = append(messages, said(n, "x"))
	}
	for most, fine := range []bool{false, true, true, true} {
		r := Reading{Plugin: "p", Redact: asIs, Earlier: noneEarlier, State: []byte("0")}
		var read []string
		r.Module = moduleFunc(func(batch abi.Batch) (abi.Result, error) {
			if len(batch.Messages) > most {
				return abi.Result{}, fmt.Errorf("running: %w", tooMuch{})
			}
			result := abi.Result{State: batch.State}
			for _, m := range batch.Messages {
				read = append(read, m.ID)
				it := quoting(m.ID, "x")
				it.Key = m.ID
				result.Items, result.State = append(result.Items, it), append(result.State, '+')
			}
			return result, nil
		})
		items, err := r.shown(t, pageOf(messages...), 1)
		if !fine {
			if err == nil || items != nil || string(r.State) != "0" {
				t.Errorf("at most %d: %d items, state %q, %v", most, len(items), r.State, err)
			}
			continue
		}
		must(t, err)
		if string(r.State) != "0++++++++++" || len(items) != 10 || len(read) != 10 {
			t.Errorf("at most %d: %d items, %d messages, state %q", most, len(items), len(read), r.State)
		}
		for i, it := range items {
			if it.MessageID != messages[i+1].ID {
				t.Errorf("at most %d: item %d is of %s", most, i, it.MessageID)
			}
		}
	}
}

func TestWait(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		1: time.Hour, 2: 4 * time.Hour, 3: 16 * time.Hour, 4: 24 * time.Hour, 5: 24 * time.Hour, 1000: 24 * time.Hour,
	} {
		if got := Wait(failures); got != want {
			t.Errorf("after %d failures: %v, want %v", failures, got, want)
		}
	}
}

func TestHealth(t *testing.T) {
	now := time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)
	var h Health
	for n := 1; n <= Quarantine+1; n++ {
		h = h.Failed(now, fmt.Sprint("problem ", n))
		want := Health{Failures: n, Retry: now.Add(Wait(n)), Problem: fmt.Sprint("problem ", n), Quarantined: n >= Quarantine}
		if h != want {
			t.Errorf("after %d failures: %+v, want %+v", n, h, want)
		}
	}
}
