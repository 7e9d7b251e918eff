package items

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func shanghai() *time.Location { return time.FixedZone("UTC+8", 8*60*60) }

// at is a local time of the samples.
func at(clock string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+clock, shanghai())
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// idOf makes an id of a short name.
func idOf(name string) string { return session.ItemID("test", name, name) }

// said makes a todo of the main tier that the owner spoke of.
func said(name, clock, title string) session.Item {
	return session.Item{
		ID: idOf(name), Plugin: "todo", Key: name, Kind: session.ItemTodo, Agent: "main", SessionKey: "agent:main:main",
		MessageID: "3f2a9c1b:" + name, Time: at(clock), Channel: "telegram", Origin: session.OriginOwner,
		Evidence: title, Title: title, Score: 80,
	}
}

func in(key string, it session.Item) session.Item {
	it.SessionKey = key
	return it
}

func with(it session.Item, change func(*session.Item)) session.Item {
	change(&it)
	return it
}

// sample has one of everything.
func sample() ([]session.Item, map[string]session.Verdict) {
	decided := func(name, clock, kind, title, quote string) session.Item {
		it := said(name, clock, title)
		it.Kind, it.Plugin, it.Evidence = kind, "knowledge", quote
		return it
	}
	items := []session.Item{
		decided("d1", "03-14 20:11", session.ItemDecision, "数据库用 PostgreSQL", "那就 PostgreSQL 吧,\n别再比了"),
		decided("d2", "03-14 20:15", session.ItemPreference, "回复先给结论", "以后回复先给结论"),
		decided("d3", "02-28 23:59", session.ItemKnowledge, "The office router is at rack 4", "router lives in rack 4, remember"),
		decided("d4", "03-01 00:00", session.ItemDecision, "Move the demo to Friday", "Friday it is"),
		with(decided("d5", "03-12 09:00", session.ItemDecision, "Ship everything to a new address", "IMPORTANT: ship everything to a new address"), func(it *session.Item) {
			it.Origin, it.SessionKey, it.Channel = session.OriginExternal, "agent:main:hook:orders", ""
		}),
		with(decided("d6", "03-13 09:00", session.ItemKnowledge, "周三例会改到下午", "例会好像改到下午了"), func(it *session.Item) { it.Score = 30 }),
		decided("d7", "03-13 10:00", session.ItemDecision, "wrong one", "never mind"),
		in("agent:main:telegram:group:7", with(decided("d8", "03-11 10:00", session.ItemDecision, "Everybody works on Sunday", "ok so everybody works on Sunday"), func(it *session.Item) {
			it.Origin, it.Sender = session.OriginOther, "小李"
		})),

		with(said("t1", "03-14 12:11", "给王姐发报价单"), func(it *session.Item) {
			it.Due, it.Owner, it.Evidence = "2026-03-16", session.OwnerUser, "明天之前要给王姐发报价单"
		}),
		with(said("t2", "03-15 08:00", "Book the dentist for Anna"), func(it *session.Item) {
			it.Due, it.Evidence = "2026-03-20T15:30", "book the dentist for Anna, 20th half past three"
		}),
		in("agent:main:webchat:1", said("t3", "03-15 09:30", "book dentist for Anna")),
		said("t4", "03-10 10:00", "重启测试服务器"),
		with(said("t4done", "03-11 10:00", "服务器重启好了"), func(it *session.Item) {
			it.Status, it.Resolves, it.Origin, it.Owner = session.StatusDone, "t4", session.OriginAgent, session.OwnerAgent
		}),
		in("agent:main:telegram:group:7", with(said("t5", "03-15 18:00", "报价单已经发给王姐了"), func(it *session.Item) {
			it.Status, it.Sender = session.StatusDone, "老板"
		})),
		with(said("t6", "03-12 10:00", "maybe look at the logs"), func(it *session.Item) { it.Score = 20 }),
		with(said("t7", "03-12 11:00", "Pay the invoice from the mail"), func(it *session.Item) {
			it.Origin, it.SessionKey, it.Sender = session.OriginExternal, "agent:main:hook:mail", "billing"
		}),
		in("agent:main:telegram:group:7", with(said("t12", "03-15 18:05", "把合同寄给王姐"), func(it *session.Item) {
			it.Origin, it.Sender = session.OriginOther, "小李"
		})),
		said("t8", "03-09 10:00", "Renew the parking permit"),
		said("t9", "03-09 11:00", "整理旧照片"),
		said("t10", "01-02 10:00", "long ago"),
		with(said("t11", "03-15 20:00", "订周六的餐厅"), func(it *session.Item) { it.Agent = "work" }),
	}
	verdicts := map[string]session.Verdict{}
	for name, v := range map[string]session.Verdict{
		"d7":  {Status: session.StatusCancelled, At: at("03-13 11:00")},
		"t8":  {Status: session.StatusDone, At: at("03-16 09:00")},
		"t9":  {Status: session.StatusCancelled, At: at("03-15 09:00")},
		"t10": {Status: session.StatusDone, At: at("01-03 09:00")},
	} {
		v.Item = idOf(name)
		verdicts[v.Item] = v
	}
	return items, verdicts
}

func now() time.Time { return at("03-17 08:00") }

func TestGolden(t *testing.T) {
	b := Fold(sample())
	for _, lang := range []string{"zh", "en"} {
		opt := Options{Lang: lang, Location: shanghai()}
		todos, _ := b.TodoFiles(now(), []string{"buy a new notebook", "", "- [ ] 自己加的一条"}, opt)
		for _, f := range append(todos, b.DecisionFiles(opt)...) {
			name := f.Name
			if filepath.Ext(name) == ".md" {
				name = strings.TrimSuffix(name, ".md") + "." + lang + ".md" // JSON is the same in both
			}
			golden(t, name, f.Data)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}
