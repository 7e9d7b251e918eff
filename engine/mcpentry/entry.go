package mcpentry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
)

const name = "session-sync"

// ErrRefused says that OpenClaw could not speak with the server.
var ErrRefused = errors.New("OpenClaw could not start the MCP server; its settings are as they were")

// Entry is ours among OpenClaw's MCP servers.
type Entry struct {
	Command string   `json:"command"`
	Args    []string `json:"args"`
}

// entry is one as OpenClaw has it, with all it holds.
type entry map[string]json.RawMessage

// Registry is OpenClaw's list of MCP servers.
type Registry struct{ CLI *openclawcli.Client }

// Registration is the command line that adds an entry.
func (r Registry) Registration(e Entry) []string { return r.CLI.Command(registration(e)...) }

func registration(e Entry) []string {
	args := []string{"mcp", "add", name, "--command", e.Command}
	for _, arg := range e.Args {
		args = append(args, "--arg", arg)
	}
	return args
}

// Find gives our entry; false when there is none.
func (r Registry) Find(ctx context.Context) (Entry, bool, error) {
	found, err := r.find(ctx)
	if found == nil || err != nil {
		return Entry{}, false, err
	}
	return found.ours(), true, nil
}

func (r Registry) find(ctx context.Context) (entry, error) {
	var found entry
	err := r.CLI.JSON(ctx, 0, &found, "mcp", "show", name, "--json")
	var refused *openclawcli.Error
	if errors.As(err, &refused) && strings.Contains(refused.Detail, "No MCP server named") {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking for the MCP server: %w", err)
	}
	return found, nil
}

// ours is what we say in an entry. What is of another type there is not ours.
func (e entry) ours() Entry {
	var found Entry
	_ = json.Unmarshal(e["command"], &found.Command)
	_ = json.Unmarshal(e["args"], &found.Args)
	return found
}

// Equal compares entries.
func (e Entry) Equal(other Entry) bool {
	return e.Command == other.Command && slices.Equal(e.Args, other.Args)
}

// Install adds our entry or changes the one that is there. The error is
// [ErrRefused] when OpenClaw can't speak with the server.
func (r Registry) Install(ctx context.Context, want Entry) error {
	was, err := r.find(ctx)
	switch {
	case err != nil:
		return err
	case was == nil:
		_, err := r.CLI.Run(ctx, registration(want)...)
		return refused(err)
	case was.ours().Equal(want):
		return nil
	}
	if err := r.set(ctx, was.with(want)); err != nil {
		return err
	}
	if _, err := r.CLI.Run(ctx, "mcp", "probe", name); err != nil {
		// Also when we are called off: the settings must not stay half done.
		return errors.Join(refused(err), r.set(context.WithoutCancel(ctx), was))
	}
	return nil
}

// with changes program and arguments and leaves everything else.
func (e entry) with(want Entry) entry {
	changed := entry{}
	for key, value := range e {
		changed[key] = value
	}
	changed["command"], _ = json.Marshal(want.Command) // strings
	changed["args"], _ = json.Marshal(want.Args)
	return changed
}

func (r Registry) set(ctx context.Context, e entry) error {
	text, err := json.Marshal(e)
	if err == nil {
		_, err = r.CLI.Run(ctx, "mcp", "set", name, string(text))
	}
	if err != nil {
		return fmt.Errorf("changing the MCP server: %w", err)
	}
	return nil
}

// refused marks the errors of a probe. One without an exit code is none: openclaw
// itself did not end.
func refused(err error) error {
	var failed *openclawcli.Error
	if errors.As(err, &failed) && failed.Exit > 0 {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}

// Remove takes our entry out.
func (r Registry) Remove(ctx context.Context) error {
	if _, err := r.CLI.Run(ctx, "mcp", "unset", name); err != nil {
		return fmt.Errorf("removing the MCP server: %w", err)
	}
	return nil
}
