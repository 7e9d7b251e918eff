package console

import (
	"fmt"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Summary is the one line that a sync prints.
func (a *App) Summary(r engine.Report) string {
	output := terminal.Inline(r.Output)
	sessions, messages := terminal.Amount(r.Sessions, "session"), terminal.Amount(r.Messages, "message")
	switch {
	case r.DryRun:
		return terminal.Both(
			fmt.Sprintf("预演：将新增 %d 条消息，共 %d 个会话，%d 条消息；没有写入任何文件", r.NewMessages, r.Sessions, r.Messages),
			fmt.Sprintf("dry run: %s would be added, %s and %s in all; nothing was written", terminal.Amount(r.NewMessages, "message"), sessions, messages),
		).In(a.Lang)
	case r.Sessions == 0:
		return terminal.Both("OpenClaw 里还没有会话", "OpenClaw has no sessions yet").In(a.Lang) + " → " + output
	}
	return terminal.Both(
		fmt.Sprintf("已同步 %d 个会话，%d 条消息，新增 %d 条", r.Sessions, r.Messages, r.NewMessages),
		fmt.Sprintf("synced %s, %s, %d new", sessions, messages, r.NewMessages),
	).In(a.Lang) + " → " + output
}
