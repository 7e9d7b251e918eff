package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error is a setting that can't be used.
type Error struct {
	Path    string // settings file; "" for a flag or variable
	Line    int    // from 1; 0 when it is about the whole file
	Key     string // key, flag or variable; "" when it is about none
	Problem string // what is wrong and what would be right
	Hint    string // what to do next, "" when Problem says it all

	cause error
}

// Error returns everything but the hint, in one line.
func (e *Error) Error() string {
	var where []string
	if e.Path != "" {
		where = append(where, "settings "+strconv.Quote(e.Path))
	}
	if e.Line > 0 {
		where = append(where, "line "+strconv.Itoa(e.Line))
	}
	if e.Key != "" {
		where = append(where, e.Key)
	}
	return strings.Join(where, ", ") + ": " + e.Problem
}

// Unwrap returns the error of the operating system, where there was one.
func (e *Error) Unwrap() error { return e.cause }

const (
	maxShownKey   = 40 // runes
	maxShownValue = 24
)

// shownKey makes a key fit for a message. A long one is not shown, because the
// beginning of a secret is not known for one; one that is no word has quotes, so
// that the rules of redaction know where it begins.
func shownKey(key string) string {
	switch {
	case utf8.RuneCountInString(key) > maxShownKey:
		return "…"
	case strings.Trim(key, letters+"_-.") == "":
		return key
	}
	return strconv.Quote(key)
}

// shownValue makes a value fit for a message; a long one is not shown.
func shownValue(value string) string {
	if utf8.RuneCountInString(value) > maxShownValue {
		return "the value"
	}
	return strconv.Quote(value)
}

// notOneOf is the error for something other than the accepted words.
func notOneOf[T ~string](shown string, accepted []T) *Error {
	words := make([]string, len(accepted))
	for i, word := range accepted {
		words[i] = string(word)
	}
	return &Error{Problem: fmt.Sprintf("%s is not one of: %s", shown, strings.Join(words, ", "))}
}
