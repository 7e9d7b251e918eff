// Package authoring makes, builds, tests and tries plugins for their authors.
//
// [New] writes the folder of a new plugin, [Build] compiles one, [Test] shows a
// plugin the conversations of its fixtures, and [Try] any conversations, one a
// line. None of them needs an archive or the network: the SDK and the examples
// that New copies are embedded, and the Go compiler is told to fetch nothing.
//
// It promises that a plugin sees in Test and Try what an archive would show it:
// batches cut by [abi.Batch.Split], the state carried from one to the next, later
// items in the place of earlier ones with their key. Two builds of the same
// sources give the same bytes in any folder, with the same tools.
//
// It refuses names that session-sync or Windows keep for themselves, folders that
// hold something already, and fixtures with fields that it does not know: a
// mistyped name would test nothing.
//
// It runs no module itself: the caller lends it a [Runner]. The format of a
// fixture stands at [Test], that of conversations at [Try].
package authoring
