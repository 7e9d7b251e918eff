package harvest

import (
	"context"
	"errors"
	"slices"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Module runs one batch and gives a checked result. earlier gives the texts of
// messages of the session that stood in earlier batches. An error that has a
// method TooMuch which says so is for a batch that is better shown in parts.
type Module interface {
	Run(ctx context.Context, batch abi.Batch, earlier func(messageID string) (string, bool)) (abi.Result, error)
}

// Reading takes a plugin through a session.
type Reading struct {
	Module  Module
	Plugin  string // its name
	Session abi.Session
	State   []byte // nil before the first message; what the plugin gave last afterwards
	// Earlier finds a message of the session that the plugin was shown before
	// the pages of this reading.
	Earlier func(messageID string) (session.Message, bool, error)
	// Redact takes secrets and personal data out of a text.
	Redact func(text string) string
}

// Show shows a page from one of its messages on, and returns what changed: items
// to be kept under their keys, and withdrawn ones, in order. After an error
// nothing of the page counts, and State is as it was.
func (r *Reading) Show(ctx context.Context, page *Page, from int) ([]session.Item, error) {
	before := r.State
	var items []session.Item
	batch := abi.Batch{Session: r.Session, Messages: page.shown[from:]}
	for rest := batch.Split(); len(rest) > 0; {
		found, err := r.showPart(ctx, page, rest[0])
		switch {
		case err == nil:
			items, rest = append(items, found...), rest[1:]
		case isTooMuch(err) && len(rest[0].Messages) > 1:
			first, second := halves(rest[0])
			rest = slices.Concat([]abi.Batch{first, second}, rest[1:])
		default:
			r.State = before
			return nil, err
		}
	}
	return items, nil
}

// isTooMuch reports whether an error of [Module.Run] says that an answer is
// larger than the ABI lets it be. How many messages a batch has is the host's
// choice, so a plugin that finds something in most of them is not to blame.
func isTooMuch(err error) bool {
	var fault interface{ TooMuch() bool }
	return errors.As(err, &fault) && fault.TooMuch()
}

func halves(batch abi.Batch) (first, second abi.Batch) {
	first, second = batch, batch
	middle := len(batch.Messages) / 2
	first.Messages, second.Messages = batch.Messages[:middle], batch.Messages[middle:]
	return first, second
}

func (r *Reading) showPart(ctx context.Context, page *Page, part abi.Batch) ([]session.Item, error) {
	part.State = r.State
	var looking error
	source := func(id string) (session.Message, bool) {
		if m, there := page.message(id); there {
			return m, true
		}
		m, there, err := r.Earlier(id)
		if err != nil {
			looking = err
		}
		return m, there
	}
	result, err := r.Module.Run(ctx, part, func(id string) (string, bool) {
		m, there := source(id)
		return abi.Shown(m.Text), there
	})
	if looking != nil { // the archive's fault, whatever became of the plugin
		return nil, looking
	}
	if err != nil {
		return nil, err
	}
	items := make([]session.Item, 0, len(result.Items))
	for i := range result.Items {
		found := &result.Items[i]
		if found.Status == abi.StatusWithdrawn {
			items = append(items, session.Item{Plugin: r.Plugin, Key: found.Key, Status: session.StatusWithdrawn})
			continue
		}
		m, _ := source(found.MessageID)
		items = append(items, r.item(found, m))
	}
	r.State = result.State
	return items, looking
}

// item is what a plugin found, with what the archive knows of its message.
func (r *Reading) item(found *abi.Item, m session.Message) session.Item {
	it := session.Item{
		Plugin: r.Plugin, Key: found.Key, Kind: found.Kind,
		MessageID: found.MessageID, Time: m.Time, Channel: m.Channel, Sender: m.Sender, Origin: m.Origin,
		Evidence: r.Redact(found.Evidence), Title: r.Redact(found.Title), Body: r.Redact(found.Body),
		Owner: session.Owner(found.Owner), Due: found.Due, Status: session.Status(found.Status), Resolves: found.Resolves,
		Score: found.Score,
	}
	if it.Channel == "" {
		it.Channel = r.Session.Channel
	}
	if it.Origin.Foreign() && it.Owner == session.OwnerAgent {
		it.Owner = ""
	}
	for _, tag := range found.Tags {
		it.Tags = append(it.Tags, r.Redact(tag))
	}
	return it
}
