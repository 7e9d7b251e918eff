package sdk

import (
	"errors"
	"strconv"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Run shows the batches to a plugin as a host does, and gives the items that the
// archive would hold then: in the order of their first appearance, one for each
// Key of a session. It is for the tests of a plugin.
//
// Messages of one batch are handed over in several when they are too many for
// one; a state is kept from batch to batch of one session, and the State of a
// batch counts where nothing is kept yet. The first error of the plugin ends the
// run, and so does an item that a host would refuse; a panic of the plugin is
// not caught. What was logged is dropped.
func Run(plugin Plugin, batches ...Batch) ([]Item, error) {
	if err := abi.CheckManifest(plugin.Manifest()); err != nil {
		return nil, err
	}
	type session struct{ agent, key string }
	type slot struct {
		session
		item string
	}
	states := map[session][]byte{}
	slots := map[slot]int{}
	var items []Item
	for n, batch := range batches {
		of := session{batch.Session.Agent, batch.Session.Key}
		for _, part := range split(batch) {
			if state, kept := states[of]; kept {
				part.State = state
			}
			result, err := runPart(plugin, part)
			if err != nil {
				return nil, errors.New("batch " + strconv.Itoa(n) + ": " + err.Error())
			}
			states[of] = result.State
			for _, item := range result.Items {
				at, known := slots[slot{of, item.Key}]
				if !known {
					slots[slot{of, item.Key}] = len(items)
					items = append(items, item)
					continue
				}
				items[at] = item
			}
		}
	}
	return items, nil
}

// runPart takes a batch through the bytes of the contract, as it would go.
func runPart(plugin Plugin, part Batch) (abi.Result, error) {
	batch, err := abi.Decode(part.Append(nil))
	if err != nil {
		return abi.Result{}, err
	}
	result, err := answer(plugin, batch)
	if err != nil {
		return abi.Result{}, err
	}
	stateless := result
	stateless.State = nil
	if n := len(appendResult(nil, stateless)); n > abi.MaxResult {
		return abi.Result{}, errors.New("the result has " + strconv.Itoa(n) + " bytes beside its state; at most " + strconv.Itoa(abi.MaxResult) + " are allowed")
	}
	if err := abi.Check(batch, result); err != nil {
		return abi.Result{}, err
	}
	// State is the plugin's own memory: what it writes there later must not show.
	result.State = append([]byte(nil), result.State...)
	return result, nil
}

// split cuts a batch where a host does: as many messages as [abi.MaxBatch] has
// room for beside the session, and at least one. The state is not counted.
func split(batch Batch) []Batch {
	empty := len(Batch{}.Append(nil))
	head := len(Batch{Session: batch.Session}.Append(nil))
	var parts []Batch
	size := 0
	for i, m := range batch.Messages {
		more := len(Batch{Messages: []Message{m}}.Append(nil)) - empty
		if i == 0 || size+more > abi.MaxBatch {
			parts = append(parts, Batch{Session: batch.Session, State: batch.State})
			size = head
		}
		size += more
		last := &parts[len(parts)-1]
		last.Messages = append(last.Messages, m)
	}
	return parts
}
