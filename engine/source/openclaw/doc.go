// Package openclaw reads OpenClaw's sessions in every form it ever stored them.
//
// It promises: what is there by files and tables is read, never what a version
// number suggests; the same bytes give the same entries in the same order;
// nothing of OpenClaw's is written, moved or left locked, and no file appears
// beside it; every bound is stated in bounds.go; and whatever is found but not
// read reaches the sink as a [source.Skip], but for what [Options] leaves out.
//
// It refuses: whatever resolves outside the state directory and the places
// that OpenClaw's own settings name, everything that is not a regular file,
// and tables that hold credentials or prompts (auth_*, trajectory_*, memory_*).
//
// # Evidence
//
// Forms, the versions they were observed in (all in November 2026, in stores
// that the real software wrote), and the file here that reads them:
//
//	sessions.json, <id>.jsonl, -topic-<n>   2026.3.13, 2026.5.28, 2026.7.1   index.go, jsonl.go
//	.jsonl.reset.*, .jsonl.deleted.*        2026.3.13, 2026.7.1              names.go, jsonl.go
//	the same with .zst                      2026.9.6                         jsonl.go
//	.jsonl.bak.*, .checkpoint.*             shipped code only                names.go
//	session-sqlite-import-archive/          2026.7.1 -> 2026.9.6             names.go
//	transcript_events, event_json           2026.7.2-beta, 2026.8.1          events.go
//	event_zstd                              2026.9.6 (schema 23)             events.go
//	session_windows, session_nodes          2026.8.1, 2026.9.6               windows.go
//	sessions, session_entries               2026.7.2-beta (shipped code)     windows.go
//	session_transcript_archives             2026.9.6                         stored.go
//	session_transcript_cold_archives, cold/ 2026.9.6                         stored.go
//	cron/jobs.json                          2026.3.13 (public source)        jobs.go
//	state/openclaw.sqlite, cron_jobs        2026.6 to 2026.9 (public source) jobs.go
//
// Entries are the same JSON everywhere (decode.go).
package openclaw
