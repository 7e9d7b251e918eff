package extract

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// phrases are what random sessions are made of. None is of a real conversation.
var phrases = []string{
	"用方案一还是方案二？", "建议方案二，更省心", "好，就用方案二", "decision: we go with plan B then", "I'll send the report to Mia by Friday",
	"报告发了，已经发给老王", "sent the report to Mia", "明天下午三点前把合同寄出", "合同寄出了", "our wifi password changed, the router is in the hall",
	"我家猫对鸡肉过敏", "never book an aisle seat for me", "以后回复先给结论", "the trip is cancelled", "不去上海了，取消", "ok", "收到", "Noted.",
	"how does it work?", "这是什么意思", "```\n// TODO: fix\n```", "> I decided to leave", "Priya: I'll take the slides", "remind me to call the dentist tomorrow at 9",
	"要不要我生成一份草稿？", "要", "the cause was a full disk, not the network", "no releases in the last week of December", "haha never mind",
}

func randomTalk(r *rand.Rand, n int) []Message {
	var out []Message
	at := int64(1780000000)
	for i := range n {
		at += int64(r.IntN(5000)) + int64(r.IntN(20)/19)*90000
		m := Message{ID: fmt.Sprint("m", i), Role: Role(r.IntN(3)), At: Moment{at, 8 * 3600}}
		if r.IntN(8) == 0 {
			m.Origin = External
		}
		for range 1 + r.IntN(3) {
			m.Text += phrases[r.IntN(len(phrases))] + []string{"\n", " ", "。"}[r.IntN(3)]
		}
		if r.IntN(12) == 0 {
			m.Text += strings.Repeat("长长的说明文字 and more of it.\n", 400) + phrases[r.IntN(len(phrases))]
		}
		out = append(out, m)
	}
	return out
}

// apply keeps the items that changes leave.
func apply(items map[string]Item, changes []Change) {
	for _, c := range changes {
		if c.Withdrawn {
			delete(items, c.Item.Key)
		} else {
			items[c.Item.Key] = c.Item
		}
	}
}

func extractor(t testing.TB) *Extractor {
	t.Helper()
	x, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestSplits: in one go, message by message or in any batches, through a
// written state each time, a session gives the same items. So does one that goes
// on after its state was written.
func TestSplits(t *testing.T) {
	x := extractor(t)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		talk := randomTalk(r, 40)
		want := found(x, talk)
		if len(want) == 0 {
			t.Fatal("nothing found in a talk full of items")
		}
		for _, most := range []int{1, 2, 7} {
			if got := inBatches(t, x, r, talk, most); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("seed %d, batches of up to %d:\n%v\nin one go:\n%v", seed, most, got, want)
			}
		}
		got, s := map[string]Item{}, x.Session()
		for _, m := range talk {
			s.Add(m)
			s.State()
		}
		apply(got, s.Settle())
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d, writing the state on the way:\n%v\nin one go:\n%v", seed, got, want)
		}
	}
}

// TestBounds: however long a session is, its state stays below MaxState.
func TestBounds(t *testing.T) {
	x := extractor(t)
	s := x.Session()
	for i, m := range randomTalk(rand.New(rand.NewPCG(5, 5)), 600) {
		s.Add(m)
		s.Settle()
		if n := len(s.State()); n > MaxState {
			t.Fatalf("after message %d the state has %d bytes", i, n)
		}
	}
	wide := strings.Repeat("明天我把第二份合同寄给老王，", 40)
	s.Add(Message{ID: "w", Text: strings.Repeat(wide+"\n", 5000)})
	s.Settle()
	if n := len(s.State()); n > MaxState {
		t.Fatalf("with a huge message the state has %d bytes", n)
	}
}

