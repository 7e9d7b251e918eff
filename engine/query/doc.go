// Package query answers questions about the archive: list, last, search, brief.
//
// Every answer is a page: bounded, in a stable order, with the total, and with a
// token that asks for the next page when there is one. The results carry the
// JSON form that commands print; the fields of sessions and messages are those
// of shared_chat.json. One that is empty because there is no such channel names those
// there are.
//
// Decisions and todos come from a [Board] that the archive settles out of what
// the asker may see, as if there were nothing else. People name items by their
// ids, or the beginnings of them.
//
// A brief is as long as its reader allows and no longer: it is measured in the
// form in which it will be printed ([Tokens]), and what it leaves out is counted.
//
// Questions asked for a session fail closed: a group, topic or channel sees
// only itself, and so does every session that is not known to be private; a
// main, direct or web session sees what the sharing policy lets it. A session
// that may not be seen is answered like one that does not exist, and errors about
// who asks name no session. Who asks is told by the caller, with each request or
// once for all of them ([Queries.Restrict]), so this guards against mistakes and
// not against a caller who lies.
//
// The package reads through the small interface [Archive] and never sees text
// that was not redacted.
package query
