package sdk

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
	if err := checkManifest(plugin.Manifest()); err != nil {
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
	if _, err := encodeResult(result); err != nil {
		return abi.Result{}, err
	}
	for i, item := range result.Items {
		if problem := checkItem(batch, item); problem != "" {
			return abi.Result{}, errors.New("item " + strconv.Itoa(i) + ": " + problem)
		}
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

func checkManifest(m Manifest) error {
	if m.Name == "" || len(m.Name) > 40 || strings.ContainsFunc(m.Name, notInName) {
		return errors.New("manifest: the name must be 1 to 40 of a-z, 0-9 and dashes")
	}
	if m.Version == "" {
		return errors.New("manifest: the version is missing")
	}
	if n := len(appendManifest(nil, m)); n > abi.MaxManifest {
		return tooMuch("manifest", n, "bytes", abi.MaxManifest)
	}
	return nil
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
}

// checkItem says what a host would refuse, without the text it is about.
func checkItem(batch Batch, item Item) string {
	for _, s := range append([]string{item.Key, item.Kind, item.Title, item.Body, item.Resolves}, item.Tags...) {
		if !utf8.ValidString(s) {
			return "a text is not UTF-8"
		}
	}
	if item.Key == "" || item.Kind == "" || item.Title == "" {
		return "key, kind and title must be there"
	}
	if item.Score < 0 || item.Score > 100 {
		return "the score must be 0 to 100"
	}
	if !slices.Contains(abi.Owners, item.Owner) {
		return "the owner must be user, agent or other"
	}
	if !slices.Contains(abi.Statuses, item.Status) {
		return "the status must be open, done, cancelled or withdrawn"
	}
	if item.Due != "" && !abi.IsDue(item.Due) {
		return "the due date must be like " + DueDate + " or " + DueMinute
	}
	for _, m := range batch.Messages {
		if m.ID == item.MessageID {
			if item.Evidence == "" || !strings.Contains(m.Text, item.Evidence) {
				return "the evidence does not stand in the message"
			}
			return ""
		}
	}
	return "the message is not one of the batch"
}
