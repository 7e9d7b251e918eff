// Package livesqlite opens a SQLite file that another program owns and leaves no trace beside it.
//
// It promises one connection inside one read transaction: every query sees the
// same snapshot, nothing can be written through it, and the owner never waits
// for us for longer than SQLite's own readers make it wait. What lies beside
// the file decides how it is read:
//
//   - -wal with content and -shm: shared with the owner ([Live]). The -shm is
//     opened read-only; after a crash SQLite then builds its index of the -wal
//     in private memory instead of repairing the -shm.
//   - -wal absent or empty, no -journal: read as a file that does not change
//     ([Immutable]), because a plain read-only open of a WAL database creates
//     -wal and -shm. Nothing locks the file, so callers read a batch, call
//     [DB.Verify], and only then use what they read.
//   - -wal without -shm, or a -journal with content: the files are copied to a
//     private directory and the copy is recovered there ([Copy]).
//
// A -wal that belongs to another database or is damaged is left out, and the
// main file alone is read; [DB.Warnings] tells.
//
// It refuses links, FIFOs, devices and directories under any of the four names.
//
// Locks on Unix belong to the process: closing any descriptor of a file drops
// all of them, also those of other connections. Therefore only SQLite opens the
// main file and the -shm, except to make a copy. A process must not open a
// database here that it also writes.
//
// One trace can not be ruled out: an owner that closes the database, and so
// deletes its -wal, in the instant between our look and SQLite's open gets an
// empty -wal back. It holds nothing, and SQLite takes it for none.
//
// Formats: https://www.sqlite.org/fileformat2.html (database, rollback journal,
// write-ahead log), https://www.sqlite.org/walformat.html (locks, read-only
// -shm), https://www.sqlite.org/uri.html (mode, immutable, readonly_shm).
package livesqlite
