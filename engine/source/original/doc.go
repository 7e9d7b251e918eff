// Package original reads the shared_chat.json of the first session-sync.
//
// That was a script which kept the last 200 messages of each session of agent
// main in one file. Of messages that OpenClaw has lost since then it can hold
// the only copy.
//
// The package promises: the same file gives the same entries with the same ids,
// wherever the messages stand in it; a file is read once for each state it is
// in; and what can't be read reaches the sink as a [source.Skip], once, because
// nobody writes the file any more.
//
// It refuses to say who spoke: the file lies where every program of the
// workspace can write, so an entry has a role, a text and a time, and nothing
// that makes its words the owner's. It refuses everything that is not a regular
// file, and files, texts and nesting beyond the bounds in decode.go.
//
// # Evidence
//
// What the script wrote is known from its description (v1.0.0 and v1.0.1, March
// 2026): last_sync, and sessions with an id and messages, each with role, content
// and timestamp. The JSON itself was not seen in the wild, so it is read leniently
// (decode.go): sessions as a list or by their ids, contents as a string or in
// parts, times with and without a zone or as a number.
package original
