package harvest

import (
	"context"
	"errors"

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
	Module Module
	Plugin string // its name
	State  []byte // nil before the first message; what the plugin gave last afterwards
	// Earlier finds a message of the session that the plugin was shown before
	// the pages of this reading.
	Earlier func(messageID string) (session.Message, bool, error)
	// Redact takes secrets and personal data out of a text.
	Redact func(text string) string
}

// Outcome is what came of showing a page to a plugin.
type Outcome struct {
	Items []session.Item // to be kept under their keys, and withdrawn ones, in order
	Err   error          // then nothing of the page counts, and the reading's State is as it was
}

// Turn is a reading that a page has news for.
type Turn struct {
	*Reading
	Seen int // messages of the page that the plugin has seen already
}

// Show shows a page to plugins. They get a part of it one after the other, then
// the next part: so a module of several plugins has to work out only once what
// they all need.
func Show(ctx context.Context, page *Page, turns ...Turn) []Outcome {
	outcomes := make([]Outcome, len(turns))
	before := make([][]byte, len(turns))
	for i, t := range turns {
		before[i] = t.State
	}
	first := 0 // message of the part
	for _, part := range page.parts {
		for i, t := range turns {
			seen := max(0, t.Seen-first)
			if outcomes[i].Err == nil && seen < len(part.Messages) {
				outcomes[i].add(t.show(ctx, page, part.Session, part.Messages[seen:]))
			}
		}
		first += len(part.Messages)
	}
	for i, t := range turns {
		if outcomes[i].Err != nil {
			outcomes[i].Items, t.State = nil, before[i]
		}
	}
	return outcomes
}

func (o *Outcome) add(items []session.Item, err error) {
	o.Items, o.Err = append(o.Items, items...), err
}

// show shows messages at once, or in halves when the answer is too much for one.
func (r *Reading) show(ctx context.Context, page *Page, of abi.Session, messages []abi.Message) ([]session.Item, error) {
	items, err := r.showOnce(ctx, page, abi.Batch{Session: of, Plugin: r.Plugin, State: r.State, Messages: messages})
	if !isTooMuch(err) || len(messages) == 1 {
		return items, err
	}
	middle := len(messages) / 2
	items, err = r.show(ctx, page, of, messages[:middle])
	if err != nil {
		return nil, err
	}
	more, err := r.show(ctx, page, of, messages[middle:])
	return append(items, more...), err
}

// isTooMuch reports whether an error of [Module.Run] says that an answer is
// larger than the ABI lets it be. How many messages a batch has is the host's
// choice, so a plugin that finds something in most of them is not to blame.
func isTooMuch(err error) bool {
	var fault interface{ TooMuch() bool }
	return errors.As(err, &fault) && fault.TooMuch()
}

func (r *Reading) showOnce(ctx context.Context, page *Page, part abi.Batch) ([]session.Item, error) {
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
		items = append(items, r.item(found, part.Session, m))
	}
	r.State = result.State
	return items, looking
}

// item is what a plugin found, with what the archive knows of its message.
func (r *Reading) item(found *abi.Item, of abi.Session, m session.Message) session.Item {
	it := session.Item{
		Plugin: r.Plugin, Key: found.Key, Kind: found.Kind,
		MessageID: found.MessageID, Time: m.Time, Channel: m.Channel, Sender: m.Sender, Origin: m.Origin,
		Evidence: r.Redact(found.Evidence), Title: r.Redact(found.Title), Body: r.Redact(found.Body),
		Owner: session.Owner(found.Owner), Due: found.Due, Status: session.Status(found.Status), Resolves: found.Resolves,
		Score: found.Score,
	}
	if it.Channel == "" {
		it.Channel = of.Channel
	}
	if it.Origin.Foreign() && it.Owner == session.OwnerAgent {
		it.Owner = ""
	}
	for _, tag := range found.Tags {
		it.Tags = append(it.Tags, r.Redact(tag))
	}
	return it
}
