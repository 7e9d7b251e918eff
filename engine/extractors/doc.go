// Package extractors keeps the plugins of an installation and shows them what is new in the archive.
//
// A [Library] is all plugins that an installation has, built in or installed.
// [Library.Read] shows each of them the messages that it has not seen, and commits
// what it found and remembers together with how far it read: a run that is killed
// goes on from there. The package promises that a session is read once for all
// plugins, that a module is loaded only when there is something for it to read,
// and that a plugin which fails is told of and keeps nobody else from anything.
// A module that is not the one that was installed is not run, and neither is
// compiled code that somebody else may have put into the cache.
//
// It refuses to hand a plugin anything but messages of the archive, and to hold
// locks: the caller holds that of a sync while plugins are read or changed. What
// becomes of items the package findings decides.
package extractors
