// Package builtin makes plugins of the extractor: each gives the items of some types.
//
// It promises that the items do not depend on how a session is cut into
// batches, that an item keeps its key, and that what the extractor takes back
// is withdrawn. It keeps nothing from one session to the next.
//
// It refuses states that another version wrote: the host starts a plugin of
// another version from the first message.
package builtin
