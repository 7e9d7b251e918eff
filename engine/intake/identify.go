package intake

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

// Place redacts the name of a transcript or file, which is made of directories,
// session ids and session keys: a number that stands alone in one of its parts
// need not look like one in the whole. Applying it twice changes nothing more.
func Place(rules *redact.Rules, key []byte, name string) string {
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
	if mayHoldKey(name) {
		name = tagKeys(rules, key, name)
	}
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

// mayHoldKey reports whether name holds a run of bytes as long and mixed as
// keys are. UUIDs and times are not: letters and digits alone have to be longer,
// with dashes and underscores they have to be of both cases.
func mayHoldKey(name string) bool {
	const least = 16
	const lower, upper, digit = 1, 2, 4
	word, wordHas := 0, 0 // letters and digits
	run, runHas := 0, 0   // likewise, with dashes and underscores
	for i := range len(name) {
		var has int
		switch c := name[i]; {
		case c >= 'a' && c <= 'z':
			has = lower
		case c >= 'A' && c <= 'Z':
			has = upper
		case c >= '0' && c <= '9':
			has = digit
		case c == '-' || c == '_':
			word, wordHas = -1, 0
		default:
			word, wordHas, run, runHas = -1, 0, -1, 0
		}
		word, wordHas = word+1, wordHas|has
		run, runHas = run+1, runHas|has
		if word >= least && wordHas > digit || run >= least && runHas == lower|upper|digit {
			return true
		}
	}
	return false
}

// separators part what a name is made of; OpenClaw writes '_' for the ':' of
// session keys. Keys hold some of them too.
const separators = ":/#._-"

// tagKeys replaces the keys of makers that begin behind a separator, where a
// text would hardly have one. Where there is none in the whole name, ever
// shorter beginnings are looked at: some keys end only where a text does.
func tagKeys(rules *redact.Rules, key []byte, name string) string {
	const longest, mostEnds = 2048, 16 // bound the time that hostile names take
	end := min(len(name), longest)
	for range mostEnds {
		if tagged := tagKeysIn(rules, key, name[:end]); tagged != name[:end] {
			return tagged + name[end:]
		}
		if end = strings.LastIndexAny(name[:end], separators); end < 0 || !mayHoldKey(name[:end]) {
			break
		}
	}
	return name
}

func tagKeysIn(rules *redact.Rules, key []byte, name string) string {
	const mostLooks = 64 // likewise
	var out strings.Builder
	for range mostLooks {
		if !mayHoldKey(name) {
			break
		}
		if n := keyLen(rules, name); n > 0 {
			out.WriteString(redact.Identifier(rules, key, name[:n]))
			name = name[n:]
			continue
		}
		next := 1 + strings.IndexAny(name, separators)
		if next == 0 {
			break
		}
		out.WriteString(name[:next])
		name = name[next:]
	}
	return out.String() + name
}

// keyLen is the length of the key that s begins with, 0 when it is none. One
// that rests on words beside it is none by itself.
func keyLen(rules *redact.Rules, s string) int {
	found := rules.Scan(s)
	if len(found) == 0 || found[0].Start > 0 {
		return 0
	}
	switch found[0].Kind {
	case redact.APIKey, redact.JWT, redact.PrivateKey, redact.Password:
		return found[0].End
	}
	return 0
}