// TestForeign: what others put into the session is never in the main tier and
// never a task of the agent.
func TestForeign(t *testing.T) {
	x := extractor(t)
	for seed := range uint64(20) {
		talk := randomTalk(rand.New(rand.NewPCG(seed, 9)), 30)
		s := x.Session()
		for i := range talk {
			talk[i].Origin = []Origin{External, Other}[seed%2]
			s.Add(talk[i])
		}
		for _, c := range s.Settle() {
			if c.Item.Tier == Main || c.Item.Doer == ByAgent {
				t.Errorf("words of others gave %+v", c.Item)
			}
		}
	}
}

// TestForeignTakesNothing: what others offer is not what the owner's answer says,
// what they said first the owner can say again, and what they report done stays
// open.
func TestForeignTakesNothing(t *testing.T) {
	const offer, task = "Shall we move everything to the new cluster?", "TODO: send the quarterly report to Mia by Friday"
	for _, c := range []struct {
		name                  string
		origin                Origin
		about, keeps, forgets bool
	}{
		{"owner", Owner, true, false, true}, {"another person", Other, false, true, false}, {"from outside", External, false, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := extractor(t).Session()
			s.Add(Message{ID: "1", Origin: c.origin, Text: offer})
			s.Add(Message{ID: "2", Text: "ok, decided, let's go with it"})
			s.Add(Message{ID: "2 answered", Role: Agent, Origin: FromAgent, Text: "Agreed"})
			s.Add(Message{ID: "3", Origin: c.origin, Text: task})
			s.Add(Message{ID: "4", Text: task})
			about, own := "", false
			for _, change := range s.Settle() {
				if change.Item.Message == "2" && change.Item.Type == Decision {
					about = change.Item.About
				}
				own = own || change.Item.Message == "4" && change.Item.Type == TodoOpen
			}
			if (about != "") != c.about || own != c.keeps {
				t.Errorf("the decision is about %q, the owner's own todo is there: %v", about, own)
			}
			s.wake()
			s.todos = []openTodo{{key: "a"}}
			s.remember(&turn{origin: c.origin}, []Item{{Type: TodoDone, Closes: "a"}})
			if forgets := len(s.todos) == 0; forgets != c.forgets {
				t.Errorf("a report makes it forget the todo: %v", forgets)
			}
		})
	}
}

// TestCloses: a report closes the open todo it speaks of, once.
func TestCloses(t *testing.T) {
	s := extractor(t).Session()
	s.wake()
	say := func(words string) []uint32 { return slices.Clone(s.work.reader.hear(words).content()) }
	s.todos = []openTodo{{key: "a", words: say("send the quarterly report to mia")}, {key: "b", words: say("明天把合同寄给老王")}}
	for text, want := range map[string]string{"quarterly report sent": "a", "合同寄给老王了": "b", "bought milk": "", "done": ""} {
		got := ""
		if at := s.match(say(text)); at >= 0 {
			got = s.todos[at].key
		}
		if got != want {
			t.Errorf("%q closes %q, want %q", text, got, want)
		}
	}
	s.remember(&turn{}, []Item{{Type: TodoDone, Closes: "a"}})
	if len(s.todos) != 1 || s.todos[0].key != "b" {
		t.Errorf("left open: %v", s.todos)
	}
}

