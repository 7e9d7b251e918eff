// Package openclawcli finds and runs the real openclaw.
//
// It promises that arguments arrive word for word, that a call ends in time and
// with bounded output (package subprocess), that OpenClaw's profile is the one
// that was asked for, and that JSON is found behind whatever is printed before
// it. What OpenClaw says when a call fails is in the error, and the failures
// that people can mend have errors of their own: [ErrMissing], [ErrGateway],
// [ErrCredentials], [ErrOwner].
//
// It refuses to go through a shell, also on Windows, where the openclaw on PATH
// is a batch file: the script behind it is run with Node instead.
//
// Observed with OpenClaw 2026.9.6 in November 2026: with --json an error is
// {"ok":false,"error":{"message"}} on stdout, and often prose on stderr; the
// variable OPENCLAW_PROFILE alone chooses no profile, the flag --profile does,
// and OPENCLAW_STATE_DIR comes before both.
package openclawcli
