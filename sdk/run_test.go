package sdk

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// pluginFunc is a plugin made of one function.
type pluginFunc func(ctx *Context, batch Batch) error

func (pluginFunc) Manifest() Manifest { return Manifest{Name: "p-1", Version: "1"} }

func (f pluginFunc) OnSync(ctx *Context, batch Batch) error { return f(ctx, batch) }

func message(id, text string) Message { return Message{ID: id, Role: "user", Text: text} }

func TestRunKeepsStateOfEachSession(t *testing.T) {
	join := pluginFunc(func(ctx *Context, batch Batch) error {
		seen, err := ctx.Strings()
		if err != nil {
			return err
		}
		for _, m := range batch.Messages {
			seen = append(seen, m.Text)
			ctx.Emit(Item{Key: "all", Kind: "list", MessageID: m.ID, Evidence: m.Text, Title: strings.Join(seen, " ")})
		}
		ctx.SetStrings(seen)
		return nil
	})
	a, b := Session{Agent: "main", Key: "a"}, Session{Agent: "main", Key: "b"}
	kept := &Context{}
	kept.SetStrings([]string{"zero"})
	items, err := Run(join,
		Batch{Session: a, State: kept.State(), Messages: []Message{message("1", "one")}},
		Batch{Session: b, Messages: []Message{message("2", "two")}},
		Batch{Session: a},
		Batch{Session: a, Messages: []Message{message("3", "three"), message("4", "four")}})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, item := range items {
		titles = append(titles, item.Title)
	}
	if want := []string{"zero one three four", "two"}; !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
}

func TestRunRevisesAndWithdraws(t *testing.T) {
	notes := pluginFunc(func(ctx *Context, batch Batch) error {
		for _, m := range batch.Messages {
			switch verb, id, _ := strings.Cut(m.Text, " "); verb {
			case "note":
				ctx.Emit(Item{Key: m.ID, Kind: "note", MessageID: m.ID, Evidence: "note", Title: "t"})
			case "better":
				ctx.Emit(Item{Key: id, Kind: "note", MessageID: id, Evidence: "note", Title: "better"})
			case "forget":
				ctx.Withdraw(id)
			}
		}
		return nil
	})
	one := Session{Key: "one"}
	items, err := Run(notes,
		Batch{Session: one, Messages: []Message{message("1", "note"), message("2", "note")}},
		Batch{Session: one, Messages: []Message{message("3", "better 2"), message("4", "forget 1"), message("5", "forget 9")}})
	if err != nil || len(items) != 1 || items[0].Title != "better" || items[0].MessageID != "2" {
		t.Errorf("%+v, %v", items, err)
	}
	if _, err := Run(notes, Batch{Session: one, Messages: []Message{message("1", "note")}},
		Batch{Session: Session{Key: "two"}, Messages: []Message{message("2", "better 1")}}); err == nil {
		t.Error("an item quotes another session")
	}
}

func TestRunSplitsLongBatches(t *testing.T) {
	var sizes []int
	var ids []string
	note := pluginFunc(func(_ *Context, batch Batch) error {
		batch.Plugin, batch.State = "", nil
		sizes = append(sizes, len(batch.Append(nil)))
		for _, m := range batch.Messages {
			ids = append(ids, m.ID)
		}
		return nil
	})
	var batch, exact Batch
	for i := range 100 {
		batch.Messages = append(batch.Messages, message(strconv.Itoa(i), strings.Repeat("x", 10_000)))
	}
	batch.Messages = append(batch.Messages, message("long", strings.Repeat("x", 2*abi.MaxBatch)), message("last", ""))
	exact.Messages = []Message{message("a", strings.Repeat("x", abi.MaxText)), message("b", "")}
	exact.Messages[1].Text = strings.Repeat("x", abi.MaxBatch-len(exact.Append(nil)))
	if _, err := Run(note, batch, exact); err != nil {
		t.Fatal(err)
	}
	if len(ids) != 104 || ids[0] != "0" || ids[100] != "long" || ids[101] != "last" {
		t.Errorf("messages %q", ids)
	}
	if len(sizes) != 6 || slices.Max(sizes) > abi.MaxBatch || sizes[5] != abi.MaxBatch {
		t.Errorf("batches of %d bytes", sizes)
	}
}

