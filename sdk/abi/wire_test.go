package abi

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func sample() Batch {
	return Batch{
		Session: Session{Agent: "main", Key: "agent:main:main", Channel: "telegram", Kind: "direct", Title: "旅行 plans", TimeZone: "Asia/Shanghai"},
		Plugin:  "questions",
		State:   []byte{0, 1, 0xff},
		Messages: []Message{
			{ID: "3f2a8c1e:e1", Role: "user", Time: 1773461489776, Offset: 8 * 3600, Sender: "Nora", Channel: "web", Origin: "other", Text: "就用 PostgreSQL 吧 🎉"},
			{ID: "3f2a8c1e:e2", Role: "assistant", Time: -1, Offset: -3600, Origin: "agent", Class: "silent", Text: ""},
		},
	}
}

func TestDecodeGivesWhatAppendGot(t *testing.T) {
	for name, batch := range map[string]Batch{"sample": sample(), "empty": {}, "no messages": {Session: Session{Agent: "a"}}} {
		got, err := Decode(batch.Append(nil))
		if err != nil || !reflect.DeepEqual(got, batch) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := sample().Append(nil)
	for n := range whole {
		if _, err := Decode(whole[:n]); !isError(err) {
			t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	other := append([]byte(nil), whole...)
	other[0]++
	invalid := sample()
	invalid.Messages[0].Text = "\xff"
	for name, c := range map[string]struct {
		bytes   []byte
		problem string
	}{
		"more":          {append(append([]byte(nil), whole...), 0), "behind its end"},
		"version":       {other, "another version"},
		"UTF-8":         {invalid.Append(nil), "UTF-8"},
		"endless":       {append(Batch{}.Append(nil)[:4+8*4], 0xff, 0xff, 0xff, 0xff), "fewer messages"},
		"endless text":  {append(Batch{}.Append(nil)[:4], 0xff, 0xff, 0xff, 0xff), "cut off"},
		"nothing there": {nil, "cut off"},
	} {
		if _, err := Decode(c.bytes); !isError(err) || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v, want %q", name, err, c.problem)
		}
	}
}

func isError(err error) bool {
	var wrong *Error
	return errors.As(err, &wrong)
}

func FuzzDecode(f *testing.F) {
	f.Add(sample().Append(nil))
	f.Add(Batch{}.Append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		batch, err := Decode(data)
		if err != nil {
			return
		}
		if again := batch.Append(nil); string(again) != string(data) {
			t.Fatalf("%x becomes %x", data, again)
		}
	})
}
