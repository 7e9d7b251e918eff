package plugin

import (
	"bytes"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

func anItem() abi.Item {
	return abi.Item{
		Key: "db:选择", Kind: "decision", MessageID: "3f2a8c1e:e1", Evidence: "用 PostgreSQL", Title: "Use PostgreSQL",
		Body: "one\ntwo", Owner: "user", Due: "2026-03-14T09:30", Status: "open", Resolves: "other", Tags: []string{"数据库"}, Score: 100,
	}
}

func TestCheck(t *testing.T) {
	must(t, Check(sample(), abi.Result{Items: []abi.Item{anItem(), {Key: "k", Kind: "todo", MessageID: "3f2a8c1e:e2", Evidence: "记住了", Title: "t"}}}))
	for name, c := range map[string]struct {
		spoil func(*abi.Item)
		want  string
	}{
		"invented id":            {func(i *abi.Item) { i.MessageID = "3f2a8c1e:e9" }, "message_id"},
		"id of nothing":          {func(i *abi.Item) { i.MessageID = "" }, "message_id"},
		"forged evidence":        {func(i *abi.Item) { i.Evidence = "用 MySQL" }, "evidence does not stand"},
		"another's evidence":     {func(i *abi.Item) { i.Evidence = "记住了" }, "evidence does not stand"},
		"no evidence":            {func(i *abi.Item) { i.Evidence = "" }, "evidence is empty"},
		"blank evidence":         {func(i *abi.Item) { i.Evidence = " " }, "evidence is empty"},
		"half a rune":            {func(i *abi.Item) { i.Evidence = "用"[1:] }, "evidence"},
		"no key":                 {func(i *abi.Item) { i.Key = "" }, "key"},
		"key goes up":            {func(i *abi.Item) { i.Key = "../../etc" }, "key"},
		"key is up":              {func(i *abi.Item) { i.Key = ".." }, "key"},
		"key of Windows":         {func(i *abi.Item) { i.Key = `a\b` }, "key"},
		"key with a line":        {func(i *abi.Item) { i.Key = "a\nb" }, "key"},
		"key turned around":      {func(i *abi.Item) { i.Key = "a\u202eb" }, "key"},
		"long key":               {func(i *abi.Item) { i.Key = strings.Repeat("k", 201) }, "key"},
		"kind":                   {func(i *abi.Item) { i.Kind = "Decision" }, "kind"},
		"kind as a path":         {func(i *abi.Item) { i.Kind = "a/b" }, "kind"},
		"no title":               {func(i *abi.Item) { i.Title = " " }, "title"},
		"title of two lines":     {func(i *abi.Item) { i.Title = "a\nb" }, "title"},
		"title that colors":      {func(i *abi.Item) { i.Title = "a\x1b[31m" }, "title"},
		"title that is no UTF-8": {func(i *abi.Item) { i.Title = "\xff" }, "title"},
		"long body":              {func(i *abi.Item) { i.Body = strings.Repeat("b", 16<<10+1) }, "body"},
		"body that rings":        {func(i *abi.Item) { i.Body = "\a" }, "body"},
		"owner":                  {func(i *abi.Item) { i.Owner = "root" }, "owner"},
		"status":                 {func(i *abi.Item) { i.Status = "Done" }, "status"},
		"no such day":            {func(i *abi.Item) { i.Due = "2026-02-30" }, "due"},
		"due in words":           {func(i *abi.Item) { i.Due = "tomorrow" }, "due"},
		"due to the second":      {func(i *abi.Item) { i.Due = "2026-02-03T04:05:06" }, "due"},
		"closes itself":          {func(i *abi.Item) { i.Resolves = i.Key }, "resolves"},
		"empty tag":              {func(i *abi.Item) { i.Tags = []string{""} }, "tags"},
		"many tags":              {func(i *abi.Item) { i.Tags = make([]string, 17) }, "tags"},
		"low score":              {func(i *abi.Item) { i.Score = -1 }, "score"},
		"high score":             {func(i *abi.Item) { i.Score = 101 }, "score"},
	} {
		item := anItem()
		c.spoil(&item)
		err := Check(sample(), abi.Result{Items: []abi.Item{anItem(), item}})
		if problemOf(err) != BadResult || !strings.Contains(err.Error(), "item 1: "+c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCheckCounts(t *testing.T) {
	for name, result := range map[string]abi.Result{
		"items": {Items: make([]abi.Item, 1001)},
		"state": {State: make([]byte, 1<<20+1)},
		"log":   {Log: "\xff"},
	} {
		if err := Check(sample(), result); problemOf(err) != BadResult || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzCheck decodes an answer and checks it: what passes quotes a message.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"items":[{"key":"k","kind":"todo","message_id":"3f2a8c1e:e1","evidence":"PostgreSQL","title":"t","score":3}]}`))
	f.Add([]byte(`{"state":"AAEC","log":"x","items":[]}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		var result abi.Result
		if err := decode(answer, &result); err != nil {
			if problemOf(err) != BadResult {
				t.Fatal(err)
			}
			return
		}
		if Check(sample(), result) != nil {
			return
		}
		said := sample().Append(nil)
		for _, item := range result.Items {
			if item.Evidence == "" || !bytes.Contains(said, []byte(item.Evidence)) || strings.ContainsAny(item.Key+item.Kind, "/\\\n\x00") {
				t.Fatalf("%+v", item)
			}
		}
	})
}
