package engine_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

const (
	keyTeam  = "agent:main:telegram:group:-100200"
	keyClub  = "agent:main:telegram:group:-100300"
	keyCron  = "agent:main:cron:nightly"
	lostName = "lost-and-found"
)

// aviary is the sessions of askWorld, by the word that stands in all that is of
// one of them and nowhere else.
func aviary() map[string]string {
	return map[string]string{
		"wren": keyMain, "robin": keyDirect, "heron": keyTeam, "stork": keyClub, "finch": keyCron,
		"raven": session.UnknownKey("main", lostName),
	}
}

func birds() []string { return []string{"wren", "robin", "heron", "stork", "finch", "raven"} }

// askWorld has a session for each word, whose title, messages, sender and items
// bear it. All say the same otherwise, so that todos are the same, reports fit
// todos of other sessions, and one search finds all; ids begin alike.
func askWorld(t *testing.T) *world {
	w := newWorld(t)
	index := object{}
	var found []session.Item
	for i, word := range birds() {
		key, id := aviary()[word], "bird-"+word
		row := object{"sessionId": id, "label": "about " + word, "channel": word + "-channel"}
		if key == keyTeam || key == keyClub {
			row["chatType"] = "group"
		}
		if word == "raven" {
			id = lostName
		} else {
			index[key] = row
		}
		sender := object{"__openclaw": object{"senderId": word, "senderName": word, "senderIsOwner": word != "heron" && word != "stork"}}
		w.write(sessions+id+".jsonl", lines(header(id), said("user", 10*i, "please paint the garden fence "+word, sender), said("assistant", 10*i+1, "noted "+word)))
		for n, it := range []session.Item{
			task("paint the garden fence", 10*i), task("close "+word, 10*i+1), report("close "+word, 10*i+2, session.StatusDone),
			report("elsewhere", 10*i+3, session.StatusDone), settled("fences are green, said the "+word, moment(10*i)),
		} {
			if n == 3 {
				it.Title = "painted the garden fence"
			}
			it.Key, it.SessionKey, it.Agent = it.Key+" "+word, key, "main"
			it.Body, it.Evidence, it.Sender = "body "+word, "evidence "+word, word
			it.MessageID = session.PublicID(id, "e"+word)
			if it.Resolves != "" && n == 2 {
				it.Resolves += " " + word
			}
			found = append(found, it)
		}
	}
	w.write(sessions+"sessions.json", asJSON(index))
	w.sync()
	w.plugins = true
	w.told(found...)
	w.plugins = false
	return w
}

// answersOf is everything that queries say, and every error, whatever is asked.
func answersOf(t *testing.T, q *query.Queries, asker string) (all []string) {
	t.Helper()
	keep := func(answer any, err error) {
		text, failed := json.Marshal(answer)
		must(t, failed)
		if err != nil {
			text = []byte(err.Error())
		}
		all = append(all, string(text))
	}
	ctx := t.Context()
	wide := query.Scope{Classes: true, IncludeDeleted: true, Limit: query.MaxLimit, For: asker}
	one := wide
	one.Limit = 1
	for _, scope := range []query.Scope{wide, one} {
		keep(q.Brief(ctx, query.BriefRequest{Scope: scope, MaxTokens: query.MostMaxTokens}))
		keep(q.List(ctx, query.ListRequest{Scope: scope}))
		keep(q.Last(ctx, query.LastRequest{Scope: scope}))
		for _, text := range []string{"fence", "noted", "e", "garden fence"} {
			keep(q.Search(ctx, query.SearchRequest{Scope: scope, Query: text, Context: 3}))
		}
		for _, choice := range []query.Choice{query.ChooseCurrent, query.ChooseSuggested, query.ChooseAll} {
			keep(q.Decisions(ctx, query.ItemRequest{Scope: scope, Choice: choice}))
			keep(q.Todos(ctx, query.ItemRequest{Scope: scope, Choice: choice}))
		}
		keep(q.Todos(ctx, query.ItemRequest{Scope: scope, Choice: query.ChooseDone}))
	}
	names := []string{"b", "bird-", "lo", "agent:main:", "unknown:" + lostName}
	for i, word := range birds() {
		names = append(names, aviary()[word], "bird-"+word)
		keep(q.Message(ctx, session.PublicID("bird-"+word, said("user", 10*i, "")["id"].(string)), asker, 0))
	}
	for _, name := range names {
		named := wide
		named.Session = name
		keep(q.Show(ctx, query.ShowRequest{Scope: named}))
		keep(q.Last(ctx, query.LastRequest{Scope: named}))
	}
	return all
}

