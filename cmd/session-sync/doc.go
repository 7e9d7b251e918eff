// Command session-sync keeps a redacted local archive of chat sessions.
//
// It parses flags, calls the engine and prints. Rules of the terminal, beside
// those of package console, which holds the command line together:
//
//   - Without --json people read stdout, in Chinese or English; with --json
//     programs do, and both languages give the same bytes.
//   - Text from chats is printed without control and direction-changing
//     characters, in JSON with their escapes (package terminal).
//   - Progress only on a terminal, only after a second, on one line, gone at the
//     end.
//
// Exit codes: 0 done; 1 failed, nothing half-written; 2 wrong usage; 3 done, but
// some input was skipped; 4 another run holds the archive; 5 made for a newer
// version; 130 interrupted.
package main
