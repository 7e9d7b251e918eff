package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// place is a plugin in a session.
type place struct{ plugin, key string }

// plainItems is what the archive has to hold, kept in the plainest way.
type plainItems map[place]map[string]session.Item

// extracted follows [Batch.Extracted].
func (p plainItems) extracted(x Extraction) {
	of := place{x.Plugin, x.Key}
	if x.Anew || p[of] == nil {
		p[of] = map[string]session.Item{}
	}
	for _, it := range x.Items {
		it.Plugin, it.Agent, it.SessionKey = x.Plugin, x.Agent, x.Key
		it.ID = session.ItemID(x.Plugin, it.MessageID, it.Key)
		if before, exists := p[of][it.Key]; exists {
			it.ID = before.ID
		}
		p[of][it.Key] = it
		if it.Status == session.StatusWithdrawn {
			delete(p[of], it.Key)
		}
	}
}

func (p plainItems) all() (all []session.Item) {
	for _, items := range p {
		all = slices.AppendSeq(all, maps.Values(items))
	}
	slices.SortFunc(all, func(a, b session.Item) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.ID, b.ID))
	})
	return all
}

func (p plainItems) clone() plainItems {
	c := plainItems{}
	for of, items := range p {
		c[of] = maps.Clone(items)
	}
	return c
}

// randomItem is an item of a message of a window.
func randomItem(r *rand.Rand, window string) session.Item {
	text := func() string { return []string{"", "明天交报告", "<b>&\"'", "a\nb\x00c", "plain"}[r.IntN(5)] }
	n := r.IntN(40)
	it := session.Item{
		Key: fmt.Sprint("k", r.IntN(6)), Kind: []string{session.ItemTodo, session.ItemDecision, "own"}[r.IntN(3)],
		MessageID: session.PublicID(window, fmt.Sprint(n)), Time: at(n), Channel: []string{"", "telegram", "webchat"}[r.IntN(3)], Sender: text(),
		Origin: []session.Origin{session.OriginOwner, session.OriginExternal, ""}[r.IntN(3)], Evidence: text(), Title: text(), Body: text(),
		Owner: []session.Owner{"", session.OwnerUser, session.OwnerAgent}[r.IntN(3)], Due: []string{"", "2026-03-14", "2026-03-14T09:30"}[r.IntN(3)],
		Status: []session.Status{"", session.StatusOpen, session.StatusDone, session.StatusWithdrawn}[r.IntN(4)], Resolves: text(),
		Tags: [][]string{nil, {}, {"a", "甲,\""}}[r.IntN(3)], Score: r.IntN(101),
	}
	if n == 0 {
		it.Time = time.Time{}
	}
	return it
}

func itemsOf(t testing.TB, s *Store, f ItemFilter) (all []session.Item) {
	t.Helper()
	for it, err := range s.Items(context.Background(), f) {
		must(t, err)
		all = append(all, it)
	}
	return all
}

// firstDifference tells the first item in which two lists differ.
func firstDifference(got, want []session.Item) string {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			return fmt.Sprintf("item %d: got %+v, want %+v", i, got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
		}
	}
	return ""
}

// TestItemsAgainstPlain does what plugins do in a random way, to the archive and
// to a plain map.
func TestItemsAgainstPlain(t *testing.T) {
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 77))
		s, plain, words := openNew(t), plainItems{}, 0
		sessions := []string{"agent:main:a", "agent:main:b", "agent:main:c"}
		write(t, s, func(b *Batch) {
			for i, key := range sessions {
				facts(t, b, session.Facts{SessionID: fmt.Sprint("w", i), Key: key})
				put(t, b, live(fmt.Sprint("w", i)), msg("a", 1, i, "said"))
			}
		})
		for range 30 {
			n := r.IntN(len(sessions))
			tried := plain.clone()
			b, err := s.Begin(t.Context())
			must(t, err)
			switch r.IntN(8) {
			case 0: // the session is told in other words
				words++
				m := msg("a", 1, n, "said")
				m.Text = fmt.Sprint("[W] ", words)
				put(t, b, live(fmt.Sprint("w", n)), m)
				maps.DeleteFunc(tried, func(of place, _ map[string]session.Item) bool { return of.key == sessions[n] })
			case 1:
				gone := fmt.Sprint("p", r.IntN(2))
				must(t, b.ForgetPlugin(gone))
				maps.DeleteFunc(tried, func(of place, _ map[string]session.Item) bool { return of.plugin == gone })
			default:
				for range 1 + r.IntN(3) {
					in := r.IntN(len(sessions))
					x := Extraction{Plugin: fmt.Sprint("p", r.IntN(2)), Agent: "main", Key: sessions[in], Revision: 1 << 40, Anew: r.IntN(6) == 0}
					for range r.IntN(6) {
						x.Items = append(x.Items, randomItem(r, fmt.Sprint("w", in)))
					}
					must(t, b.Extracted(x))
					tried.extracted(x)
				}
			}
			if r.IntN(5) == 0 {
				must(t, b.Rollback())
			} else {
				must(t, b.Commit(t.Context()))
				plain = tried
			}
			if diff := firstDifference(itemsOf(t, s, ItemFilter{}), plain.all()); diff != "" {
				t.Fatalf("seed %d: %s", seed, diff)
			}
		}
		noOrphans(t, s)
		s.Close()
	}
}

