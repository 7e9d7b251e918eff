// Package plaintext puts foreign text into Markdown and JSON so that it stays text.
//
// It promises that what is escaped can't hide, reorder or end what stands around
// it, that the escaping is exactly reversible, and that it leaves ordinary text
// as it is. [AppendEscaped] says how it is undone.
//
// It refuses to know the format it is used in: what else must not stand in a
// place says the caller. It takes valid UTF-8 for Markdown; only JSON values may
// be broken, and then hold U+FFFD.
package plaintext
