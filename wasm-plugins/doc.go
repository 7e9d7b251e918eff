// Package wasmplugins embeds the built-in plugins as a compiled module.
//
// It promises the bytes whose digest stands in dist/dist.json, and a test
// builds them again where the Go version is the one recorded there. `make
// plugins` renews both.
package wasmplugins
