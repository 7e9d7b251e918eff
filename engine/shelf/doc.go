// Package shelf keeps the plugins that were installed, pinned by digest.
//
// A directory holds NAME.wasm for each and installed.json, which says what was
// installed and what is switched off. The package promises that a module comes
// out as it was put in: one that changed on disk since is [ErrChanged]. Both
// files are replaced in one step; a killed install leaves a module that no list
// names, which the next one replaces.
//
// It refuses names that no directory of ours may have (engine/internal/pluginname),
// and runs nothing: what a module is, the caller finds out. It takes no lock: the caller
// holds one while it changes the shelf.
package shelf
