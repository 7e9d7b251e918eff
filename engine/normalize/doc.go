// Package normalize turns entries into ordered messages with clean text and UTC times.
//
// A [Normalizer] takes the entries of one window in stored order and answers,
// entry by entry, with the message to archive or with nothing. It promises:
//
//   - The same entries give the same messages, however often the reading was
//     interrupted: [Normalizer.State] and [Resume] carry everything that one
//     message needs to know of earlier ones. A state is at most [MaxState]
//     bytes and holds keyed digests and the name of a channel, never text.
//   - Text ends lines with line feeds, has no white space around it, and is otherwise
//     byte for byte what was stored, control characters included. A message
//     without text but with media reads "[media: N]".
//   - What OpenClaw wrapped around a person's words is removed, and only where
//     OpenClaw can have put it: in a leading run or at the very end, and never
//     in rows that say of themselves that they were stored clean. Where it is
//     not certain who wrote something, it stays.
//   - Copies collapse: a delivery mirror that repeats a reply of its
//     turn, and an entry repeated under its idempotency key. A turn starts at
//     each user row. A turn remembers its last 128 replies, a window its last
//     32 keyed entries.
//
// It refuses nothing: an entry that it can't interpret is kept as it is.
//
// # Who spoke
//
//	row                                               class          origin
//	a person, private session                         -              owner
//	a person, group, topic or channel                 -              owner if the source says so, else other
//	a person forwarding or quoting marked content     -              external
//	a person: exactly a slash command                 command        as above
//	assistant                                         -              agent
//	assistant: NO_REPLY, HEARTBEAT_OK                 silent         agent
//	assistant: gateway-injected answer to a command   command        agent
//	webhook, reduced to its payload                   -              external
//	other row of a hook, cron or subagent session     -              external
//	scheduled prompt, reduced to the job's own words  cron-prompt    owner, external when it quotes marked content
//	message from another session, subagent task       inter-session  external
//	runtime context, system events without a message  internal       external
//	cron wake, session start prompt                   internal       agent
//	heartbeat prompt                                  heartbeat      agent, external when it relays system events
//	tool result (on request)                          tool           external
//
// A job's prompt has the owner's origin because the owner's scheduler sends it;
// what it produces is an assistant row like any other. Removing the fence
// around foreign content never makes it the owner's: the origin keeps the mark.
//
// # Evidence
//
// The rows were observed in stores written by OpenClaw 2026.3.13, 2026.7.1 and
// 2026.9.6 and, where marked so in a comment, read in its code. 2026.3.13
// stores envelopes; 2026.5.28 and later store what was typed and carry sender,
// channel or a client's key beside it, which is how the two are told apart.
package normalize
