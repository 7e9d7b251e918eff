package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

const (
	mixed = "agent:main:main"
	group = "agent:main:telegram:group:-42"
)

// sample has a session that mixes channels, a group, a session of another agent
// and noise.
func sample(t *testing.T) *Store {
	s := openNew(t)
	on := func(channel string, class session.Class, m session.Message) session.Message {
		m.Channel, m.Class = channel, class
		return m
	}
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "aaaaaaaa-1", Key: mixed, Channel: "telegram"})
		facts(t, b, session.Facts{SessionID: "bbbbbbbb-2", Key: mixed})
		facts(t, b, session.Facts{SessionID: "cccccccc-3", Key: group, Title: "Team"})
		facts(t, b, session.Facts{Agent: "work", SessionID: "dddddddd-4", Key: "agent:work:main"})
		facts(t, b, session.Facts{SessionID: "eeeeeeee-5", Key: "agent:main:cron:daily"})
		put(t, b, live("aaaaaaaa-1"),
			on("telegram", session.ClassHeartbeat, msg("h1", 1, 0, "beat")),
			on("telegram", "", msg("t1", 2, 10, "first words\nof the user")),
			on("webchat", "", msg("w1", 3, 20, "web one")))
		put(t, b, live("bbbbbbbb-2"),
			on("telegram", "", msg("t2", 1, 30, "tele two")),
			on("webchat", "", msg("w2", 2, 40, "web two")))
		put(t, b, live("cccccccc-3"), on("telegram", "", msg("g1", 1, 35, "group one")), on("telegram", "", msg("g2", 2, 45, "group two")))
		put(t, b, Transcript{ID: "work/dddddddd-4", Agent: "work", SessionID: "dddddddd-4", Live: true}, on("", "", msg("x1", 1, 25, "elsewhere")))
		put(t, b, live("eeeeeeee-5"), on("", session.ClassCronPrompt, msg("p1", 1, 99, "prompt")))
	})
	return s
}

func TestSessions(t *testing.T) {
	s := sample(t)
	for _, test := range []struct {
		name  string
		f     Filter
		p     Page
		want  string
		total int
	}{
		{"conversation", Filter{}, Page{}, "telegram:group:-42=2 main=4 main=1", 3},
		{"all classes", Filter{Classes: true}, Page{}, "cron:daily=1 telegram:group:-42=2 main=5 main=1", 4},
		{"agent", Filter{Agent: "work"}, Page{}, "main=1", 1},
		{"channel", Filter{Channel: "webchat"}, Page{}, "main=2", 1},
		{"unknown channel", Filter{Channel: "nowhere"}, Page{}, "", 0},
		{"kind", Filter{Kind: session.KindGroup}, Page{}, "telegram:group:-42=2", 1},
		{"key", Filter{Key: group}, Page{}, "telegram:group:-42=2", 1},
		{"session id", Filter{SessionID: "bbbbbbbb-2"}, Page{}, "main=2", 1},
		{"since", Filter{Since: at(30)}, Page{}, "telegram:group:-42=2 main=2", 2},
		{"since is inclusive, until is not", Filter{Since: at(20), Until: at(30)}, Page{}, "main=1 main=1", 2},
		{"allow", Filter{Allow: func(s session.Session) bool { return !s.Kind.Shared() }}, Page{}, "main=4 main=1", 2},
		{"page", Filter{}, Page{Skip: 1, Limit: 1}, "main=4", 3},
		{"past the end", Filter{}, Page{Skip: 9, Limit: 1}, "", 3},
		{"before", Filter{}, Page{Before: at(40)}, "main=4 main=1", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			sessions, total, err := s.Sessions(context.Background(), test.f, test.p)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range sessions {
				got = append(got, fmt.Sprintf("%s=%d", strings.SplitN(one.Key, ":", 3)[2], one.Messages))
			}
			if strings.Join(got, " ") != test.want || total != test.total {
				t.Errorf("got %v of %d, want %q of %d", got, total, test.want, test.total)
			}
		})
	}
}

