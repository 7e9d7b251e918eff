// Package textindex finds the documents whose text contains what was asked, in Chinese and in English.
//
// A document matches a [Query] when its folded text contains every folded term
// as a substring. [AppendFold] says what folding is: case and width are made
// equal, nothing else. There is no stemming, no list of stop words and no
// dictionary of any language, so beginnings of words, parts of camelCase and
// words inside words are found, and what is found can be told by looking.
//
// The package promises:
//
//   - [Find] misses no document that [Query.Match] accepts. Where
//     [Query.Certain] is true it finds no other; where it is false the caller
//     reads the texts and asks Match.
//   - Order and [Level] depend on the documents alone, not on how many segments
//     they stand in or in what order they came.
//   - The same documents give the same bytes, built at once or merged.
//   - Damaged or hostile parts give [ErrCorrupt]: no panic, and no memory beyond
//     a small multiple of the parts' size.
//
// It refuses to keep texts, to touch files, and to know what is deleted: a
// segment is a list of byte strings ([Parts]) that the caller keeps, and the
// predicate given to [Hits.Select] leaves documents out.
//
// # What is indexed
//
// Folded text is cut into runs. Letters, digits and marks of scripts written
// with spaces form word runs, and every word run is indexed whole. Han, kana,
// Hangul, Thai, Lao, Khmer, Myanmar and symbols such as emoji form char runs: of
// ABCD the pairs AB, BC, CD and the last rune D alone are indexed. Punctuation,
// white space and control characters separate. A term of a query is cut the same
// way, only that a run at its border may be a part of a longer run in the text:
// words are then looked up by beginning, end or middle, a single rune by all
// pairs that begin with it.
//
// The form of the parts is described where they are written: segments in
// writer.go, documents in columns.go, dictionaries in dictionary.go, posting
// lists in postings.go.
package textindex
