// Package extract finds decisions, knowledge, preferences and todos in a session, message by message.
//
// It is what the built-in plugins share. One pass over the parts of a message
// that are speech cuts them into sentences and tokens and finds the cue phrases;
// code, quotes, logs and the middle of very long texts are left out by tests that
// look at bytes only. A gate, a sum of small weights, tells which sentences may
// hold an item. They and their clauses go through two small models: a linear one
// over hashed n-grams, cues and the dialogue around, and decision trees over its
// scores, the pending proposal and the turns before. All come from the embedded
// model file that Command train makes; its weights are used where they are.
//
// It promises that the items do not depend on how a session is cut into
// batches, that the state it hands back is bounded, that every item quotes a
// byte range of its message, and that the same input gives the same bytes: it
// counts in integers, reads no clock, keeps no global state and does no I/O.
//
// It refuses to judge what tools print, to let external text reach the main
// tier or become a task of the agent, and to guess a due date that the text
// does not name. A few items are lost to the gate; a test counts them.
package extract
