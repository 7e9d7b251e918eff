package authoring

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Runner is a plugin that is ready to run.
type Runner interface {
	Name() string
	// Run gives the plugin one batch and returns what passed [abi.Check]. earlier
	// gives the texts of messages that stood in earlier batches of the session.
	Run(ctx context.Context, batch abi.Batch, earlier func(messageID string) (string, bool)) (abi.Result, error)
}

// find shows a session to a plugin from its beginning, in the batches given, and
// returns what it found.
func find(ctx context.Context, module Runner, batches ...abi.Batch) (findings, error) {
	found := findings{}
	shown := map[string]string{}
	earlier := func(id string) (string, bool) { text, there := shown[id]; return text, there }
	var state []byte
	for _, batch := range batches {
		for _, part := range batch.Split() {
			part.State = state
			result, err := module.Run(ctx, part, earlier)
			if err != nil {
				return nil, err
			}
			state = result.State
			for _, m := range part.Messages {
				shown[m.ID] = m.Text
			}
			for _, item := range result.Items {
				found.add(item)
			}
		}
	}
	return found, nil
}

// findings holds the items of one session by key. An item stands behind earlier
// ones of its key when it is a change in what they were about; when it only says
// better what they said, it takes their place.
type findings map[string][]abi.Item

func (f findings) add(item abi.Item) {
	if item.Status == abi.StatusWithdrawn {
		delete(f, item.Key)
		return
	}
	changes := f[item.Key]
	for n := len(changes); n > 0 && revises(item, changes[n-1]); n-- {
		changes = changes[:n-1]
	}
	f[item.Key] = append(changes, item)
}

// revises tells a better wording from a change: a todo that is done now was open
// before, but one whose own message turns out to report it done never was.
func revises(item, earlier abi.Item) bool {
	return item.MessageID == earlier.MessageID || typeName(item) == typeName(earlier)
}

// typeName is what an item is called beside others: its kind, and for todos how
// far they are.
func typeName(item abi.Item) string {
	if item.Kind != session.ItemTodo {
		return item.Kind
	}
	return item.Kind + "-" + cmp.Or(item.Status, string(session.StatusOpen))
}

// changes gives all items.
func (f findings) changes() []abi.Item {
	var all []abi.Item
	for _, changes := range f {
		all = append(all, changes...)
	}
	return all
}

// final gives what an archive holds in the end: the last item of each key.
func (f findings) final() []abi.Item {
	var last []abi.Item
	for _, changes := range f {
		last = append(last, changes[len(changes)-1])
	}
	return last
}

// inOrder sorts items as their evidence was said.
func inOrder(items []abi.Item, messages []abi.Message) {
	type place struct{ message, at int }
	places := make(map[string]int, len(messages))
	for i, m := range messages {
		places[m.ID] = i
	}
	of := func(item abi.Item) place {
		i := places[item.MessageID]
		return place{i, strings.Index(messages[i].Text, item.Evidence)}
	}
	slices.SortStableFunc(items, func(a, b abi.Item) int {
		x, y := of(a), of(b)
		return cmp.Or(cmp.Compare(x.message, y.message), cmp.Compare(x.at, y.at), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Status, b.Status))
	})
}
