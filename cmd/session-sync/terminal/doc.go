// Package terminal makes text fit for the terminals of people who read Chinese or English.
//
// It promises: in what [Clean], [Inline], [OneLine] and [EscapeHidden] return,
// whatever the text was, no character acts on a terminal instead of showing
// itself; only Clean and EscapeHidden leave line feeds, and only Clean tabs.
// Lines of [Wrap] fit into [Columns] cells, of which a Chinese character takes
// two, and break where both languages allow it; only a word that is longer than
// a line sticks out.
//
// It refuses to write anything but the line of a [Progress], to ask the terminal
// for its size or language, and to know what the text is about.
package terminal
