package config

import (
	"path"
	"strings"
)

// Match reports whether glob matches all of s: a session key, a channel or an
// agent. The syntax is that of [path.Match], except that * and ? also match a
// slash, as peers of some messengers have one in their names. A malformed glob
// matches nothing.
func Match(glob, s string) bool {
	matched, err := path.Match(withoutSlashes(glob), withoutSlashes(s))
	return err == nil && matched
}

func validGlob(glob string) bool {
	_, err := path.Match(withoutSlashes(glob), "")
	return err == nil
}

// withoutSlashes puts a character in the place of slashes that neither globs
// nor names hold and that path.Match has no rule for.
func withoutSlashes(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