func TestRunRefuses(t *testing.T) {
	good := Item{Key: "k", Kind: "todo", MessageID: "1", Evidence: "one", Title: "t", Due: "2026-03-14T09:30", Owner: "user", Status: "open", Score: 100}
	emit := func(change func(*Item)) pluginFunc {
		item := good
		change(&item)
		return func(ctx *Context, _ Batch) error { ctx.Emit(item); return nil }
	}
	for name, c := range map[string]struct {
		plugin  pluginFunc
		problem string
	}{
		"nothing":       {emit(func(*Item) {}), ""},
		"date":          {emit(func(i *Item) { i.Due = "2026-02-28" }), ""},
		"no such date":  {emit(func(i *Item) { i.Due = "2026-02-29" }), "due is"},
		"short date":    {emit(func(i *Item) { i.Due = "2026-3-1" }), "due is"},
		"other message": {emit(func(i *Item) { i.MessageID = "2" }), "message_id"},
		"forged":        {emit(func(i *Item) { i.Evidence = "two" }), "evidence"},
		"no evidence":   {emit(func(i *Item) { i.Evidence = "" }), "evidence"},
		"no key":        {emit(func(i *Item) { i.Key = "" }), "key is"},
		"score":         {emit(func(i *Item) { i.Score = 101 }), "score"},
		"owner":         {emit(func(i *Item) { i.Owner = "me" }), "owner"},
		"status":        {emit(func(i *Item) { i.Status = "closed" }), "status"},
		"not UTF-8":     {emit(func(i *Item) { i.Tags = []string{"\xff"} }), "tags"},
		"error":         {func(*Context, Batch) error { return errors.New("of its own") }, "batch 0: of its own"},
		"state": {func(ctx *Context, _ Batch) error {
			ctx.SetState(make([]byte, abi.MaxState+1))
			return nil
		}, "the state has 1048577 bytes"},
		"items": {func(ctx *Context, _ Batch) error {
			for range abi.MaxItems + 1 {
				ctx.Emit(good)
			}
			return nil
		}, "1001 items"},
		"result": {emit(func(i *Item) { i.Body = strings.Repeat("x", abi.MaxResult) }), "the result has"},
		"foreign state": {func(ctx *Context, _ Batch) error {
			ctx.SetState([]byte{9, 0, 0, 0, 1})
			_, err := ctx.Strings()
			return err
		}, "state, byte 0"},
		"cut state": {func(ctx *Context, _ Batch) error {
			ctx.SetState([]byte{0, 0, 0, 0, 1})
			_, err := ctx.Strings()
			return err
		}, "state, byte 4"},
	} {
		_, err := Run(c.plugin, Batch{Messages: []Message{message("1", "one")}})
		if c.problem == "" && err != nil || c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)) {
			t.Errorf("%s: %v, want %q", name, err, c.problem)
		}
	}
}

type named string

func (n named) Manifest() Manifest         { return Manifest{Name: string(n), Version: "1"} }
func (named) OnSync(*Context, Batch) error { return nil }

func TestRunRefusesNames(t *testing.T) {
	for name, good := range map[string]bool{"todo-2": true, "": false, "Todo": false, "a/b": false, "待办": false, strings.Repeat("a", 41): false} {
		if _, err := Run(named(name)); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestLogIsBounded(t *testing.T) {
	result, err := answer(pluginFunc(func(ctx *Context, _ Batch) error {
		for range 100 {
			ctx.Log(strings.Repeat("好", 1000))
		}
		return nil
	}), Batch{})
	if err != nil || len(result.Log) != 21*3001 {
		t.Errorf("%d bytes, %v", len(result.Log), err)
	}
}

func TestLocalTime(t *testing.T) {
	at := time.Date(2026, 3, 13, 20, 30, 0, 0, time.UTC).UnixMilli()
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"next day": {Message{Time: at, Offset: 8 * 3600}, "2026-03-14T04:30"},
		"west":     {Message{Time: at, Offset: -9000}, "2026-03-13T18:00"},
		"utc":      {Message{Time: at}, "2026-03-13T20:30"},
	} {
		if got := LocalTime(c.m).Format(DueMinute); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if !LocalTime(Message{Offset: 3600}).IsZero() {
		t.Error("an unknown time is not zero")
	}
}

func FuzzStrings(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 1, 0, 0, 0, 'a'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, state []byte) {
		c := &Context{state: state}
		list, err := c.Strings()
		if err != nil {
			return
		}
		if c.SetStrings(list); string(c.State()) != string(state) {
			t.Fatalf("%x becomes %x", state, c.State())
		}
	})
}
