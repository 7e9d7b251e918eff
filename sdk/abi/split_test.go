package abi

import (
	"reflect"
	"strings"
	"testing"
)

func texts(sizes ...int) []Message {
	var messages []Message
	for _, n := range sizes {
		messages = append(messages, Message{ID: "1", Text: strings.Repeat("x", n)})
	}
	return messages
}

func TestSplit(t *testing.T) {
	// The second of two messages that fill a batch together with the third.
	exact := Batch{Session: sample().Session, Messages: texts(0, MaxText, 0)}
	fill := MaxBatch - len(exact.Append(nil))
	for name, c := range map[string]struct {
		messages []Message
		want     []int // messages of each part
	}{
		"nothing":             {nil, nil},
		"one":                 {texts(1), []int{1}},
		"just fits":           {texts(0, MaxText, fill), []int{3}},
		"one byte more":       {texts(0, MaxText, fill+1), []int{2, 1}},
		"long one first":      {texts(2*MaxBatch, 1, 1), []int{3}},
		"two long ones":       {texts(MaxBatch, MaxBatch), []int{1, 1}},
		"three for two parts": {texts(MaxBatch/2, MaxBatch/3, MaxBatch/3), []int{2, 1}},
	} {
		batch := sample()
		batch.Messages = c.messages
		var got []int
		var joined []Message
		for _, part := range batch.Split() {
			got = append(got, len(part.Messages))
			joined = append(joined, part.Messages...)
			if part.Session != batch.Session || string(part.State) != string(batch.State) {
				t.Errorf("%s: a part has another session or state", name)
			}
		}
		for i := range c.messages {
			c.messages[i].Text = Shown(c.messages[i].Text)
		}
		if !reflect.DeepEqual(got, c.want) || !reflect.DeepEqual(joined, c.messages) {
			t.Errorf("%s: parts of %d messages, want %d", name, got, c.want)
		}
	}
}

// TestSizes holds what Split counts to what Append writes.
func TestSizes(t *testing.T) {
	batch := sample()
	if got, want := batch.headSize(), len(Batch{Session: batch.Session}.Append(nil)); got != want {
		t.Errorf("head: %d, want %d", got, want)
	}
	for i, m := range batch.Messages {
		want := len(Batch{Messages: []Message{m}}.Append(nil)) - len(Batch{}.Append(nil))
		if got := m.size(); got != want {
			t.Errorf("message %d: %d, want %d", i, got, want)
		}
	}
}

func TestShown(t *testing.T) {
	long := strings.Repeat("好", MaxText/3) + "x"
	for name, c := range map[string]struct{ text, want string }{
		"short": {"好", "好"}, "just fits": {long[1+len("x"):], long[1+len("x"):]},
		"a byte more": {long, long[:MaxText]}, "no half rune": {"x" + long, "x" + long[:MaxText-3]},
	} {
		if got := Shown(c.text); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, len(got), len(c.want))
		}
	}
}
