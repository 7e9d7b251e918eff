package authoring

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Outcome says how a plugin did with one fixture.
type Outcome struct {
	Fixture string // name of the file without .json
	Found   int    // items
	// Difference has a line for each item that differs: "- " and what was wanted,
	// or "+ " and what was found, as JSON, in the order of the conversation.
	Difference []string
	// Split has the same when message by message ("+ ") the plugin finds something
	// else than in one go ("- ").
	Split []string
	// Err is what the plugin failed with; nothing else is known then.
	Err error
}

// Passed reports whether the plugin found what it had to.
func (o Outcome) Passed() bool { return o.Err == nil && len(o.Difference) == 0 && len(o.Split) == 0 }

// Test shows a plugin the conversations of dir/fixtures/*.json, each in one go
// and again message by message. A file is
//
//	{
//	  "session": {"agent":"main","key":"agent:main:main","channel":"telegram","kind":"direct","title":"","time_zone":""},
//	  "messages": [
//	    {"id":"1","role":"user","time":"2026-03-02T09:00:00+08:00","sender":"","channel":"","origin":"owner","class":"","text":"决定：用 Go。"}
//	  ],
//	  "want": [
//	    {"kind":"decision","evidence":"决定：用 Go。"}
//	  ]
//	}
//
// where only id and role of a message have to be there; the origin is then owner
// for a user and agent for an assistant. Wanted are the items that an archive
// would hold in the end, in the order in which their evidence was said; of each,
// the fields that are written are compared. Withdrawn items are not there.
//
// The outcomes are in the order of the names. The error is for fixtures that can
// not be read.
func Test(ctx context.Context, module Runner, dir string) ([]Outcome, error) {
	list, err := fixtures(dir)
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, f := range list {
		outcome := f.test(ctx, module)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func (f fixture) test(ctx context.Context, module Runner) Outcome {
	outcome := Outcome{Fixture: f.name()}
	whole, err := f.items(ctx, module, f.batch)
	if err != nil {
		outcome.Err = err
		return outcome
	}
	var single []abi.Batch
	for _, m := range f.batch.Messages {
		single = append(single, abi.Batch{Session: f.batch.Session, Messages: []abi.Message{m}})
	}
	parts, err := f.items(ctx, module, single...)
	if err != nil {
		outcome.Err = fmt.Errorf("message by message: %w", err)
		return outcome
	}
	outcome.Found = len(whole)
	outcome.Difference = difference(f.file.Want, whole, matches)
	outcome.Split = difference(encoded(whole), parts, equals)
	return outcome
}

// items gives what an archive would hold in the end.
func (f fixture) items(ctx context.Context, module Runner, batches ...abi.Batch) ([]abi.Item, error) {
	found, err := find(ctx, module, batches...)
	if err != nil {
		return nil, err
	}
	items := found.final()
	inOrder(items, f.batch.Messages)
	return items, nil
}

// difference compares two lists that are in the same order.
func difference(want []json.RawMessage, got []abi.Item, same func(json.RawMessage, abi.Item) bool) []string {
	var lines []string
	next := 0
	for _, wanted := range want {
		at := next
		for at < len(got) && !same(wanted, got[at]) {
			at++
		}
		if at == len(got) {
			lines = append(lines, "- "+string(appendJSON(nil, wanted)))
			continue
		}
		for ; next < at; next++ {
			lines = append(lines, "+ "+string(encode(got[next])))
		}
		next++
	}
	for ; next < len(got); next++ {
		lines = append(lines, "+ "+string(encode(got[next])))
	}
	return lines
}

// matches reports whether writing the wanted fields over an item changes nothing.
func matches(wanted json.RawMessage, got abi.Item) bool {
	over := got
	over.Tags = slices.Clone(got.Tags)
	if json.Unmarshal(wanted, &over) != nil {
		return false
	}
	return equals(encode(over), got)
}

func equals(wanted json.RawMessage, got abi.Item) bool { return bytes.Equal(wanted, encode(got)) }

// Update writes into the fixtures of dir what the plugin finds in one go, and
// returns the names of those that it changed. It says what a plugin does, not
// whether that is right: look at the changes.
func Update(ctx context.Context, module Runner, dir string) ([]string, error) {
	list, err := fixtures(dir)
	if err != nil {
		return nil, err
	}
	var changed []string
	for _, f := range list {
		items, err := f.items(ctx, module, f.batch)
		if err != nil {
			return changed, fmt.Errorf("fixture %q: %w", f.name(), err)
		}
		written, err := atomicfile.Write(f.path, 0o644, func(out io.Writer) error {
			_, err := out.Write(f.wanting(items))
			return err
		})
		if err != nil {
			return changed, fmt.Errorf("writing the fixture %q: %w", f.name(), err)
		}
		if written {
			changed = append(changed, f.name())
		}
	}
	return changed, nil
}
