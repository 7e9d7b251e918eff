package upkeep

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Server is what mcp install --json and mcp remove --json print.
type Server struct {
	SchemaVersion int    `json:"schema_version"`
	Outcome       string `json:"outcome"` // created, updated, unchanged, removed or absent
	engine.ServerEntry
}

// InstallServer is the verb of mcp that makes the server known to OpenClaw.
func InstallServer() console.Command {
	return serverVerb("install", installServer,
		terminal.Both("在 OpenClaw 中登记 MCP 服务", "make the MCP server known to OpenClaw"),
		terminal.Both("把 session-sync mcp 加入 OpenClaw 的 MCP 服务。OpenClaw 会先启动它试一次，失败时不作任何改动。没有终端时需要 --yes。",
			"Adds session-sync mcp to OpenClaw's MCP servers. OpenClaw starts it to try it; where that fails, nothing is changed. Without a terminal it takes --yes."))
}

// RemoveServer is the verb of mcp that takes the server out again.
func RemoveServer() console.Command {
	return serverVerb("remove", removeServer,
		terminal.Both("从 OpenClaw 中移除 MCP 服务", "take it out of OpenClaw again"),
		terminal.Both("从 OpenClaw 的 MCP 服务中移除 session-sync。没有终端时需要 --yes。", "Takes session-sync out of OpenClaw's MCP servers. Without a terminal it takes --yes."))
}

func serverVerb(name string, do func(a *console.App, yes bool) (Server, error), summary, about terminal.Phrase) console.Command {
	return console.Command{
		Name: name, Summary: summary, About: about,
		Examples: [2]string{"session-sync mcp " + name, "session-sync mcp " + name + " --yes --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var yes bool
			console.AddYes(flags, &yes)
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				server, err := do(a, yes)
				if err != nil {
					return err
				}
				if *asJSON {
					return a.PrintJSON(server)
				}
				told := map[string]terminal.Phrase{
					"created":   terminal.Both("已登记", "registered"),
					"updated":   terminal.Both("已更新", "updated"),
					"unchanged": terminal.Both("已经登记过，没有变化", "already registered, unchanged"),
					"removed":   terminal.Both("已移除", "removed"),
					"absent":    terminal.Both("没有登记过", "was not registered"),
				}[server.Outcome]
				fmt.Fprintf(a.Stdout, terminal.Both("OpenClaw 的 MCP 服务 session-sync %s\n", "MCP server session-sync of OpenClaw: %s\n").In(a.Lang), told.In(a.Lang))
				return nil
			}
		},
	}
}

func installServer(a *console.App, yes bool) (Server, error) {
	u, err := open(a)
	if err != nil {
		return Server{}, err
	}
	was, found, err := u.FindServer(a.Ctx)
	if err != nil {
		return Server{}, err
	}
	server := Server{1, "created", u.Server()}
	switch {
	case found && was.Equal(server.ServerEntry):
		server.Outcome = "unchanged"
		return server, nil
	case found:
		server.Outcome = "updated"
	}
	if !yes {
		show := func() { fmt.Fprintln(a.Stderr, terminal.Inline(engine.CommandLine(u.ServerStep()...))) }
		if err := ask(a, show, terminal.Both("登记吗？", "Register it?")); err != nil {
			return Server{}, err
		}
	}
	return server, u.InstallServer(a.Ctx)
}

func removeServer(a *console.App, yes bool) (Server, error) {
	u, err := open(a)
	if err != nil {
		return Server{}, err
	}
	was, found, err := u.FindServer(a.Ctx)
	if err != nil || !found {
		return Server{1, "absent", engine.ServerEntry{Args: []string{}}}, err
	}
	if !yes {
		if err := a.Confirm(terminal.Both("从 OpenClaw 中移除 session-sync 吗？", "Take session-sync out of OpenClaw?")); err != nil {
			return Server{}, err
		}
	}
	return Server{1, "removed", engine.MaskedServer(was)}, u.RemoveServer(a.Ctx)
}
