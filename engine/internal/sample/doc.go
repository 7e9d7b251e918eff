// Package sample holds a small OpenClaw state directory for the demo.
//
// It was taken from stores that the real software wrote, with made-up people
// and a mock model: the agent main from the database of 2026.9.6 (schema 23),
// the agent work from the JSONL files of 2026.3.13. Rows and fields are theirs,
// the words are ours: generate_test.go says what was picked and what it says
// instead, and go test -update makes it again. The database is kept as SQL, so
// that a change can be read.
//
// It promises that the directory is private and complete, or that there is an
// error. No file of the repository holds anything that looks like personal data
// or a secret: the texts have marks in their places, which are filled in when
// the directory is made, so that redaction has something to do.
//
// It refuses to write over anything.
package sample
