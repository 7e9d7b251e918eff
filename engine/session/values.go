package session

// Role says who produced a message.
type Role string

// Roles. Only user and assistant messages are shared; tool results are kept
// as excerpts when the settings ask for them.
const (
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
	RoleTool      Role = "tool"
	RoleSystem    Role = "system"
)

// Kind says what sort of conversation a session is.
type Kind string

// Kinds. KindRecovered marks sessions that OpenClaw's importer found without a
// key; KindAPI those of its HTTP API.
const (
	KindMain      Kind = "main"
	KindDirect    Kind = "direct"
	KindGroup     Kind = "group"
	KindTopic     Kind = "topic"
	KindChannel   Kind = "channel"
	KindWebchat   Kind = "webchat"
	KindCron      Kind = "cron"
	KindHook      Kind = "hook"
	KindSubagent  Kind = "subagent"
	KindRecovered Kind = "recovered"
	KindAPI       Kind = "api"
	KindOther     Kind = "other"
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{KindMain, KindDirect, KindGroup, KindTopic, KindChannel, KindWebchat, KindCron, KindHook,
		KindSubagent, KindRecovered, KindAPI, KindOther}
}

// Shared reports whether several people can read the session: what is said
// there must not be mixed into private sessions unasked, and the other way.
func (k Kind) Shared() bool { return k == KindGroup || k == KindTopic || k == KindChannel }

// Origin says how far the words of a message can be trusted. It travels with
// the text into every output.
type Origin string

// Origins.
const (
	OriginOwner    Origin = "owner"    // the person the assistant works for
	OriginOther    Origin = "other"    // another person in a group
	OriginExternal Origin = "external" // webhook, quoted or fetched content, another session
	OriginAgent    Origin = "agent"    // the assistant itself
)

// Foreign reports whether the words are those of anybody but the owner and the
// assistant: they are told, and decide nothing.
func (o Origin) Foreign() bool { return o == OriginOther || o == OriginExternal }

// Class marks what is not conversation between the owner and the agent. The
// empty class is conversation.
type Class string

// Classes. Everything but ClassNone is noise: archived, but left out of shared
// files unless asked for.
const (
	ClassNone         Class = ""
	ClassHeartbeat    Class = "heartbeat"
	ClassCronPrompt   Class = "cron-prompt"
	ClassInternal     Class = "internal"
	ClassInterSession Class = "inter-session"
	ClassSilent       Class = "silent"
	ClassCommand      Class = "command"
	ClassTool         Class = "tool"
)

// Classes lists the noise classes.
func Classes() []Class {
	return []Class{ClassHeartbeat, ClassCronPrompt, ClassInternal, ClassInterSession, ClassSilent, ClassCommand, ClassTool}
}

// Noise reports whether messages of this class stay out of shared files.
func (c Class) Noise() bool { return c != ClassNone }

// ChannelWeb is the channel name of OpenClaw's Control UI, web chat and CLI.
const ChannelWeb = "webchat"
