package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// plainFold is what matching means, written plainly: width and case do not count.
func plainFold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E:
			r -= 0xFF01 - '!'
		case r == 0x3000:
			r = ' '
		}
		return unicode.ToLower(r)
	}, text)
}

// said is what the oracle knows of a stored message.
type said struct {
	id     string
	folded string
	text   string
}

// talk makes chat text: Chinese, English, both glued together, code and emoji.
func talk(r *rand.Rand) string {
	zh := strings.Split("部署 网关 会话 配置文件 数据库 环境变量 今天 明天 重启 一下 的 了 在 服务器 日志 备份 恢复 提醒我 周报 用户中心", " ")
	en := strings.Split("deploy gateway session config Database the of token rateLimiter user_profile getUserName v2.1.0 nginx Docker K8s 2026-03-14 https://example.com/a?b=c", " ")
	glue := []string{"", "", " ", ",", ", ", "。", "\n", "(", ")", " ", "🎉", "-"}
	var b strings.Builder
	for range 3 + r.IntN(40) {
		word := zh[r.IntN(len(zh))]
		if r.IntN(2) == 0 {
			word = en[r.IntN(len(en))]
		}
		switch r.IntN(12) {
		case 0:
			word = strings.ToUpper(word)
		case 1:
			word = fmt.Sprintf("%x", r.Uint32())
		}
		b.WriteString(word + glue[r.IntN(len(glue))])
	}
	return b.String()
}

// cutOut takes a query out of a text, or makes one of two, or of one that is
// nowhere.
func cutOut(r *rand.Rand, corpus []said, n int) string {
	text := []rune(corpus[r.IntN(len(corpus))].text)
	from := r.IntN(len(text))
	return string(text[from:min(from+n, len(text))])
}

// terms is how a query without quotes is read, written plainly.
func terms(query string) []string { return strings.Fields(plainFold(query)) }

