// Package session is the model every stage shares. It does no I/O.
//
// An [Entry] is one record as a source holds it, decoded but not interpreted.
// A [Message] is what normalisation makes of an entry: the unit that is
// redacted, stored and exported. [Facts] is what a source knows about a window
// (one session id) beside its entries. A [Session] is (agent, session key) and
// owns one or more windows over time.
//
// The values of the enumerations below are
// part of the JSON contract (docs/json.md) and change only by addition.
package session
