package sdk

import (
	"errors"
	"slices"
	"strconv"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Run shows the batches to a plugin as a host does, and gives the items that the
// archive would hold then: session by session, in the order of their first
// appearance, one for each Key, without those that were withdrawn. It is for the tests of a
// plugin.
//
// Messages of one batch are handed over in several when they are too many for
// one; a state is kept from batch to batch of one session, and the State of a
// batch counts where nothing is kept yet. The first error of the plugin ends the
// run, and so does an item that a host would refuse; a panic of the plugin is
// not caught. What was logged is dropped.
func Run(plugin Plugin, batches ...Batch) ([]Item, error) {
	manifest := plugin.Manifest()
	if err := abi.CheckManifests([]Manifest{manifest}); err != nil {
		return nil, err
	}
	type name struct{ agent, key string }
	sessions := map[name]*archived{}
	var order []*archived
	for n, batch := range batches {
		batch.Plugin = manifest.Name
		of := name{batch.Session.Agent, batch.Session.Key}
		s := sessions[of]
		if s == nil {
			s = &archived{state: batch.State, shown: map[string]string{}}
			sessions[of] = s
			order = append(order, s)
		}
		for _, part := range batch.Split() {
			if err := s.run(plugin, part); err != nil {
				return nil, errors.New("batch " + strconv.Itoa(n) + ": " + err.Error())
			}
		}
	}
	var items []Item
	for _, s := range order {
		items = append(items, s.items...)
	}
	return items, nil
}

// archived is what a host keeps of a session.
type archived struct {
	state []byte
	shown map[string]string // texts of messages by id
	items []Item
}

// run takes a batch through the bytes of the contract, as it would go.
func (s *archived) run(plugin Plugin, part Batch) error {
	part.State = s.state
	batch, err := abi.Decode(part.Append(nil))
	if err != nil {
		return err
	}
	result, err := answer(plugin, batch)
	if err != nil {
		return err
	}
	stateless := result
	stateless.State = nil
	if n := len(appendResult(nil, stateless)); n > abi.MaxResult {
		return errors.New("the result has " + strconv.Itoa(n) + " bytes beside its state; at most " + strconv.Itoa(abi.MaxResult) + " are allowed")
	}
	for _, m := range batch.Messages {
		s.shown[m.ID] = m.Text
	}
	err = abi.Check(result, func(id string) (string, bool) {
		text, ok := s.shown[id]
		return text, ok
	})
	if err != nil {
		return err
	}
	// The state is the plugin's own memory: what it writes there later must not show.
	s.state = append([]byte(nil), result.State...)
	for _, item := range result.Items {
		s.put(item)
	}
	return nil
}

func (s *archived) put(item Item) {
	at := slices.IndexFunc(s.items, func(old Item) bool { return old.Key == item.Key })
	switch {
	case item.Status == abi.StatusWithdrawn && at >= 0:
		s.items = slices.Delete(s.items, at, at+1)
	case item.Status == abi.StatusWithdrawn:
	case at >= 0:
		s.items[at] = item
	default:
		s.items = append(s.items, item)
	}
}
