// Package harvest shows sessions to plugins and turns what they answer into items.
//
// A [Page] is a part of a session's conversation, made once for all plugins; a
// [Reading] takes one plugin through it, batch by batch. The package promises
// that an item tells time, channel, sender and origin of the message it quotes
// as the archive has them, whatever the plugin says, that all its texts pass the
// redaction once more, and that nothing external becomes a task of the agent.
// [Health] says when a plugin that failed is tried again and when no more.
//
// It refuses nothing by itself: what a plugin may answer is sdk/abi's to say,
// and the module's runner checks it.
package harvest
