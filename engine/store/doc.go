// Package store keeps redacted sessions on disk and commits them with their cursors.
//
// The archive is one SQLite file with a rollback journal. The package promises:
//
//   - A [Batch] is kept whole or not at all: messages, facts and cursors stand in
//     one transaction, so a run that is killed leaves the archive of the batch before.
//   - What was stored stays. Nothing is deleted because a source lost it.
//   - The archive does not depend on the order in which transcripts were read, on
//     the number of steps, or on when a session key became known; only the numbers
//     of placeholders follow the order of reading (numbers.go).
//   - [Batch.Redact] leaves nothing of the old text in the messages and the index,
//     and the next [Open] for writing nothing in the file; [Batch.Renew] does the
//     same for texts that were put anew.
//   - [Store.Search] finds exactly what a look at every text would find. Its index
//     stands in the same transaction as the messages (index.go).
//   - What plugins found and remember stands with how far they read, so that a
//     killed run leaves them in step ([Batch.Extracted]). It goes in the commit that
//     tells a session in other words, and its items stay when the source deletes
//     the session. What people said about items stays for good ([Batch.Judge]).
//   - An archive of a newer format is refused with [ErrNewer] and left alone; one
//     of an older format is migrated beside and then swapped.
//
// It refuses to be the place where text becomes safe: everything it gets is
// redacted already, items and states of plugins too, and it looks at no text except
// to compress it, to index it and to number placeholders.
// It takes no lock of its own against other writers; the caller holds one while
// it writes.
//
// The format is schema.go: every column is explained there.
package store
