package reader

import (
	"bytes"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// Version of the built-in plugins. Raise it with every change of what they find
// or keep: hosts then read all sessions anew.
const Version = "1.2.0"

// Reader reads batches for all plugins of the module. Use one goroutine at a time.
type Reader struct {
	extractor *extract.Extractor
	last      *reading // nil before the first
}

// reading is what a batch had in it, and what came of it.
type reading struct {
	state    []byte
	messages []sdk.Message
	changes  []extract.Change
	after    []byte // state
}

// is tells whether a batch is the one that was read. The SDK takes equal messages
// apart once, so their texts stand in the same place and are equal at a glance.
func (r *reading) is(state []byte, messages []sdk.Message) bool {
	return bytes.Equal(r.state, state) && slices.Equal(r.messages, messages)
}

// New makes a reader with the embedded model.
func New() (*Reader, error) {
	extractor, err := extract.New()
	if err != nil {
		return nil, err
	}
	return &Reader{extractor: extractor}, nil
}

// read gives what changed by messages, and the state behind them.
func (r *Reader) read(state []byte, messages []sdk.Message) (*reading, error) {
	if last := r.last; last != nil && last.is(state, messages) {
		return last, nil
	}
	s := r.extractor.Session()
	if len(state) > 0 {
		var err error
		if s, err = r.extractor.Resume(state); err != nil {
			return nil, err
		}
	}
	for i := range messages {
		s.Add(heard(&messages[i]))
	}
	r.last = &reading{state: state, messages: messages, changes: s.Settle(), after: s.State()}
	return r.last, nil
}

// Plugin is a plugin that gives the items of some types.
func (r *Reader) Plugin(manifest sdk.Manifest, types ...extract.Type) sdk.Plugin {
	manifest.Version = Version
	return &plugin{manifest, types, r}
}

type plugin struct {
	manifest sdk.Manifest
	types    []extract.Type
	reader   *Reader
}

// Manifest implements [sdk.Plugin].
func (p *plugin) Manifest() sdk.Manifest { return p.manifest }

// OnSync implements [sdk.Plugin].
func (p *plugin) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
	found, err := p.reader.read(ctx.State(), batch.Messages)
	if err != nil {
		return err
	}
	for _, change := range found.changes {
		if slices.Contains(p.types, change.Item.Type) {
			report(ctx, change)
		}
	}
	ctx.SetState(found.after)
	return nil
}

func heard(m *sdk.Message) extract.Message {
	role := extract.User
	if m.Role == "assistant" {
		role = extract.Agent
	}
	origin := extract.Owner
	switch m.Origin {
	case "other":
		origin = extract.Other
	case "external":
		origin = extract.External
	case "agent":
		origin = extract.FromAgent
	}
	return extract.Message{
		ID: m.ID, Role: role, Origin: origin, Text: m.Text,
		At: extract.Moment{Unix: m.Time / 1000, Offset: m.Offset},
	}
}

// Scores of the tiers.
const (
	mainScore      = 80
	suggestedScore = 30
)

func report(ctx *sdk.Context, change extract.Change) {
	found := change.Item
	if change.Withdrawn {
		ctx.Withdraw(safeKey(found.Key))
		return
	}
	item := sdk.Item{
		Key: safeKey(found.Key), MessageID: found.Message, Evidence: found.Text, Title: sdk.Title(found.Text),
		Body: sdk.Title(found.About), Due: found.Due, Owner: owners[found.Doer], Score: suggestedScore,
	}
	if found.Tier == extract.Main {
		item.Score = mainScore
	}
	if found.Closes != "" {
		item.Resolves = safeKey(found.Closes)
	}
	item.Kind, item.Status = said(found.Type)
	ctx.Emit(item)
}

var owners = [...]string{extract.Nobody: "", extract.ByUser: "user", extract.ByAgent: "agent", extract.ByOther: "other"}

func said(t extract.Type) (kind, status string) {
	switch t {
	case extract.Decision:
		return "decision", ""
	case extract.Knowledge:
		return "knowledge", ""
	case extract.Preference:
		return "preference", ""
	case extract.TodoDone:
		return "todo", "done"
	case extract.TodoCancelled:
		return "todo", "cancelled"
	}
	return "todo", "open"
}

// safeKey is the key of an item with a digest in the place of the id of its
// message, which may hold anything and have any length.
func safeKey(key string) string {
	place := strings.LastIndexByte(key, ':')
	name := strings.LastIndexByte(key[:max(place, 0)], ':')
	if name < 0 {
		return key
	}
	h := fnv.New64a()
	h.Write([]byte(key[:name]))
	return strconv.FormatUint(h.Sum64(), 36) + key[name:]
}