// Search finds exactly what a look at every text finds, on 20,000 messages that
// came in many batches, some of them twice, some with other words later.
func TestSearchEqualsLookingAtEveryText(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 26))
	s, corpus := searchable(t, r, 20_000)
	ctx := context.Background()
	everywhere := SearchFilter{Filter: Filter{Classes: true, IncludeDeleted: true}}
	err := s.Snapshot(ctx, func(s *Store) error {
		searchAndCompare(t, r, s, corpus, everywhere)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func searchAndCompare(t *testing.T, r *rand.Rand, s *Store, corpus []said, everywhere SearchFilter) {
	ctx := context.Background()
	check := func(query string, exact bool, found func(said) bool) {
		t.Helper()
		parse := textindex.Parse
		if exact {
			parse = textindex.ParseExact
		}
		q, err := parse(query)
		if err != nil {
			return // white space only
		}
		var want, got []string
		for _, m := range corpus {
			if found(m) {
				want = append(want, m.id)
			}
		}
		var after *textindex.Place
		total := -1
		for {
			page, err := s.Search(ctx, q, everywhere, after, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if total < 0 && !page.AtMost {
				total = page.Total
			}
			for _, f := range page.Found {
				got = append(got, f.Message.ID)
			}
			if !page.More {
				break
			}
			after = &page.Found[len(page.Found)-1].Place
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q (exact %v): found %d messages instead of %d", query, exact, len(got), len(want))
		}
		if total >= 0 && total != len(want) {
			t.Errorf("%q: total %d instead of %d", query, total, len(want))
		}
	}
	all := func(query string) func(said) bool {
		list := terms(query)
		return func(m said) bool {
			for _, term := range list {
				if !strings.Contains(m.folded, term) {
					return false
				}
			}
			return true
		}
	}
	for n := 1; n <= 6; n++ {
		for range 4 {
			query := cutOut(r, corpus, n)
			if strings.ContainsAny(query, `"“”「」`) {
				continue
			}
			check(query, false, all(query))
			check(query, true, func(m said) bool { return strings.Contains(m.text, query) })
			phrase := plainFold(query)
			check(`"`+query+`"`, false, func(m said) bool { return strings.Contains(m.folded, phrase) })
		}
	}
	for _, query := range []string{
		"部署", "的", "网关重启", "配置文件数据库", "提醒我周报", "gateway", "GATEWAY", "gate", "limiter", "profile", "username", "user name",
		"nginx 部署", "部署nginx", "k8s", "v2.1", "2026-03", "🎉", "->", "nowhere", "不存在的词", "DOCKER", "the of", "example.com",
	} {
		check(query, false, all(query))
	}
}

// searchable is an archive that came about in every way an archive can.
func searchable(t *testing.T, r *rand.Rand, n int) (*Store, []said) {
	s := openNew(t)
	var corpus []said
	for len(corpus) < n {
		write(t, s, func(b *Batch) {
			for range 1 + r.IntN(6) {
				sid := fmt.Sprintf("%08x-window", r.Uint32())
				var messages []session.Message
				for i := range 1 + r.IntN(200) {
					text := talk(r)
					messages = append(messages, msg(fmt.Sprintf("e%d", i), int64(i), len(corpus)+i, text))
				}
				put(t, b, live(sid), messages...)
				for _, m := range messages {
					corpus = append(corpus, said{session.PublicID(sid, m.EntryID), plainFold(m.Text), m.Text})
				}
			}
		})
	}
	// Another window of the same session repeats some messages: they are copies.
	write(t, s, func(b *Batch) {
		for _, sid := range []string{"11111111-a", "22222222-b"} {
			if err := b.Facts(session.Facts{Agent: "main", SessionID: sid, Key: "agent:main:main"}); err != nil {
				t.Fatal(err)
			}
			put(t, b, live(sid), msg("twin", 1, 1, "重复的消息 repeated"))
		}
	})
	corpus = append(corpus, said{"11111111:twin", plainFold("重复的消息 repeated"), "重复的消息 repeated"})
	// A better transcript has other words under the same digest.
	write(t, s, func(b *Batch) {
		m := msg("masked", 1, 1, "旧的写法 before")
		tr := live("33333333-c")
		put(t, b, tr, m)
	})
	write(t, s, func(b *Batch) {
		m := msg("masked", 1, 1, "旧的写法 before")
		m.Text = "新的写法 after"
		tr := live("33333333-c")
		tr.ID, tr.Rank = "main/better", 9
		put(t, b, tr, m)
	})
	corpus = append(corpus, said{"33333333:masked", plainFold("新的写法 after"), "新的写法 after"})
	return s, corpus
}

// What is found does not depend on how the index came about.
func TestReindexFindsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s, corpus := searchable(t, r, 2_000)
	ctx := context.Background()
	find := func(query string) string {
		q, err := textindex.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Search(ctx, q, SearchFilter{}, nil, 5000)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, f := range page.Found {
			fmt.Fprintln(&b, f.Message.ID, f.Place.Level, f.Place.Time, f.Session.Key)
		}
		return b.String()
	}
	queries := []string{"部署", "gateway", "重复", "写法", "before", "after", "user name"}
	var before []string
	for _, q := range queries {
		before = append(before, find(q))
	}
	if err := s.Reindex(ctx); err != nil {
		t.Fatal(err)
	}
	for i, q := range queries {
		if got := find(q); got != before[i] {
			t.Errorf("%s: got\n%swant\n%s", q, got, before[i])
		}
	}
	if find("before") != "" || strings.Count(find("重复"), "\n") != 1 || len(corpus) == 0 {
		t.Error("a replaced text or a copy is found")
	}
}

func TestSearchFilters(t *testing.T) {
	s := openNew(t)
	ctx := context.Background()
	write(t, s, func(b *Batch) {
		for _, f := range []session.Facts{
			{Agent: "main", SessionID: "aaaaaaaa-1", Key: "agent:main:main"},
			{Agent: "main", SessionID: "bbbbbbbb-2", Key: "agent:main:telegram:group:-100"},
		} {
			if err := b.Facts(f); err != nil {
				t.Fatal(err)
			}
		}
		one, two := msg("u", 1, 10, "部署 one"), msg("a", 2, 20, "部署 two")
		two.Role, two.Channel = session.RoleAssistant, "telegram"
		beat := msg("h", 3, 30, "部署 beat")
		beat.Class = session.ClassHeartbeat
		put(t, b, live("aaaaaaaa-1"), one, two, beat)
		put(t, b, live("bbbbbbbb-2"), msg("g", 1, 40, "部署 group"))
		gone := live("cccccccc-3")
		gone.Live, gone.Deleted = false, true
		put(t, b, gone, msg("d", 1, 50, "部署 deleted"))
	})
	q, err := textindex.Parse("部署")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    SearchFilter
		want string
	}{
		"conversation": {SearchFilter{}, "group two one"},
		"all classes":  {SearchFilter{Filter: Filter{Classes: true}}, "group beat two one"},
		"one class":    {SearchFilter{Filter: Filter{Class: session.ClassHeartbeat}}, "beat"},
		"deleted too":  {SearchFilter{Filter: Filter{IncludeDeleted: true}}, "deleted group two one"},
		"role":         {SearchFilter{Role: session.RoleAssistant}, "two"},
		"channel":      {SearchFilter{Filter: Filter{Channel: "telegram"}}, "two"},
		"no channel":   {SearchFilter{Filter: Filter{Channel: "nowhere"}}, ""},
		"kind":         {SearchFilter{Filter: Filter{Kind: session.KindGroup}}, "group"},
		"session":      {SearchFilter{Filter: Filter{Agent: "main", Key: "agent:main:main"}}, "two one"},
		"window":       {SearchFilter{Filter: Filter{SessionID: "bbbbbbbb-2"}}, "group"},
		"agent":        {SearchFilter{Filter: Filter{Agent: "work"}}, ""},
		"since":        {SearchFilter{Filter: Filter{Since: at(20)}}, "group two"},
		"until":        {SearchFilter{Filter: Filter{Until: at(20)}}, "one"},
		"policy":       {SearchFilter{Filter: Filter{Allow: func(s session.Session) bool { return s.Kind == session.KindMain }}}, "two one"},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := s.Search(ctx, q, c.f, nil, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range page.Found {
				got = append(got, strings.TrimPrefix(f.Message.Text, "部署 "))
			}
			if strings.Join(got, " ") != c.want || page.Total != len(got) || page.More {
				t.Errorf("got %v (total %d), want %q", got, page.Total, c.want)
			}
		})
	}
}

