// Package mcp offers the queries to agents over the Model Context Protocol.
//
// [Serve] answers one client on two streams, usually stdin and stdout. It has
// tools and nothing else: no resources, no prompts. All of them read. The protocol is
// that of the official SDK, github.com/modelcontextprotocol/go-sdk; its versions are
// negotiated there. See https://modelcontextprotocol.io/specification.
//
// It promises:
//
//   - What a tool returns is the JSON that the command of the same name prints,
//     with a notice that it is recorded data, as structured content and as text.
//     Every message and item bears its origin. Hidden characters are escaped.
//   - A result has at most 64 KiB with both forms; what does not fit is on the
//     next page. Where groups are archived, nothing is answered unless the session
//     that asks is named, and then only what it may see.
//   - An error of a tool is an object {code, message, hint} without a word of a
//     chat, and errors of the protocol repeat nothing of what was sent but the
//     version of the protocol.
//   - The archive is opened for each call, so that a sync or a change of the
//     settings in between shows and no lock is held.
//   - A client can't make it crash, hang or grow: a line has at most 1 MiB, no more
//     than 8 calls are under way and then nothing is read, and what is not a
//     message is answered with an error and passed over. The end of the input
//     waits for the answers; the end of the context waits for nothing.
//
// It refuses batches, which the protocol had for three months, and subscriptions:
// nothing here changes by itself. It writes nothing but the protocol, opens no
// network connection, and takes the word of the client for who asks: that guards
// against mistakes, not against a hostile agent.
package mcp
