// Command decision-lines is a plugin that finds decisions which are said as such.
//
// "Decision: ..." and "决定：..." at the start of a sentence are decisions;
// "Correction: ..." and "更正：..." replace the newest one of the session. What
// was fetched or quoted decides nothing.
package main
