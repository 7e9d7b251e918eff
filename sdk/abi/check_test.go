package abi

import (
	"encoding/json"
	"strings"
	"testing"
)

var spoken = map[string]string{"3f2a8c1e:e1": "就用 PostgreSQL 吧", "3f2a8c1e:e2": "记住了"}

func said(id string) (string, bool) {
	text, ok := spoken[id]
	return text, ok
}

func anItem() Item {
	return Item{
		Key: "db:选择", Kind: "decision", MessageID: "3f2a8c1e:e1", Evidence: "用 PostgreSQL", Title: "Use PostgreSQL",
		Body: "one\ntwo", Owner: "user", Due: "2026-03-14T09:30", Status: "open", Resolves: "other", Tags: []string{"数据库"}, Score: 100,
	}
}

func TestCheck(t *testing.T) {
	if err := Check(Result{Items: []Item{anItem(), {Key: "k", Kind: "todo", MessageID: "3f2a8c1e:e2", Evidence: "记住了", Title: "t"}}}, said); err != nil {
		t.Fatal(err)
	}
	if err := Check(Result{Items: []Item{{Key: "k", Status: StatusWithdrawn}}}, said); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		spoil func(*Item)
		want  string
	}{
		"invented id":            {func(i *Item) { i.MessageID = "3f2a8c1e:e9" }, "message_id"},
		"id of nothing":          {func(i *Item) { i.MessageID = "" }, "message_id"},
		"forged evidence":        {func(i *Item) { i.Evidence = "用 MySQL" }, "evidence does not stand"},
		"another's evidence":     {func(i *Item) { i.Evidence = "记住了" }, "evidence does not stand"},
		"no evidence":            {func(i *Item) { i.Evidence = "" }, "evidence is empty"},
		"blank evidence":         {func(i *Item) { i.Evidence = " " }, "evidence is empty"},
		"half a rune":            {func(i *Item) { i.Evidence = "用"[1:] }, "evidence"},
		"withdrawn without key":  {func(i *Item) { *i = Item{Status: StatusWithdrawn} }, "key"},
		"no key":                 {func(i *Item) { i.Key = "" }, "key"},
		"key goes up":            {func(i *Item) { i.Key = "../../etc" }, "key"},
		"key is up":              {func(i *Item) { i.Key = ".." }, "key"},
		"key of Windows":         {func(i *Item) { i.Key = `a\b` }, "key"},
		"key with a line":        {func(i *Item) { i.Key = "a\nb" }, "key"},
		"key turned around":      {func(i *Item) { i.Key = "a\u202eb" }, "key"},
		"long key":               {func(i *Item) { i.Key = strings.Repeat("k", 201) }, "key"},
		"kind":                   {func(i *Item) { i.Kind = "Decision" }, "kind"},
		"kind as a path":         {func(i *Item) { i.Kind = "a/b" }, "kind"},
		"no title":               {func(i *Item) { i.Title = " " }, "title"},
		"title of two lines":     {func(i *Item) { i.Title = "a\nb" }, "title"},
		"title that colors":      {func(i *Item) { i.Title = "a\x1b[31m" }, "title"},
		"title that is no UTF-8": {func(i *Item) { i.Title = "\xff" }, "title"},
		"long body":              {func(i *Item) { i.Body = strings.Repeat("b", 16<<10+1) }, "body"},
		"body that rings":        {func(i *Item) { i.Body = "\a" }, "body"},
		"owner":                  {func(i *Item) { i.Owner = "root" }, "owner"},
		"status":                 {func(i *Item) { i.Status = "Done" }, "status"},
		"no such day":            {func(i *Item) { i.Due = "2026-02-30" }, "due"},
		"due in words":           {func(i *Item) { i.Due = "tomorrow" }, "due"},
		"due to the second":      {func(i *Item) { i.Due = "2026-02-03T04:05:06" }, "due"},
		"closes itself":          {func(i *Item) { i.Resolves = i.Key }, "resolves"},
		"empty tag":              {func(i *Item) { i.Tags = []string{""} }, "tags"},
		"many tags":              {func(i *Item) { i.Tags = make([]string, 17) }, "tags"},
		"low score":              {func(i *Item) { i.Score = -1 }, "score"},
		"high score":             {func(i *Item) { i.Score = 101 }, "score"},
	} {
		item := anItem()
		c.spoil(&item)
		err := Check(Result{Items: []Item{anItem(), item}}, said)
		if err == nil || !strings.Contains(err.Error(), "item 1: "+c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCheckCounts(t *testing.T) {
	for name, result := range map[string]Result{
		"items": {Items: make([]Item, 1001)},
		"state": {State: make([]byte, 1<<20+1)},
		"log":   {Log: "\xff"},
	} {
		if err := Check(result, said); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManifestIsChecked(t *testing.T) {
	good := Manifest{Name: "todo", Version: "1.0", Title: "待办", About: "a\nb"}
	other := good
	other.Name = "words"
	if err := CheckManifests([]Manifest{good, other}); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string][]Manifest{
		"no plugin": nil, "a name twice": {good, good}, "too many": make([]Manifest, MaxPlugins+1),
	} {
		if CheckManifests(list) == nil {
			t.Errorf("%s: it is accepted", name)
		}
	}
	for name, spoil := range map[string]func(*Manifest){
		"no name":    func(m *Manifest) { m.Name = "" },
		"path":       func(m *Manifest) { m.Name = "../x" },
		"long name":  func(m *Manifest) { m.Name = strings.Repeat("a", 41) },
		"option":     func(m *Manifest) { m.Name = "-rf" },
		"no version": func(m *Manifest) { m.Version = "" },
		"title":      func(m *Manifest) { m.Title = "\x1b" },
		"about":      func(m *Manifest) { m.About = strings.Repeat("a", 2001) },
	} {
		bad := good
		spoil(&bad)
		if CheckManifests([]Manifest{other, bad}) == nil {
			t.Errorf("%s: %+v is accepted", name, bad)
		}
	}
}

// FuzzCheck decodes an answer and checks it: what passes quotes a message.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"items":[{"key":"k","kind":"todo","message_id":"3f2a8c1e:e1","evidence":"PostgreSQL","title":"t","score":3}]}`))
	f.Add([]byte(`{"state":"AAEC","log":"x","items":[]}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		var result Result
		if json.Unmarshal(answer, &result) != nil || Check(result, said) != nil {
			return
		}
		for _, item := range result.Items {
			text := spoken[item.MessageID]
			if item.Status != StatusWithdrawn && (item.Evidence == "" || !strings.Contains(text, item.Evidence)) || strings.ContainsAny(item.Key+item.Kind, "/\\\n\x00") {
				t.Fatalf("%+v", item)
			}
		}
	})
}
