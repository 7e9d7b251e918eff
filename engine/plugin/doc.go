// Package plugin runs WASM plugins under time, memory and output limits.
//
// [Inspect] says what a module is and refuses one that could not run, before
// anything of it runs. [Open] meters and compiles it, and [Module.Run] gives it
// one batch and checks what it answers.
//
// A plugin is shown the batch and nothing else. It may import the functions of
// WASI that stand in wasi.go, whose list is the list of permissions: files,
// environment and arguments are empty there, the clock starts at the time of the
// newest message, and randomness is drawn from the digest of the batch. Every
// batch gets an instance of its own (but for [Options.Pure]), so what was said in
// one session can not turn up in the items of another, and the same batch gives
// the same bytes in any order, on every engine and machine (as long as the plugin
// stays clear of the depth of calls at which an engine stops it).
//
// It promises that Run ends: by fuel (see engine/internal/wasmfuel), which calls
// of the host use up as well. Memory ends at 64 MiB, a result at
// [abi.MaxResult], captured output at 64 KiB. A context that is done is noticed
// between the calls of one batch. No goroutine is started.
//
// It refuses, with an [*Error], modules of another ABI, imports that are not on
// the list, and answers that are not the strict JSON of [abi.Result]. No error
// text holds what the plugin wrote or what it was shown; that may be in
// [Error.Output], which is for the author of the plugin only.
//
// Format: sdk/abi, and for the imports
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
package plugin
