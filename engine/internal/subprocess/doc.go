// Package subprocess runs another program within bounds.
//
// [Run] promises that a program gets its arguments word for word, with no shell
// between, and an input that ends; that it is over when its time is, with
// everything it started (on Unix); that no more of its output is kept than was
// allowed; and that what it has to say in an error holds nothing that a terminal
// would act upon. [Find] finds a program as a shell would, but never in a
// directory that depends on where we are.
//
// It refuses to know any program: what an exit code or a line means is for those
// who call it.
package subprocess
