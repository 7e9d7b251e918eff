package query

import (
	"fmt"
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// channelled is the sample with a channel in a deleted session only, one that
// has noise only, and a message of which nothing tells where it is from.
func channelled() (*fake, *Queries) {
	a, q := briefly()
	for i, channel := range []string{"signal", "cron", ""} {
		key := fmt.Sprintf("agent:main:direct:%d", i)
		a.add("main", key, []string{fmt.Sprintf("9999%d", i)}, 600+i, "x0")
		a.messages["main "+key][0].Channel = channel
	}
	a.sessions[len(a.sessions)-3].Deleted = true
	a.messages["main agent:main:direct:1"][0].Class = session.ClassHeartbeat
	return a, q
}

func TestKnownChannels(t *testing.T) {
	_, q := channelled()
	for _, test := range []struct {
		name  string
		scope Scope
		want  []string
	}{
		{"unknown", Scope{Channel: "telegrm"}, []string{"cron", "telegram", "webchat"}},
		{"whatever else is asked for", Scope{Channel: "telegrm", Agent: "nobody", Kind: "hook"}, []string{"cron", "telegram", "webchat"}},
		{"none is named", Scope{Agent: "nobody"}, nil},
		{"known, with nothing in it", Scope{Channel: "telegram", Agent: "nobody"}, nil},
		{"known by noise", Scope{Channel: "cron"}, nil},
		{"for one who sees only itself", Scope{Channel: "webchat", For: cronKey}, []string{"telegram"}},
		{"deleted", Scope{Channel: "signal"}, []string{"cron", "telegram", "webchat"}},
		{"deleted and asked for", Scope{Channel: "signal", IncludeDeleted: true}, nil},
		{"beside deleted ones", Scope{Channel: "telegrm", IncludeDeleted: true}, []string{"cron", "signal", "telegram", "webchat"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := q.KnownChannels(t.Context(), test.scope)
			if slices.Sort(got); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

// TestKnownChannelsAreFew: an answer stays short however many there are.
func TestKnownChannelsAreFew(t *testing.T) {
	a, q := briefly()
	for i := range 100 {
		key := fmt.Sprintf("agent:main:direct:%d", i)
		a.add("main", key, []string{fmt.Sprintf("9999%d", i)}, 1000+i, "x0")
		a.messages["main "+key][0].Channel = fmt.Sprintf("a-channel-with-a-name-of-its-own-%d", i)
	}
	got, err := q.KnownChannels(t.Context(), Scope{Channel: "telegrm"})
	if err != nil || len(got) != maxKnownChannels || got[0] != "a-channel-with-a-name-of-its-own-99" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := q.Brief(t.Context(), BriefRequest{Scope: Scope{Channel: "telegrm"}, MaxTokens: LeastMaxTokens}); err != nil {
		t.Errorf("the least brief: %v", err)
	}
}

// TestNothingIsExplained: every answer that is empty because there is no such
// channel names those there are, and one that is not empty names none.
func TestNothingIsExplained(t *testing.T) {
	_, q := briefly()
	for _, channel := range []string{"telegram", "telegrm"} {
		scope := Scope{Channel: channel}
		named := scope
		named.Session = mainKey
		list, err := q.List(t.Context(), ListRequest{Scope: scope})
		show, err2 := q.Show(t.Context(), ShowRequest{Scope: named})
		last, err3 := q.Last(t.Context(), LastRequest{Scope: scope})
		lastOf, err4 := q.Last(t.Context(), LastRequest{Scope: named})
		found, err5 := q.Search(t.Context(), SearchRequest{Scope: scope, Query: "m"})
		todos, err6 := q.Todos(t.Context(), ItemRequest{Scope: scope})
		decisions, err7 := q.Decisions(t.Context(), ItemRequest{Scope: scope})
		brief, err8 := q.Brief(t.Context(), BriefRequest{Scope: scope})
		for _, err := range []error{err, err2, err3, err4, err5, err6, err7, err8} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for question, got := range map[string][]string{
			"list": list.KnownChannels, "show": show.KnownChannels, "last": last.KnownChannels, "last of one": lastOf.KnownChannels,
			"search": found.KnownChannels, "todos": todos.KnownChannels, "decisions": decisions.KnownChannels, "brief": brief.KnownChannels,
		} {
			if (len(got) > 0) != (channel == "telegrm") {
				t.Errorf("%s of %s names %v", question, channel, got)
			}
		}
	}
}