// TestDoer: who has to do a todo, by how it is said.
func TestDoer(t *testing.T) {
	x := With(&Model{})
	cases := []struct {
		name, text string
		role       Role
		origin     Origin
		want       Doer
	}{
		{"nobody named", "交水费", User, Owner, ByUser},
		{"me", "I'll call the plumber", User, Owner, ByUser},
		{"request", "帮我把周报发了", User, Owner, ByAgent},
		{"request to you about others", "装修公司你帮我问问报价", User, Owner, ByAgent},
		{"external request", "please send the report", User, External, ByUser},
		{"reminder", "提醒我周五交表", User, Owner, ByUser},
		{"name and will", "Wilma will bring the drill", User, Owner, ByOther},
		{"name and is", "Otto's fixing the gate on Monday", User, Owner, ByOther},
		{"name and verb", "Then Greta collects the keys", User, Owner, ByOther},
		{"group", "Otto: I'll fix the gate", User, Other, ByOther},
		{"promise of the agent", "I'll send the draft tonight", Agent, FromAgent, ByAgent},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var said turn
			x.listen(&said, Message{Role: c.role, Origin: c.origin, Text: c.text}, nil)
			r := reader{x: x}
			if got := doerOf(&said, &r.candidates(nil, &said, nil)[0]); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

// TestSegments: what is spoken is cut into sentences and clauses; code, quotes
// and logs are not spoken.
func TestSegments(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"two languages", "好，就用它。Then v1.2 it is! ok", []string{"好，就用它", "Then v1.2 it is!", "ok"}},
		{"list", "- send it\n- 交房租", []string{"send it", "交房租"}},
		{"code", "look:\n```go\n// I will fix this\n```\ndone", []string{"look", "done"}},
		{"quote", "> I decided to go\nnot me", []string{"not me"}},
		{"log", "2026-01-01 {\"a\":[1,2],\"b\":{\"c\":\"d\"}}", nil},
		{"time in front", "[09:25:20.619] ERROR pid 47657 worker 12 stopped", nil},
		{"pairs", "level=INFO msg=started", nil},
		{"columns", "worker-1   1/1   Running   83", nil},
		{"date in front", "3月5号 15:30 开会，记得带合同", []string{"3月5号 15:30 开会，记得带合同"}},
		{"empty", " \n。\n", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			said := turn{text: c.text, parts: windows(c.text, 1<<10)}
			said.scan(0)
			var got []string
			for _, s := range said.sentences {
				got = append(got, c.text[s.start:s.end])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSpeaker(t *testing.T) {
	for text, want := range map[string]string{
		"Priya: I'll do it": "Priya: ", "老王：我来": "老王：", "http://a.b": "", "note: buy milk": "", "明天记得买这些东西啊：牛奶": "", "12:30 works": "",
		"Decision: we use Postgres": "", "TODO: call Mia": "", "Final decision: stay": "", "FYI: the key is under the mat": "", "决定：用方案二": "", "最终决定：不搬": "",
		"待办：寄合同": "", "PS: bring the keys": "", "Paul Notte: I'll do it": "Paul Notte: ", "王定：我来": "王定：",
	} {
		if got := text[:speechStart(text)]; got != want {
			t.Errorf("speaker of %q is %q, want %q", text, got, want)
		}
	}
}

// TestLongText: of a long text both ends are read, in whole sentences, and the
// places of what is found there are those of the message.
func TestLongText(t *testing.T) {
	text := "Porto it is. " + strings.Repeat("more and more words. ", 40) + "I'll send the slides to Mia by Friday."
	said := turn{text: text, parts: windows(text, 48)}
	said.scan(0)
	var got []string
	for _, s := range said.sentences {
		got = append(got, text[s.start:s.end])
	}
	want := []string{"Porto it is", "more and more words", "I'll send the slides to Mia by Friday"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if end := envelopeEnd("[telegram Mia 2026-01-05 23:42 GMT+0] ok"); end != len("[telegram Mia 2026-01-05 23:42 GMT+0] ") {
		t.Errorf("the envelope ends at %d", end)
	}
	if end := envelopeEnd("[ ] buy milk 2"); end != 0 {
		t.Errorf("a list mark is an envelope to %d", end)
	}
}

// FuzzSession: any text, whole or through a written state, gives items that
// quote their message.
func FuzzSession(f *testing.F) {
	for i := 0; i+1 < len(phrases); i += 2 {
		f.Add(phrases[i], phrases[i+1], uint8(i))
	}
	x := extractor(f)
	f.Fuzz(func(t *testing.T, one, two string, how uint8) {
		texts := map[string]string{"1": one, "2": two, "3": one + "\n" + two}
		talk := []Message{
			{ID: "1", Role: Role(how % 4), Text: one}, {ID: "2", Role: Role(how / 4 % 4), Text: two, At: Moment{Unix: int64(how) << 12}},
			{ID: "3", Text: texts["3"], Origin: Origin(how / 16 % 4), At: Moment{Unix: int64(how) << 13}},
		}
		whole, parts := map[string]Item{}, map[string]Item{}
		s := x.Session()
		state := s.State()
		for _, m := range talk {
			s.Add(m)
			part, err := x.Resume(state)
			if err != nil {
				t.Fatal(err)
			}
			part.Add(m)
			apply(parts, part.Settle())
			state = part.State()
		}
		apply(whole, s.Settle())
		if fmt.Sprint(whole) != fmt.Sprint(parts) {
			t.Fatalf("whole %v, in parts %v", whole, parts)
		}
		for _, it := range whole {
			if it.Start < 0 || it.End > len(texts[it.Message]) || texts[it.Message][it.Start:it.End] != it.Text || it.Text == "" {
				t.Fatalf("item %+v does not quote %q", it, texts[it.Message])
			}
			if utf8.ValidString(texts[it.Message]) && !utf8.ValidString(it.Text) {
				t.Fatalf("item %q cuts a character", it.Text)
			}
		}
	})
}

// FuzzResume: no state makes the extractor fail other than by its error.
func FuzzResume(f *testing.F) {
	x := extractor(f)
	s := x.Session()
	for _, m := range randomTalk(rand.New(rand.NewPCG(2, 2)), 12) {
		s.Add(m)
	}
	s.Settle()
	f.Add(s.State())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, state []byte) {
		s, err := x.Resume(state)
		if err != nil {
			return
		}
		s.Add(Message{ID: "x", Text: "明天交报告 and the report is done"})
		s.Settle()
	})
}

// FuzzModel: no model file makes the walk run astray.
func FuzzModel(f *testing.F) {
	f.Add(modelFile[len(modelFile)-400:])
	f.Fuzz(func(t *testing.T, tail string) {
		m, err := ParseModel(modelFile[:modelHead] + tail)
		if err != nil {
			return
		}
		s := With(m).Session()
		s.Add(Message{ID: "x", Text: "就用方案二，明天交"})
		s.Settle()
	})
}

// TestSameWordsAgain: what a message says twice is found once.
func TestSameWordsAgain(t *testing.T) {
	x := extractor(t)
	for _, line := range []string{"记得明天给客户回电话", "I'll send the report to Dana by Friday"} {
		once, often := found(x, []Message{{ID: "1", Text: line}}), found(x, []Message{{ID: "1", Text: strings.Repeat(line+"\n", 5)}})
		if len(once) != 1 || len(often) != 1 {
			t.Errorf("%q gives %d items, five times %d", line, len(once), len(often))
		}
	}
}

// TestLongAnswer: of a long answer only the end is heard, and nothing is found in
// it; with its pending state written down and read again, too.
func TestLongAnswer(t *testing.T) {
	x := extractor(t)
	promise := "I'll send the report to Dana by Friday. "
	short := Message{ID: "1", Role: Agent, Origin: FromAgent, Text: promise}
	long := Message{ID: "1", Role: Agent, Origin: FromAgent, Text: promise + strings.Repeat("more and more words. ", 40) + "Shall I book the room?"}
	open := With(&Model{}) // with a gate that lets everything pass
	for _, m := range []Message{short, long} {
		var heard turn
		if open.listen(&heard, m, nil); heard.passed != (m.Text == promise) {
			t.Errorf("of %d bytes some are looked at closely: %v", len(m.Text), heard.passed)
		}
	}
	s := x.Session()
	s.Add(long)
	if items := s.Settle(); len(items) != 0 {
		t.Errorf("the long answer gives %v", items)
	}
	resumed, err := x.Resume(s.State())
	if err != nil {
		t.Fatal(err)
	}
	resumed.Add(Message{ID: "2", Role: User, Text: "yes"})
	if items := resumed.Settle(); len(resumed.past) != 1 || resumed.past[0].offer != "Shall I book the room?" {
		t.Errorf("%v, %+v", items, resumed.past)
	}
}