func TestSessionFields(t *testing.T) {
	sessions, _, err := sample(t).Sessions(context.Background(), Filter{Key: mixed, Agent: "main"}, Page{})
	if err != nil || len(sessions) != 1 {
		t.Fatal(sessions, err)
	}
	want := session.Session{Agent: "main", Key: mixed, SessionIDs: []string{"aaaaaaaa-1", "bbbbbbbb-2"}, Channel: "telegram",
		Kind: session.KindMain, Title: "first words of the user", Messages: 4, Updated: at(40)}
	if got := sessions[0]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestTitleOfOwner: only what the owner said becomes a title.
func TestTitleOfOwner(t *testing.T) {
	s := openNew(t)
	of := func(origin session.Origin, m session.Message) session.Message {
		m.Origin = origin
		return m
	}
	const hook = "agent:main:hook:ci"
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: group})
		facts(t, b, session.Facts{SessionID: "w2", Key: hook})
		put(t, b, live("w1"), of(session.OriginOther, msg("a", 1, 10, "somebody else")), of(session.OriginExternal, msg("b", 2, 20, "quoted")), of(session.OriginOwner, msg("c", 3, 30, "the owner")))
		put(t, b, live("w2"), of(session.OriginExternal, msg("d", 1, 40, "a webhook")))
	})
	sessions, _, err := s.Sessions(context.Background(), Filter{}, Page{})
	if err != nil || len(sessions) != 2 || sessions[0].Title != "" || sessions[1].Title != "the owner" {
		t.Errorf("got %+v, %v", sessions, err)
	}
}

