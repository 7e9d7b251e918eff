// Package memory bounds how much memory the garbage collector lets a short command take.
//
// It promises to leave GOMEMLIMIT and GOGC their meaning, and to give work that
// needs more what it needs. It refuses to limit anything else.
package memory
