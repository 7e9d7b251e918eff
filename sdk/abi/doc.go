// Package abi is the contract between host and plugin: names, version, wire types.
//
// A plugin is a WebAssembly module that exports the functions named here. It
// gets one [Batch] at a time, in bytes that [Batch.Append] writes and [Decode]
// reads, and answers with the JSON of a [Result]. ABI.md tells the same to
// authors who use another language.
//
// The package promises that Decode gives what Append was given, or an [*Error]
// that names the byte, for any bytes: it never panics and allocates no more than
// the input is long, times a small number. It refuses what it does not know: a
// batch of another version.
package abi
