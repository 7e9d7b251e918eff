// Package engine joins the stages into one run: sync, list, export, serve.
//
// It decides where things lie (places.go) and whether there is anything to do
// (sync.go), and hands data one way: source -> intake -> archive, then archive ->
// extractors -> items (plugins.go), and both to the shared files (files.go,
// findings.go), of which people's words in todos.md come back. What is stored is
// redacted again when the rules change (redactagain.go). What a checkup judges is
// gathered in checkup.go, which writes nothing. A watch (watching.go) opens the
// installation anew for each of its syncs. The rules of redaction come from the
// settings (rules.go): where they can't be used, there is no engine. Rooms do not
// know each other, but for those that join several on one way (intake, extractors,
// findings, upkeep); what one needs of another is adapted here.
//
// It promises that nothing reaches the disk before it is redacted, with one
// exception: a database that was left in the middle of a write is read from a
// private copy below the home directory, which the run removes, or the next one
// after a kill. A sync with nothing new writes last_run.json and nothing else.
// A run that fails or is killed leaves the archive and each shared file as they
// were before or as they are after.
//
// It refuses to write among OpenClaw's files, into a workspace that does not
// exist, over files that it did not write (they are renamed), through links in
// the place of its own files, and into an archive whose key is missing.
//
// It writes only below the home directory and the output directory; a dry run
// only in the system's directory for temporary files, and what a person asks for
// (exports, plugins of their own) where they say. One run at a time holds the lock in
// the home directory; readers need none.
//
// The shared files are documented in docs/json.md, last_run.json at [LastRun].
package engine