// TestReadingAnew: items and their ids are the same, however the calls are cut.
func TestReadingAnew(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 78))
		s := twoWindows(t)
		var said []session.Item
		for range 40 {
			said = append(said, randomItem(r, "w1"))
		}
		var readings [2][]session.Item
		for i := range readings {
			anew := true
			for left := said; len(left) > 0; anew = false {
				n := 1 + r.IntN(len(left))
				write(t, s, func(b *Batch) {
					must(t, b.Extracted(Extraction{Plugin: plugin, Agent: "main", Key: mainKey, Revision: 9, Items: left[:n], Anew: anew}))
				})
				left = left[n:]
			}
			readings[i] = itemsOf(t, s, ItemFilter{})
		}
		if diff := firstDifference(readings[1], readings[0]); diff != "" || len(readings[0]) == 0 {
			t.Fatalf("seed %d: %d items, %s", seed, len(readings[0]), diff)
		}
		s.Close()
	}
}

// TestItemFilter: what each filter chooses, and in which order.
func TestItemFilter(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		for _, sid := range []string{"direct:1", "group:2", "direct:3"} {
			facts(t, b, session.Facts{SessionID: sid, Key: "agent:main:telegram:" + sid})
			put(t, b, Transcript{ID: sid, Kind: "jsonl", Agent: "main", SessionID: sid, Deleted: sid == "direct:3"}, msg("a", 1, 1, "one"))
		}
		facts(t, b, session.Facts{Agent: "work", SessionID: "w", Key: "agent:work:main"})
		put(t, b, Transcript{ID: "w", Kind: "jsonl", Agent: "work", SessionID: "w", Live: true}, msg("a", 1, 1, "one"))
		for i, x := range []Extraction{
			{Plugin: "todo", Agent: "main", Key: "agent:main:telegram:direct:1"},
			{Plugin: "knowledge", Agent: "main", Key: "agent:main:telegram:group:2"},
			{Plugin: "todo", Agent: "main", Key: "agent:main:telegram:direct:3"},
			{Plugin: "own", Agent: "work", Key: "agent:work:main"},
		} {
			x.Revision = 9
			for n, kind := range []string{"todo", "decision"} {
				it := found(fmt.Sprint(x.Plugin, i, kind), "a")
				it.Kind, it.Time, it.Channel = kind, at(10*n+i), []string{"telegram", "webchat"}[n]
				x.Items = append(x.Items, it)
			}
			x.Items[0].Time = x.Items[0].Time.Add(time.Duration(i) * time.Millisecond)
			must(t, b.Extracted(x))
		}
	})
	everything := "own3decision todo2decision knowledge1decision todo0decision own3todo todo2todo knowledge1todo todo0todo"
	without := func(words ...string) string {
		left := slices.DeleteFunc(strings.Fields(everything), func(key string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(key, w) })
		})
		return strings.Join(left, " ")
	}
	asked := map[string]int{}
	for _, c := range []struct {
		name string
		f    ItemFilter
		want string
	}{
		{"nothing", ItemFilter{}, without("2")},
		{"deleted too", ItemFilter{IncludeDeleted: true}, everything},
		{"one plugin", ItemFilter{Plugins: []string{"todo"}}, "todo0decision todo0todo"},
		{"two plugins", ItemFilter{Plugins: []string{"knowledge", "own"}}, without("todo0", "todo2")},
		{"a kind", ItemFilter{Kinds: []string{"decision"}}, without("2", "dotodo", "0todo", "3todo", "1todo")},
		{"a kind nobody has", ItemFilter{Kinds: []string{"' OR 1"}}, ""},
		{"an agent", ItemFilter{Agent: "work"}, "own3decision own3todo"},
		{"a session", ItemFilter{Agent: "main", Key: "agent:main:telegram:group:2"}, "knowledge1decision knowledge1todo"},
		{"a deleted session", ItemFilter{Agent: "main", Key: "agent:main:telegram:direct:3"}, ""},
		{"a channel", ItemFilter{Channel: "telegram"}, "own3todo knowledge1todo todo0todo"},
		{"a channel nobody named", ItemFilter{Channel: "discord"}, ""},
		{"since", ItemFilter{Since: at(11)}, "own3decision knowledge1decision"},
		{"since, between milliseconds", ItemFilter{Since: at(11).Add(time.Microsecond)}, "own3decision"},
		{"until", ItemFilter{Until: at(3)}, "knowledge1todo todo0todo"},
		{"since and until", ItemFilter{Since: at(1), Until: at(11)}, "todo0decision own3todo knowledge1todo"},
		{"allowed sessions", ItemFilter{Allow: func(of session.Session) bool {
			asked[of.Key]++
			return of.Kind == session.KindGroup && of.Channel == "telegram" && of.Messages == 1
		}}, "knowledge1decision knowledge1todo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := keys(t, s, c.f); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if len(asked) != 3 || slices.Max(slices.Collect(maps.Values(asked))) != 1 {
		t.Errorf("sessions were asked about: %v", asked)
	}
	for it, err := range s.Items(t.Context(), ItemFilter{}) {
		if err != nil || it.Key != "own3decision" {
			t.Errorf("first %+v, %v", it, err)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.Items(ctx, ItemFilter{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("canceled: %v", err)
		}
	}
}

func TestItem(t *testing.T) {
	s := twoWindows(t)
	id := session.ItemID(plugin, "w1:a", "x")
	owner, it, err := s.Item(t.Context(), id)
	if err != nil || it.ID != id || it.Key != "x" || it.Title != "x" || it.SessionKey != mainKey || owner.Key != mainKey || len(owner.SessionIDs) != 2 {
		t.Errorf("got %+v of %+v, %v", it, owner, err)
	}
	if _, _, err := s.Item(t.Context(), "aaaaaaaaaa"); !errors.Is(err, ErrNoItem) {
		t.Errorf("nobody's id: %v", err)
	}
	write(t, s, func(b *Batch) {
		for _, sid := range []string{"w1", "w2"} {
			put(t, b, Transcript{ID: "of " + sid, Kind: "archive", Agent: "main", SessionID: sid, Deleted: true})
		}
	})
	if owner, it, err := s.Item(t.Context(), id); err != nil || it.Key != "x" || !owner.Deleted {
		t.Errorf("deleted: %+v of %+v, %v", it, owner, err)
	}
}

// TestItemsBound: of more items than a session keeps the oldest go, of this
// plugin and session alone.
func TestItemsBound(t *testing.T) {
	s := twoWindows(t)
	x := Extraction{Plugin: "knowledge", Version: "1", Agent: "main", Key: mainKey, Revision: 9}
	for n := range mostItems + 250 {
		it := found(fmt.Sprintf("%05d", n), "a")
		it.Time = at(n)
		x.Items = append(x.Items, it)
	}
	write(t, s, func(b *Batch) {
		for chunk := range slices.Chunk(x.Items, 1000) {
			x.Items = chunk
			must(t, b.Extracted(x))
		}
	})
	all := itemsOf(t, s, ItemFilter{Plugins: []string{"knowledge"}})
	if len(all) != mostItems || all[0].Key != "10249" || all[mostItems-1].Key != "00250" {
		t.Errorf("%d items, from %s to %s", len(all), all[len(all)-1].Key, all[0].Key)
	}
	if got := keys(t, s, ItemFilter{Plugins: []string{plugin}}); got != "x y" {
		t.Errorf("of another plugin: %q", got)
	}
}

func TestItemsWithoutNames(t *testing.T) {
	s := twoWindows(t)
	for name, it := range map[string]session.Item{"no key": {MessageID: "w1:a"}, "no message": {Key: "x"}} {
		b, err := s.Begin(t.Context())
		must(t, err)
		if err := b.Extracted(Extraction{Plugin: plugin, Agent: "main", Key: mainKey, Revision: 9, Items: []session.Item{it}}); err == nil {
			t.Errorf("%s: it was kept", name)
		}
		must(t, b.Rollback())
	}
}

func TestVerdicts(t *testing.T) {
	s := openNew(t)
	id, other := session.ItemID("a", "b", "c"), session.ItemID("a", "b", "d")
	want := map[string]session.Verdict{}
	for i, status := range append(session.Verdicts(), session.StatusDone) {
		for _, item := range []string{id, other}[:1+i%2] {
			v := session.Verdict{Item: item, Status: status, At: at(i)}
			write(t, s, func(b *Batch) { must(t, b.Judge(v)) })
			want[item] = v
		}
		if got, err := s.Verdicts(t.Context()); err != nil || !maps.Equal(got, want) {
			t.Fatalf("got %v, want %v, %v", got, want, err)
		}
	}
	for _, v := range []session.Verdict{{Item: id, Status: session.StatusWithdrawn}, {Item: id}, {Item: "no id", Status: session.StatusDone}} {
		b, err := s.Begin(t.Context())
		must(t, err)
		if err := b.Judge(v); err == nil {
			t.Errorf("%+v was kept", v)
		}
		must(t, b.Rollback())
	}
}
