package query

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// instant is an archive of one session that answers at once, so that a
// benchmark shows what this room adds to an answer.
type instant struct {
	fake
	session  session.Session
	messages []session.Message
	found    []session.Session
}

func newInstant() *instant {
	a := &instant{}
	s := a.add("main", mainKey, []string{"aaaa1111"}, 100, make([]string, MaxLimit+1)...)
	s.Messages = MaxLimit + 1
	a.session, a.messages = *s, a.fake.messages["main "+mainKey]
	for i := range a.messages { // texts that are cut, and texts that are not
		a.messages[i].Text = strings.Repeat("先重启网关再检查日志。 Please retry. ", 10+i%2*90)
	}
	for i := range MaxLimit + 1 {
		one := *s
		one.Key = fmt.Sprintf("agent:main:telegram:direct:%d", i)
		a.found = append(a.found, one)
	}
	return a
}

func (a *instant) Find(context.Context, string, func(session.Session) bool, int) ([]session.Session, error) {
	return []session.Session{a.session}, nil
}

func (a *instant) Sessions(_ context.Context, _ Filter, p Page) ([]session.Session, int, error) {
	return a.found[:p.Limit], len(a.found), nil
}

func (a *instant) Messages(_ context.Context, _ Filter, p Page) iter.Seq2[session.Message, error] {
	return func(yield func(session.Message, error) bool) {
		for _, m := range a.messages[:p.Limit] {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (a *instant) Recent(_ context.Context, _ Filter, p Page, yield func(session.Session, session.Message) error) (int, error) {
	for _, m := range a.messages[:p.Limit] {
		if err := yield(a.session, m); err != nil {
			return 0, err
		}
	}
	return len(a.messages), nil
}

// BenchmarkAnswers times pages of 20 and 1,000 results up to their JSON.
func BenchmarkAnswers(b *testing.B) {
	q := &Queries{Archive: newInstant()}
	questions := []struct {
		name string
		ask  func(s Scope) (any, error)
	}{
		{"list", func(s Scope) (any, error) { return q.List(b.Context(), ListRequest{Scope: s}) }},
		{"last", func(s Scope) (any, error) { return q.Last(b.Context(), LastRequest{Scope: s}) }},
		{"show", func(s Scope) (any, error) {
			s.Session = mainKey
			return q.Show(b.Context(), ShowRequest{Scope: s})
		}},
	}
	for _, question := range questions {
		for _, limit := range []int{DefaultLimit, MaxLimit} {
			b.Run(fmt.Sprintf("%s/limit=%d", question.name, limit), func(b *testing.B) {
				b.ReportAllocs()
				size := 0
				for b.Loop() {
					page, err := question.ask(Scope{Limit: limit})
					if err != nil {
						b.Fatal(err)
					}
					answer, err := json.Marshal(page)
					if err != nil {
						b.Fatal(err)
					}
					size = len(answer)
				}
				b.SetBytes(int64(size))
				b.ReportMetric(float64(limit*b.N)/b.Elapsed().Seconds(), "results/s")
			})
		}
	}
}
