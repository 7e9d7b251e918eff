package mcp

import (
	"context"
	"slices"

	"github.com/smallccwc/chronosync/engine/query"
)

// tool is one that agents can call.
type tool struct {
	name, title, about string
	takes              []argument
	answer             answer
}

// answer does what a call asks for. The result is a JSON object.
type answer func(ctx context.Context, c *call) (any, error)

// tools is the table of what can be called.
func tools() []tool {
	filters := func(own ...argument) []argument {
		return slices.Concat([]argument{forArgument()}, own, placeArguments(), pageArguments())
	}
	return []tool{
		{
			name: "search", title: "Search the chats",
			about:  "Search all archived chats for messages, in Chinese and English (搜索聊天记录). The best matches come first, then the newest; what matches stands in « ».",
			takes:  filters(queryArgument(), exactArgument(), sessionArgument()),
			answer: search,
		},
		{
			name: "last", title: "Newest messages",
			about:  "The newest messages of a channel, an agent, a session or all of them, newest first (最新消息, e.g. 查看 Telegram 的最后一条消息).",
			takes:  filters(sessionArgument()),
			answer: last,
		},
		{
			name: "show", title: "Messages of one session",
			about:  "The messages of one session, oldest first, or one message in full (查看会话).",
			takes:  slices.Concat([]argument{forArgument(), subjectArgument()}, pageArguments()),
			answer: show,
		},
		{
			name: "brief", title: "Hand-over",
			about:  "What to know before you go on: open todos, recent decisions and the newest messages of each channel, in few tokens (交接摘要).",
			takes:  append([]argument{forArgument(), tokensArgument()}, placeArguments()...),
			answer: brief,
		},
		{
			name: "decisions", title: "Decisions",
			about:  "What was decided, learned and wished in the chats, newest first, each with the message that says it (决定、知识、偏好).",
			takes:  filters(kindArgument(), listArgument("suggested: what is not certain; all: that and what was cancelled too.", query.ChooseSuggested, query.ChooseAll)),
			answer: decisions,
		},
		{
			name: "todos", title: "Todos",
			about:  "What is still to do, by due date, each with the message that says it (待办).",
			takes:  filters(ownerArgument(), listArgument("In place of what is open: overdue, done or cancelled, suggested (not certain), or all.", query.ChooseOverdue, query.ChooseDone, query.ChooseSuggested, query.ChooseAll)),
			answer: todos,
		},
		{
			name: "status", title: "State of the archive",
			about:  "When the archive was last synced, how much is in it, what could not be read, and whether for is required (同步状态).",
			answer: status,
		},
	}
}