// TestAgentSees: an assistant is told what the session may see in whose name it
// asks, and no word, number or name of another one.
func TestAgentSees(t *testing.T) {
	w := askWorld(t)
	everyone := birds()
	private := []string{"wren", "robin", "finch"}
	tests := []struct {
		name, settings, asker string
		sees                  []string
	}{
		{"nobody in particular", "", "", private},
		{"main", "", keyMain, private},
		{"direct", "", keyDirect, private},
		{"group", "", keyTeam, []string{"heron"}},
		{"group by session id", "", "bird-stork", []string{"stork"}},
		{"job", "", keyCron, []string{"finch"}},
		{"lost key", "", "unknown:" + lostName, []string{"raven"}},
		{"nobody, all shared", "share: all\n", "", everyone},
		{"main, all shared", "share: all\n", keyMain, everyone},
		{"group, all shared", "share: all\n", keyClub, []string{"stork"}},
		{"nobody, kept apart", "share: separate\n", "", private},
		{"nobody, one left out", "exclude: [\"" + keyDirect + "\"]\n", "", []string{"wren", "finch"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			writeFile(t, filepath.Join(w.home, "config.yaml"), test.settings)
			for _, asker := range []string{test.asker, ""} { // also where a request forgets to say it
				var got []string
				must(t, w.engine().QueryForAgent(t.Context(), test.asker, func(q *query.Queries) error {
					got = answersOf(t, q, asker)
					return nil
				}))
				wantWords(t, got, test.sees)
			}
		})
	}
}

// wantWords checks of which sessions answers tell.
func wantWords(t *testing.T, answers []string, sees []string) {
	t.Helper()
	for word, key := range aviary() {
		allowed := slices.Contains(sees, word)
		told := false
		for _, answer := range answers {
			if strings.Contains(answer, word) || strings.Contains(answer, key) {
				if told = true; !allowed {
					t.Errorf("tells of %s: %s", word, answer)
				}
			}
		}
		if allowed && !told {
			t.Errorf("does not tell of %s", word)
		}
	}
	for _, answer := range answers {
		var page struct {
			Total    int
			Returned int
			Items    []query.Item
		}
		if json.Unmarshal([]byte(answer), &page) != nil {
			continue
		}
		if most := 4 * len(sees); page.Total > most {
			t.Errorf("counts %d of at most %d: %s", page.Total, most, answer)
		}
	}
}

// TestAgentUnknown: who asks has to be known, and learns nothing by asking.
func TestAgentUnknown(t *testing.T) {
	w := askWorld(t)
	for _, asker := range []string{"agent:main:nobody", "bird-", "b", "bird-x"} {
		for name, ask := range map[string]func(*engine.Engine) error{
			"agent": func(e *engine.Engine) error {
				return e.QueryForAgent(t.Context(), asker, func(*query.Queries) error { return errors.New("was asked") })
			},
			"query": func(e *engine.Engine) error {
				return e.Query(t.Context(), asker, func(*query.Queries) error { return errors.New("was asked") })
			},
			"request": func(e *engine.Engine) error {
				return e.Query(t.Context(), "", func(q *query.Queries) error {
					_, err := q.List(t.Context(), query.ListRequest{Scope: query.Scope{For: asker}})
					return err
				})
			},
		} {
			several := (*query.AmbiguousError)(nil)
			err := ask(w.engine())
			if !errors.Is(err, query.ErrUnknownSession) && !errors.As(err, &several) {
				t.Errorf("%s for %q: %v", name, asker, err)
				continue
			}
			wantWords(t, []string{err.Error()}, nil)
		}
	}
}

// TestAgentWithoutGroups: the sharing policy that nobody set binds only where
// there are groups.
func TestAgentWithoutGroups(t *testing.T) {
	w := newWorld(t)
	w.write(sessions+"alone.jsonl", lines(header("alone"), said("user", 1, "hello")))
	w.sync()
	e := w.engine()
	if groups, err := e.Groups(t.Context()); groups || err != nil {
		t.Errorf("groups: %t, %v", groups, err)
	}
	must(t, e.QueryForAgent(t.Context(), "", func(q *query.Queries) error {
		page, err := q.List(t.Context(), query.ListRequest{})
		if page.Total != 1 {
			t.Errorf("lists %+v", page)
		}
		return err
	}))
	w.write(sessions+"sessions.json", asJSON(object{keyTeam: object{"sessionId": "team", "chatType": "group"}}))
	w.write(sessions+"team.jsonl", lines(header("team"), said("user", 2, "hello all")))
	w.sync()
	if groups, err := e.Groups(t.Context()); !groups || err != nil {
		t.Errorf("with a group: %t, %v", groups, err)
	}
}
