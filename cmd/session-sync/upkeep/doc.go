// Package upkeep has the commands that keep session-sync running: cron, watch, the verbs of mcp, and uninstall.
//
// It parses flags, calls the engine and prints, by the rules of the package
// console. What is about to be changed outside of our home is shown to people
// first, as the very commands and files; without a terminal it takes --yes. These
// commands start other programs (openclaw, and with --write those of the system's
// scheduler); a sync never does, and so watch does not.
//
// It promises that a command which goes on by itself tells what goes wrong once,
// and again only after it went well, and that Ctrl-C and SIGTERM end it in order.
//
// What OpenClaw and people say in names and errors is printed without anything a
// terminal would act upon.
package upkeep
