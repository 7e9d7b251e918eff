// Package pluginname knows which names a plugin may have.
//
// A plugin has files and a directory of its own below the output directory, and
// an author's folder becomes the path of a Go package: a name that passes can be
// used for all of that, on every system. Nothing is refused silently.
package pluginname
