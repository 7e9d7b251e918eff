// Package console parses a command line, finds its command and turns what came of it into output and an exit code.
//
// A [Program] is a table of commands; usage, help, completion and the advice
// about what was mistyped all come from it. What a command needs of the outside
// is in its [App]. The rules:
//
//   - stdout is data, stderr is everything else.
//   - With --json programs read stdout, and an error is one object on stderr.
//   - A reader of stdout that ends early is no failure; a stdout that can't be
//     written is.
//   - Every error says what happened and what to do next; hints and exit codes
//     are in one place (failure.go), where what errors quote passes the rules of
//     redaction.
//   - Completion is silent and exits with 0: somebody is typing.
//
// It refuses to know what any single command does.
package console
