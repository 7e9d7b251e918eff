// Package plugincmd is the command plugin: install plugins, and write your own.
//
// It parses flags, calls the engine and prints, by the rules of the package
// console. What is about to be installed is shown to people first, and nothing
// else is installed than what they saw.
package plugincmd
