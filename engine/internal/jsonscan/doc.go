// Package jsonscan reads what is wanted of a JSON text in one pass that checks all of it.
//
// It promises: [Scanner.Done] is true for exactly the texts that RFC 8259 and
// encoding/json call JSON and that nest no deeper than the caller allows; what
// the caller does not ask for is checked and passed over without a copy.
//
// It refuses to interpret: a [Value] is a piece of the text. Members come in
// the order of the text, equal keys as often as they stand there.
package jsonscan
