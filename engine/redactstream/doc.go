// Package redactstream redacts texts that come from elsewhere, and tells what it would replace.
//
// The input is one text, or lines of {"id","text"}. [Copy] puts placeholders in,
// [Explain] tells where, [Count] how many. The package promises that one line comes
// out for each that goes in, in order; that the input is read until the context
// ends, also from a terminal or a pipe; and that errors name the line and never
// its text.
//
// It refuses texts of more than 256 MiB: each is redacted whole, because a secret
// must not be cut in two.
package redactstream
