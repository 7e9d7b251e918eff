package engine

import (
	"strings"

	"github.com/smallccwc/chronosync/engine/redact"
)

// memo remembers redacted names, because the same ones come again and again.
type memo map[string]string

func (m memo) recall(name string, redacted func() string) string {
	if name == "" {
		return ""
	}
	result, known := m[name]
	if !known {
		const most = 1 << 16
		if len(m) >= most {
			clear(m)
		}
		result = redacted()
		m[name] = result
	}
	return result
}

// place redacts the name of a transcript or file, which is made of directories,
// session ids and session keys: a number that stands alone in one of its parts
// need not look like one in the whole. Applying it twice changes nothing more.
func place(rules *redact.Rules, key []byte, name string) string {
	const mostRounds = 16
	for range mostRounds {
		next := placeOnce(rules, key, name)
		if next == name {
			break
		}
		name = next
	}
	return name
}

func placeOnce(rules *redact.Rules, key []byte, name string) string {
	if !strings.ContainsAny(name, "+@") && !hasNumber(name) {
		return redact.Identifier(rules, key, name) // nearly all: looking at every part costs three times as much
	}
	name = redact.Identifier(rules, key, redact.Peers(rules, key, name))
	for _, separator := range []string{":", "/", "#", ".", "_"} {
		parts := strings.Split(name, separator)
		for i, part := range parts {
			parts[i] = redact.Identifier(rules, key, part)
		}
		name = strings.Join(parts, separator)
	}
	return name
}

// hasNumber reports whether name holds as many digits in a row as a phone
// number has at least.
func hasNumber(name string) bool {
	const least = 7
	digits := 0
	for i := range len(name) {
		if name[i] < '0' || name[i] > '9' {
			digits = 0
		} else if digits++; digits == least {
			return true
		}
	}
	return false
}
