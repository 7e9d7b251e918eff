// Package jsondoc reads what docs/json.md says of the JSON files, for the tests that hold the rooms to it.
//
// It promises that a row that is changed, added or moved in the document is seen:
// [Check] wants the members of an object to be those of its table, in that order
// and of those types. It refuses a document with another number of tables than
// there are objects, and types that it does not know.
package jsondoc
