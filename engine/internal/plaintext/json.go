package plaintext

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Members are appended by hand: shared_chat.json is written whenever a message
// came in, and marshaling 8 MiB would take most of the time that a sync of a
// few messages has.

// AppendName appends the name of a member and the colon, with a comma before it
// unless b ends in "{".
func AppendName(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(append(b, '"'), name...)
	return append(b, `":`...)
}

// AppendMember appends a member whose value is a string.
func AppendMember(b []byte, name, value string) []byte {
	return AppendString(AppendName(b, name), value)
}

// AppendOptional is [AppendMember], but leaves out what is empty.
func AppendOptional(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return AppendMember(b, name, value)
}

// AppendNumber appends a member whose value is an integer.
func AppendNumber(b []byte, name string, value int) []byte {
	return strconv.AppendInt(AppendName(b, name), int64(value), 10)
}

// AppendBool appends a member whose value is true or false.
func AppendBool(b []byte, name string, value bool) []byte {
	return strconv.AppendBool(AppendName(b, name), value)
}

// AppendTime appends a member whose value is an exact time. It leaves out a time
// that is not known.
func AppendTime(b []byte, name string, t time.Time) []byte {
	if !KnownTime(t) {
		return b
	}
	return AppendMember(b, name, ISOTime(t))
}

// AppendString appends a JSON string. What [Hidden] names is escaped, so that a
// line of the file is a line everywhere and printing it does nothing to a
// terminal. HTML is not escaped. Broken UTF-8 becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	s = strings.ToValidUTF8(s, "\uFFFD")
	b = append(b, '"')
	copied := 0
	for i := 0; i < len(s); i++ {
		if staysInJSON(s[i]) {
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '"' || r == '\\' || Hidden(r) {
			b = appendEscape(append(b, s[copied:i]...), r)
			copied = i + size
		}
		i += size - 1
	}
	return append(append(b, s[copied:]...), '"')
}

// EscapeHidden escapes what [Hidden] names in JSON without line breaks, in which
// all of it stands within strings: it stays the same value.
func EscapeHidden(json []byte) []byte {
	escaped := make([]byte, 0, len(json))
	for len(json) > 0 {
		r, size := utf8.DecodeRune(json)
		if Hidden(r) {
			escaped = appendEscape(escaped, r)
		} else {
			escaped = append(escaped, json[:size]...)
		}
		json = json[size:]
	}
	return escaped
}

// staysInJSON is true for nearly every byte: all that neither are nor begin a
// character that could have to be escaped. What begins with the bytes named
// here has to be looked at: C1 controls (C2), U+061C (D8), the separators and
// direction marks (E2), U+FEFF and U+FFF9 (EF), the tags (F3).
func staysInJSON(c byte) bool {
	switch c {
	case '"', '\\', 0x7F, 0xC2, 0xD8, 0xE2, 0xEF, 0xF3:
		return false
	}
	return c >= 0x20
}

func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\n':
		return append(b, `\n`...)
	case '\t':
		return append(b, `\t`...)
	case '\r':
		return append(b, `\r`...)
	}
	for _, unit := range utf16.AppendRune(nil, r) {
		b = fmt.Appendf(b, `\u%04x`, unit)
	}
	return b
}

// KnownTime reports whether a time can be written; years outside of four digits
// have no ISO form that programs agree on.
func KnownTime(t time.Time) bool {
	year := t.UTC().Year()
	return !t.IsZero() && year >= 1 && year <= 9999
}

// ISOTime is how every exact time is written.
func ISOTime(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
