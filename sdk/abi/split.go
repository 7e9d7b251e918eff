package abi

import (
	"slices"
	"unicode/utf8"
)

// Split cuts a batch as every host does: as many messages as [MaxBatch] has room
// for beside the session, and at least one, each with at most [MaxText] bytes of
// its text. Name and state of the plugin are not counted, so that all plugins get
// the same parts. Each part has the state of the batch; from the second on, the
// caller puts in what came of the part before. Without messages there are no parts.
func (batch Batch) Split() []Batch {
	head := batch.headSize()
	batch.Messages = slices.Clone(batch.Messages) // their texts are cut in place
	var parts []Batch
	first, size := 0, head
	for i := range batch.Messages {
		m := &batch.Messages[i]
		m.Text = Shown(m.Text)
		if i > first && size+m.size() > MaxBatch {
			parts = append(parts, batch.part(first, i))
			first, size = i, head
		}
		size += m.size()
	}
	if first < len(batch.Messages) {
		parts = append(parts, batch.part(first, len(batch.Messages)))
	}
	return parts
}

// Shown is what plugins are shown of a text: its beginning where it is longer
// than [MaxText].
func Shown(text string) string {
	if len(text) <= MaxText {
		return text
	}
	end := MaxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func (batch Batch) part(from, to int) Batch {
	batch.Messages = batch.Messages[from:to:to]
	return batch
}

// headSize is how long a batch is in bytes without its messages and the texts of
// its plugin.
func (batch Batch) headSize() int {
	s := batch.Session
	return 4 + 8*4 + len(s.Agent) + len(s.Key) + len(s.Channel) + len(s.Kind) + len(s.Title) + len(s.TimeZone) + 4
}

// leastMessage is how long a message of empty texts is.
const leastMessage = 7*4 + 8 + 4

// size is how long a message is in the bytes of a batch.
func (m Message) size() int {
	return leastMessage + len(m.ID) + len(m.Role) + len(m.Sender) + len(m.Channel) + len(m.Origin) + len(m.Class) + len(m.Text)
}
