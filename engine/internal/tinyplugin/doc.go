// Package tinyplugin puts small plugins together from bytes, for tests.
//
// It promises a module of some hundred bytes that keeps to sdk/abi and answers
// an empty result, except for what [Parts] says. It refuses nothing: code that is
// no code makes a module that is none, which is what tests want as well.
//
// Format: https://www.w3.org/TR/wasm-core-1/, section 5
package tinyplugin