func TestAround(t *testing.T) {
	s := openNew(t)
	ctx := context.Background()
	write(t, s, func(b *Batch) {
		var messages []session.Message
		for i, word := range strings.Fields("a b c needle d e f") {
			m := msg(fmt.Sprint("e", i), int64(i), i, word)
			if word == "c" {
				m.Class = session.ClassHeartbeat
			}
			messages = append(messages, m)
		}
		put(t, b, live("w1"), messages...)
	})
	q, _ := textindex.Parse("needle")
	page, err := s.Search(ctx, q, SearchFilter{}, nil, 1)
	if err != nil || len(page.Found) != 1 {
		t.Fatal(page, err)
	}
	before, after, err := s.Around(ctx, page.Found[0], Filter{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, m := range slices.Concat(before, after) {
		words = append(words, m.Text)
	}
	if got := strings.Join(words, " "); got != "a b d e" {
		t.Errorf("got %q", got)
	}
}

func TestSearchWithoutIndex(t *testing.T) {
	s := openNew(t)
	ctx := context.Background()
	write(t, s, func(b *Batch) { put(t, b, live("w1"), msg("a", 1, 1, "one")) })
	q, _ := textindex.Parse("one")
	for name, spoil := range map[string]string{
		"missing": "DELETE FROM meta WHERE key = 'search'",
		"damaged": "UPDATE search SET data = zeroblob(length(data))",
		"lost":    "DELETE FROM search",
		"strange": "UPDATE messages SET id = id + 100",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.write.Exec(spoil); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Search(ctx, q, SearchFilter{}, nil, 10); err == nil || !strings.Contains(err.Error(), "--reindex") {
				t.Errorf("got %v", err)
			}
			if err := s.Reindex(ctx); err != nil {
				t.Fatal(err)
			}
			if page, err := s.Search(ctx, q, SearchFilter{}, nil, 10); err != nil || page.Total != 1 {
				t.Errorf("afterwards: %v, %v", page, err)
			}
		})
	}
}

func TestRipe(t *testing.T) {
	segments := func(documents ...int) (list []listedSegment) {
		for _, n := range documents {
			list = append(list, listedSegment{documents: n})
		}
		return list
	}
	for name, c := range map[string]struct {
		list []listedSegment
		want int
	}{
		"none":             {nil, 0},
		"few":              {segments(1, 1, 1, 1, 1, 1, 1), 0},
		"equal ones":       {segments(1, 1, 1, 1, 1, 1, 1, 1), 8},
		"behind a big one": {segments(999, 1, 1, 1, 1, 1, 1, 1, 1), 8},
		"as big as others": {segments(8, 1, 1, 1, 1, 1, 1, 1, 1), 9},
		"growing":          {segments(1, 2, 4, 8, 16, 32, 64, 128), 8},
		"too big together": {segments(20000, 20000, 1, 1, 1, 1, 1, 1, 1, 1), 8},
		"shrinking":        {segments(512, 256, 128, 64, 32, 16, 8, 4, 2, 1), 0},
	} {
		if got := ripe(c.list); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

// Small batches do not leave many segments behind.
func TestSegmentsAreMerged(t *testing.T) {
	s := openNew(t)
	for i := range 200 {
		write(t, s, func(b *Batch) { put(t, b, live(fmt.Sprintf("%08d", i)), msg("a", 1, i, fmt.Sprint("message ", i))) })
	}
	list, err := segmentsOf(context.Background(), s.read)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, l := range list {
		total += l.documents
	}
	if len(list) >= 3*fanout || total != 200 {
		t.Errorf("%d segments with %d documents", len(list), total)
	}
	q, _ := textindex.Parse("message")
	if page, err := s.Search(context.Background(), q, SearchFilter{}, nil, 10); err != nil || page.Total != 200 {
		t.Errorf("got %v, %v", page.Total, err)
	}
}

// A damaged index, or one of another Unicode version, must not keep messages
// from being archived.
func TestDamagedIndexStopsNoArchiving(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) { put(t, b, live("w1"), msg("a", 1, 1, "one")) })
	if _, err := s.write.Exec("UPDATE search SET data = zeroblob(length(data))"); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		b, err := s.Begin(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		put(t, b, live(fmt.Sprint("x", i)), msg("a", 1, i, "text"))
		if err := b.Commit(context.Background()); err != nil {
			t.Fatalf("batch %d: %v", i, err)
		}
	}
	if indexed, err := s.Indexed(context.Background()); indexed || err != nil {
		t.Errorf("the damaged index passes for whole: %v, %v", indexed, err)
	}
	if err := s.Reindex(context.Background()); err != nil {
		t.Fatal(err)
	}
	q, _ := textindex.Parse("text")
	if page, err := s.Search(context.Background(), q, SearchFilter{}, nil, 50); err != nil || page.Total != 30 {
		t.Errorf("built again: %d, %v", page.Total, err)
	}
}
