package sdk

import (
	"strings"
	"time"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// What host and plugin exchange; the fields are described in sdk/abi.
type (
	Manifest = abi.Manifest
	Batch    = abi.Batch
	Session  = abi.Session
	Message  = abi.Message
	Item     = abi.Item
)

// Layouts of [Item.Due], for [time.Time.Format] of a [LocalTime].
const (
	DueDate   = abi.DueDate
	DueMinute = abi.DueMinute
)

// Plugin reads the new messages of one session at a time.
//
// OnSync gets each message once, in order, in batches whose sizes say nothing:
// what it has to remember it keeps in [Context.SetState]. The same messages in
// other batches should give the same items. An error, like a panic, loses what
// was emitted for this batch; the host shows the batch again at another run.
type Plugin interface {
	Manifest() Manifest
	OnSync(ctx *Context, batch Batch) error
}

// registered is the one variable of this package that changes: the exports of a
// module take no arguments, so the plugin has to be found without one.
var registered []Plugin

// Register adds a plugin to the module. Call it in an init function: the main
// function of a plugin is never run. A module that is to be installed holds one
// plugin.
func Register(plugin Plugin) { registered = append(registered, plugin) }

// LocalTime is when the message was said, on the clock of where its owner was.
// It is the zero Time when unknown.
func LocalTime(m Message) time.Time {
	if m.Time == 0 {
		return time.Time{}
	}
	return time.UnixMilli(m.Time).In(time.FixedZone("", int(m.Offset)))
}

// Context is what a plugin answers to one batch. It is of no use after OnSync
// returned, and not safe for concurrent use.
type Context struct {
	state []byte
	items []Item
	log   strings.Builder
}

// State is what the plugin kept of this session, nil at its beginning.
func (c *Context) State() []byte { return c.state }

// SetState keeps state, at most [abi.MaxState] bytes, for the next batch of this
// session. Without a call the state stays as it is.
func (c *Context) SetState(state []byte) { c.state = state }

// Emit adds an item, or replaces an earlier one of this session with its Key.
// Its message may be one of an earlier batch. The host refuses an item whose
// Evidence does not stand in its message.
func (c *Context) Emit(item Item) { c.items = append(c.items, item) }

// Withdraw takes back the item of this session with the key.
func (c *Context) Withdraw(key string) {
	c.items = append(c.items, Item{Key: key, Status: abi.StatusWithdrawn})
}

// Log adds a line for the author of the plugin. The host keeps the first 64 KiB
// of a batch.
func (c *Context) Log(line string) {
	const most = 64 << 10
	if line = line + "\n"; c.log.Len()+len(line) <= most {
		c.log.WriteString(line)
	}
}

// answer lets the plugin see one batch.
func answer(plugin Plugin, batch Batch) (abi.Result, error) {
	ctx := &Context{state: batch.State}
	if err := plugin.OnSync(ctx, batch); err != nil {
		return abi.Result{}, err
	}
	return abi.Result{State: ctx.state, Items: ctx.items, Log: ctx.log.String()}, nil
}
