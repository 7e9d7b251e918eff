package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/cmd/session-sync/upkeep"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/manifest"
	"github.com/smallccwc/chronosync/engine/mcp"
)

func mcpCommand() console.Command {
	return console.Command{
		Name:     "mcp",
		Operands: "[VERB]",
		Summary:  terminal.Both("通过 MCP 供助手查询", "answer assistants over MCP"),
		About: terminal.Both(
			"在标准输入输出上提供 MCP 服务（Model Context Protocol），供助手查询存档。只读；由 OpenClaw 等程序启动，不必手动运行；install 把它登记到 OpenClaw。",
			"Answers questions of assistants on stdin and stdout, by the Model Context Protocol. It only reads; OpenClaw and other programs start it, people need not; install makes it known to OpenClaw.",
		),
		Examples: [2]string{"session-sync mcp install", "session-sync mcp --state-dir ~/.openclaw-work"},
		Commands: []console.Command{upkeep.InstallServer(), upkeep.RemoveServer()},
		Setup: func(*pflag.FlagSet) console.Action {
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return mcp.Serve(a.Ctx, a.Stdin, a.Stdout, mcp.Options{
					Version: manifest.Version, Now: a.Now, Local: a.Local,
					Open: func() (mcp.Archive, error) { return openServed(a) },
					Explain: func(err error) mcp.Failure {
						f := a.Failure(err)
						return mcp.Failure{Code: f.Code, Message: f.Message, Hint: f.Hint}
					},
				})
			}
		},
	}
}

// served is the installation as agents see it.
type served struct{ *engine.Engine }

// openServed finds the installation for one call. Calls run at once, so nothing
// of the run changes.
func openServed(a *console.App) (mcp.Archive, error) {
	if err := a.CheckNamedSettings(); err != nil {
		return nil, err
	}
	e, err := engine.Open(a.Options(""))
	return served{e}, err
}

// servedState is what the tool status tells.
type servedState struct {
	state
	NotRead     int  `json:"not_read"`     // all there is in skipped
	Truncated   bool `json:"truncated"`    // skipped is only its beginning
	ForRequired bool `json:"for_required"` // groups are archived
}

// Status implements [mcp.Archive].
func (s served) Status(ctx context.Context, mostSkipped int) (any, error) {
	now, _, err := stateOf(ctx, s.Engine)
	if err != nil {
		return nil, err
	}
	told := servedState{state: now, NotRead: len(now.Skipped), Truncated: len(now.Skipped) > mostSkipped}
	told.Skipped = now.Skipped[:min(mostSkipped, len(now.Skipped))]
	if told.ForRequired, err = s.Groups(ctx); errors.Is(err, engine.ErrNoArchive) {
		err = nil
	}
	if told.ForRequired { // names of files are session ids, and nobody says who asks
		for i := range told.Skipped {
			told.Skipped[i].Source = ""
		}
	}
	return told, err
}
