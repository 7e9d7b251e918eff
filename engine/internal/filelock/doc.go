// Package filelock keeps two runs of ours apart with a lock the operating system drops on exit.
//
// [Acquire] locks a file, however the holder ends: a killed run leaves no lock
// behind, only the file, which stays for good because removing a lock file
// would let two runs lock two different files of one name.
//
// A holder that takes its time notes its process id and start in the file, so
// that others can say who they wait for. The note is a courtesy and decides nothing. It starts at
// the second byte: Windows forbids everyone else to read a locked byte, and
// the first one is what is locked.
//
// It refuses lock files that are links or not regular files.
package filelock
