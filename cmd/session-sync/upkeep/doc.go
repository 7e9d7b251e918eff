// Package upkeep is the commands that change something outside of our home:
// cron, the verbs of mcp, and uninstall.
//
// It parses flags, calls the engine and prints, by the rules of the package
// console. What is about to be changed is shown to people first, as the very
// commands and files; without a terminal it takes --yes. These commands start
// other programs (openclaw, and with --write those of the system's scheduler);
// a sync never does.
//
// What OpenClaw and people say in names and errors is printed without anything a
// terminal would act upon.
package upkeep
