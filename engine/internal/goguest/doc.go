// Package goguest builds Go programs to WebAssembly modules.
//
// It promises the same bytes for the same source and version of Go, wherever and
// with whatever settings it is built. It needs the Go command and refuses
// nothing.
package goguest
