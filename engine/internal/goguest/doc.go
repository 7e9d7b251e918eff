// Package goguest builds Go programs to WebAssembly modules, for tests.
//
// It promises what authors' own builds give: a reactor for wasip1, without paths
// of this machine. It needs the Go command and refuses nothing.
package goguest
