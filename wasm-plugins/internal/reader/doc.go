// Package reader reads sessions for the built-in plugins: each gives the items of some types.
//
// What the extractor finds in a batch is worked out once, by the plugin that is
// asked first; the others of the module are shown the same batch behind it and
// take what is there. All keep the same state, so each can go on alone.
//
// It promises that the items of a plugin do not depend on how a session is cut
// into batches nor on what other plugins were asked, that an item keeps its key,
// and that what the extractor takes back is withdrawn.
//
// It refuses states that another version wrote: the host starts a plugin of
// another version from the first message.
package reader
