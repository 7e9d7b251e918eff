package jsonscan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind is what a value is, told by its first byte.
type Kind byte

// Kinds.
const (
	None Kind = iota // no value
	Null
	False
	True
	Number
	String
	Array
	Object
)

func kindOf(first byte) Kind {
	switch first {
	case '"':
		return String
	case '{':
		return Object
	case '[':
		return Array
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return Number
	case 't':
		return True
	case 'f':
		return False
	case 'n':
		return Null
	}
	return None
}

// Value is one valid value as it stands in the text, without white space
// around it; nil is no value.
type Value []byte

// Kind is what the value is.
func (v Value) Kind() Kind {
	if len(v) == 0 {
		return None
	}
	return kindOf(v[0])
}

// Is reports whether the value is a string with this text.
func (v Value) Is(text string) bool {
	if v.Kind() != String {
		return false
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return string(v[1:len(v)-1]) == text
	}
	return string(v.AppendText(nil)) == text
}

// Get is the value of a member, of equal keys the last one; nil when there is
// none or the value is no object.
func (v Value) Get(key string) (value Value) {
	s := New(v, len(v))
	for k := range s.Members {
		if string(k) == key {
			value = s.Value()
		}
	}
	return value
}

// AppendText appends what a string stands for; of another value nothing.
// Surrogates without their other half become U+FFFD, bytes that are not UTF-8
// stay.
func (v Value) AppendText(dst []byte) []byte {
	if v.Kind() != String {
		return dst
	}
	rest := v[1 : len(v)-1]
	for {
		at := bytes.IndexByte(rest, '\\')
		if at < 0 {
			return append(dst, rest...)
		}
		dst = append(dst, rest[:at]...)
		if c := rest[at+1]; c != 'u' {
			dst, rest = append(dst, meaning[c]), rest[at+2:]
			continue
		}
		r, length := unicodeEscape(rest[at:])
		dst, rest = utf8.AppendRune(dst, r), rest[at+length:]
	}
}

// unicodeEscape is the character that text begins with, written as one escape
// or as a pair of surrogates, and the length of that.
func unicodeEscape(text []byte) (r rune, length int) {
	r, _ = hex4(text)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if rest := text[6:]; bytes.HasPrefix(rest, []byte(`\u`)) {
		low, _ := hex4(rest)
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}
