// Package terminal makes text fit for the terminals of people who read Chinese or English.
//
// It promises: what [Clean], [Inline], [OneLine] and [EscapeHidden] return has
// no character left that acts on a terminal instead of showing itself, whatever
// the text was; lines of [Wrap] fit into [Columns] cells, of which a Chinese
// character takes two, and break where both languages allow it.
//
// It refuses to write anything but the line of a [Progress], to ask the terminal
// for its size or language, and to know what the text is about.
package terminal
