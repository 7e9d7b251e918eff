// Package upkeep has the commands that keep session-sync running.
//
// It promises that a command which goes on by itself tells what goes wrong once,
// and again only after it went well, and that Ctrl-C and SIGTERM end it in order.
package upkeep