func TestMessages(t *testing.T) {
	s := sample(t)
	for _, test := range []struct {
		name string
		f    Filter
		p    Page
		want string
	}{
		{"all", Filter{Key: mixed}, Page{}, "first words\nof the user web one tele two web two"},
		{"noise too", Filter{Key: mixed, Classes: true}, Page{Limit: 2}, "beat first words\nof the user"},
		{"positions", Filter{Key: mixed}, Page{Skip: 1, Limit: 2}, "web one tele two"},
		{"channel", Filter{Key: mixed, Channel: "webchat"}, Page{}, "web one web two"},
		{"window", Filter{Key: mixed, SessionID: "bbbbbbbb-2"}, Page{}, "tele two web two"},
		{"time", Filter{Key: mixed, Since: at(20), Until: at(40)}, Page{}, "web one tele two"},
		{"past the end", Filter{Key: mixed}, Page{Skip: 4}, ""},
		{"unknown key", Filter{Key: "agent:main:none"}, Page{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := texts(t, s, test.f, test.p); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			test.f.Agent = "main"
			var reversed []string
			newest, err := s.Newest(context.Background(), test.f, Page{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range slices.Backward(newest) {
				reversed = append(reversed, m.Text)
			}
			if got := strings.Join(reversed, " "); got != texts(t, s, test.f, Page{}) {
				t.Errorf("newest first is no reverse: %q", got)
			}
		})
	}
	for range s.Messages(context.Background(), Filter{Agent: "main", Key: mixed}, Page{}) {
		break // an early end must not hang or fail
	}
	for _, err := range s.Messages(context.Background(), Filter{}, Page{}) {
		if err == nil {
			t.Error("a filter without a session was answered")
		}
	}
}

// TestPageBefore: a page that is read from the end is the one that is read from
// the start.
func TestPageBefore(t *testing.T) {
	ctx, s := context.Background(), sample(t)
	long := msg("long", 90, 90, strings.Repeat("x", pageBytes))
	write(t, s, func(b *Batch) { put(t, b, live("long"), msg("short", 80, 80, "short"), long) })
	for key, longest := range map[string]int{mixed: 5, session.UnknownKey("main", "long"): 1} {
		for _, f := range []Filter{{Agent: "main", Key: key}, {Agent: "main", Key: key, Classes: true}} {
			whole, err := s.MessagePage(ctx, f, Page{})
			if err != nil {
				t.Fatal(err)
			}
			for behind := range len(whole) {
				for limit := 1; limit <= min(longest, len(whole)-behind); limit++ {
					end := len(whole) - behind
					page, err := s.PageBefore(ctx, f, behind, limit)
					if want := whole[end-limit : end]; err != nil || !slices.Equal(page, want) {
						t.Errorf("%d of %q before %d others: got %v, %v, want %v", limit, key, behind, page, err, want)
					}
				}
			}
		}
	}
	f := Filter{Agent: "main", Key: session.UnknownKey("main", "long")}
	if page, err := s.PageBefore(ctx, f, 0, 2); page != nil || err != nil {
		t.Errorf("of more text than is held at once: got %d messages, %v", len(page), err)
	}
}

func TestRecent(t *testing.T) {
	s := sample(t)
	for _, test := range []struct {
		name  string
		f     Filter
		p     Page
		want  string
		total int
	}{
		{"all", Filter{}, Page{Limit: 3}, "g2 w2 g1", 7},
		{"channel in a session that mixes channels", Filter{Channel: "telegram", Key: mixed, Agent: "main"}, Page{Limit: 1}, "t2", 2},
		{"channel", Filter{Channel: "telegram"}, Page{}, "g2 g1 t2 t1", 4},
		{"other agent without a channel", Filter{Agent: "work"}, Page{}, "x1", 1},
		{"allow", Filter{Allow: func(s session.Session) bool { return !s.Kind.Shared() }}, Page{Skip: 1, Limit: 2}, "t2 x1", 5},
		{"before keeps equal times", Filter{}, Page{Before: at(35), Limit: 2}, "g1 t2", 7},
		{"noise", Filter{Classes: true, Kind: session.KindCron}, Page{}, "p1", 1},
		{"nothing", Filter{Channel: "nowhere"}, Page{}, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			total, err := s.Recent(context.Background(), test.f, test.p, func(owner session.Session, m session.Message) error {
				if owner.Key == "" {
					t.Error("a message without its session")
				}
				got = append(got, m.EntryID)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Join(got, " ") != test.want || total != test.total {
				t.Errorf("got %v of %d, want %q of %d", got, total, test.want, test.total)
			}
		})
	}
	stop := errors.New("enough")
	if _, err := s.Recent(context.Background(), Filter{}, Page{}, func(session.Session, session.Message) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the reader's error became %v", err)
	}
}

func TestRecentWithManyChannels(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		var messages []session.Message
		for i := range maxStreams + 5 {
			m := msg(fmt.Sprintf("%08x", i), int64(i), i, "x")
			m.Channel = fmt.Sprintf("channel-%d", i)
			messages = append(messages, m)
		}
		put(t, b, live("w1"), messages...)
	})
	var got []string
	total, err := s.Recent(context.Background(), Filter{}, Page{Limit: 2}, func(_ session.Session, m session.Message) error {
		got = append(got, m.Channel)
		return nil
	})
	want := []string{fmt.Sprintf("channel-%d", maxStreams+4), fmt.Sprintf("channel-%d", maxStreams+3)}
	if err != nil || total != maxStreams+5 || !slices.Equal(got, want) {
		t.Errorf("got %v of %d, %v", got, total, err)
	}
}

func TestChannels(t *testing.T) {
	s := sample(t)
	private := func(s session.Session) bool { return !s.Kind.Shared() }
	for _, test := range []struct {
		name         string
		f            Filter
		most, newest int
		want         string
		total        int
	}{
		{"all", Filter{}, 9, 2, "telegram 4: g2 g1, webchat 2: w2 w1, - 1: x1", 3},
		{"the first", Filter{}, 1, 9, "telegram 4: g2 g1 t2 t1", 3},
		{"one", Filter{Channel: "webchat"}, 9, 1, "webchat 2: w2", 1},
		{"allowed", Filter{Allow: private}, 9, 1, "webchat 2: w2, telegram 2: t2, - 1: x1", 3},
		{"since, through a window", Filter{Since: at(25), Allow: private}, 9, 9, "webchat 1: w2, telegram 1: t2, - 1: x1", 3},
		{"agent", Filter{Agent: "main"}, 9, 1, "telegram 4: g2, webchat 2: w2", 2},
		{"noise", Filter{Classes: true, Kind: session.KindCron}, 9, 9, "- 1: p1", 1},
		{"nothing", Filter{Agent: "nobody"}, 9, 9, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			channels, total, err := s.Channels(context.Background(), test.f, test.most, test.newest)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range channels {
				line := fmt.Sprintf("%s %d:", cmp.Or(c.Name, "-"), c.Messages)
				for _, said := range c.Newest {
					if line += " " + said.Message.EntryID; said.Session.Key == "" || said.Message.Channel != c.Name {
						t.Errorf("%s is of %+v", said.Message.EntryID, said.Session)
					}
				}
				got = append(got, line)
			}
			if strings.Join(got, ", ") != test.want || total != test.total {
				t.Errorf("got %q of %d, want %q of %d", strings.Join(got, ", "), total, test.want, test.total)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	s := openNew(t)
	for _, step := range []struct {
		key  string
		want bool
	}{{mixed, false}, {group, true}} {
		write(t, s, func(b *Batch) { facts(t, b, session.Facts{SessionID: "of " + step.key, Key: step.key}) })
		if got, err := s.Groups(context.Background()); got != step.want || err != nil {
			t.Errorf("with %s: %t, %v", step.key, got, err)
		}
	}
}

func TestMessageByID(t *testing.T) {
	s := sample(t)
	owner, m, err := s.Message(context.Background(), "cccccccc:g2", nil)
	if err != nil || m.Text != "group two" || owner.Key != group || owner.Messages != 2 {
		t.Errorf("got %+v of %+v, %v", m, owner, err)
	}
	for _, id := range []string{"", ":", "cccccccc", "cccccccc:none", "aaaaaaaa:g2"} {
		if _, _, err := s.Message(context.Background(), id, nil); !errors.Is(err, ErrNoMessage) {
			t.Errorf("id %q gave %v", id, err)
		}
	}
}

// TestHiddenTwins: a session that is not allowed neither answers in the place of
// another one nor counts among those that a name finds.
func TestHiddenTwins(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		for i, id := range []string{"twintwin-1", "twintwin-2", "twintwin-3"} {
			facts(t, b, session.Facts{SessionID: id, Key: "agent:main:direct:" + id})
			put(t, b, live(id), msg("m", 1, 10*i, "in "+id))
		}
	})
	for _, id := range []string{"twintwin-1", "twintwin-2", "twintwin-3"} {
		only := func(of session.Session) bool { return of.Key == "agent:main:direct:"+id }
		if of, m, err := s.Message(context.Background(), "twintwin:m", only); err != nil || m.Text != "in "+id || !only(of) {
			t.Errorf("%s: got %+v of %+v, %v", id, m, of, err)
		}
		if found, err := s.Find(context.Background(), "twintwin", only, 1); err != nil || len(found) != 1 || !only(found[0]) {
			t.Errorf("%s: found %+v, %v", id, found, err)
		}
	}
	nobody := func(session.Session) bool { return false }
	if _, _, err := s.Message(context.Background(), "twintwin:m", nobody); !errors.Is(err, ErrNoMessage) {
		t.Errorf("for nobody: %v", err)
	}
}

func TestFind(t *testing.T) {
	s := sample(t)
	write(t, s, func(b *Batch) { facts(t, b, session.Facts{SessionID: "cccc", Key: "agent:main:webchat"}) })
	for _, test := range []struct{ name, want string }{
		{mixed, mixed},
		{"aaaaaaaa-1", mixed},
		{"bbbb", mixed},
		{"cccc", "agent:main:webchat " + group},
		{"cccccccc", group},
		{"cccc%", ""},
		{"none", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, err := s.Find(context.Background(), test.name, nil, 5)
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, one := range found {
				keys = append(keys, one.Key)
				if len(one.SessionIDs) == 0 {
					t.Errorf("%s has no session ids", one.Key)
				}
			}
			if got := strings.Join(keys, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestPlans holds the queries to their indexes: a list in order must not sort
// the whole archive, and a session nothing.
func TestPlans(t *testing.T) {
	s := sample(t)
	channels, err := s.channels(context.Background(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	recent, args := recentQuery(Filter{}, Page{}, channels)
	of := Filter{Agent: "main", Key: mixed}
	forward, sessionArgs := of.sessionQuery(Page{}, oldestFirst)
	backward, _ := of.sessionQuery(Page{}, newestFirst)
	for _, test := range []struct {
		name, query string
		args        []any
		sorts       string // the one thing that may be sorted
	}{
		{"recent", recent, args, "USE TEMP B-TREE FOR LAST 3 TERMS OF ORDER BY"},
		{"session", forward, sessionArgs, ""},
		{"session from its end", backward, sessionArgs, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := each(context.Background(), s.read, "EXPLAIN QUERY PLAN "+test.query, func(rows *sql.Rows) error {
				var id, parent, unused int
				var step string
				err := rows.Scan(&id, &parent, &unused, &step)
				if strings.Contains(step, "TEMP B-TREE") && step != test.sorts || strings.HasPrefix(step, "SCAN m") {
					t.Errorf("the plan has %q", step)
				}
				return err
			}, test.args...)
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestCanceledRead(t *testing.T) {
	s := sample(t)
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if _, _, err := s.Sessions(ctx, Filter{}, Page{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
