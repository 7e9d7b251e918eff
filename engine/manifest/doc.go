// Package manifest says what the skill is, asks for, reads and writes.
//
// It promises what skill.yaml at the top of the repository says, value for value:
// a test compares the two, and others hold both to the code. A binary has no
// such file beside it, so what the program tells of itself is here.
//
// It refuses to look anything up: what holds on a machine is said by doctor.
package manifest
