package upkeep

import (
	"context"
	"fmt"

	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/mcpentry"
	"github.com/smallccwc/chronosync/engine/redact"
)

// Server is the entry that makes OpenClaw start the program as an MCP server.
func (u *Upkeep) Server() mcpentry.Entry {
	return mcpentry.Entry{Command: u.opt.Program, Args: append([]string{"mcp"}, u.opt.Args...)}
}

// MaskedServer is an entry of people's own making, fit to be told.
func MaskedServer(e mcpentry.Entry) mcpentry.Entry {
	mask := redact.Mask()
	return mcpentry.Entry{Command: mask(e.Command), Args: maskedWords(mask, e.Args)}
}

// ServerStep is the command line that registers the server.
func (u *Upkeep) ServerStep() []string {
	if u.cli == nil {
		return nil
	}
	return u.servers.Registration(u.Server())
}

// FindServer gives the entry that OpenClaw has; false when it has none.
func (u *Upkeep) FindServer(ctx context.Context) (mcpentry.Entry, bool, error) {
	if u.cli == nil {
		return mcpentry.Entry{}, false, openclawcli.ErrMissing
	}
	return u.servers.Find(ctx)
}

// InstallServer makes [Upkeep.Server] known to OpenClaw. The error is
// [mcpentry.ErrRefused] when OpenClaw can't speak with it; nothing is changed then.
func (u *Upkeep) InstallServer(ctx context.Context) error {
	if doctor.Transient(u.opt.Program) {
		return fmt.Errorf("%w: %q", ErrTransient, u.opt.Program)
	}
	return u.servers.Install(ctx, u.Server())
}

// RemoveServer takes the entry out.
func (u *Upkeep) RemoveServer(ctx context.Context) error { return u.servers.Remove(ctx) }
