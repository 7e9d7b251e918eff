package builtin

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// Version of the built-in plugins. Raise it with every change of what they find:
// hosts then read all sessions anew.
const Version = "1.1.0"

// Plugin gives the items of some types.
type Plugin struct {
	manifest  sdk.Manifest
	extractor *extract.Extractor
}

// New makes a plugin of the embedded model.
func New(manifest sdk.Manifest, types ...extract.Type) (*Plugin, error) {
	extractor, err := extract.New()
	if err != nil {
		return nil, err
	}
	manifest.Version = Version
	return &Plugin{manifest, extractor.Only(types...)}, nil
}

// Manifest implements [sdk.Plugin].
func (p *Plugin) Manifest() sdk.Manifest { return p.manifest }

// OnSync implements [sdk.Plugin].
func (p *Plugin) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
	s := p.extractor.Session()
	if state := ctx.State(); len(state) > 0 {
		var err error
		if s, err = p.extractor.Resume(state); err != nil {
			return err
		}
	}
	for i := range batch.Messages {
		s.Add(heard(&batch.Messages[i]))
	}
	for _, change := range s.Settle() {
		report(ctx, change)
	}
	ctx.SetState(s.State())
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
