package sdk

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// The JSON here is, byte for byte, what encoding/json writes without escaping
// HTML. It is written by hand because encoding/json adds 1.3 MB to a plugin.

func appendManifests(b []byte, manifests []Manifest) []byte {
	return appendList(b, manifests, appendManifest)
}

func appendList[T any](b []byte, list []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, v)
	}
	return append(b, ']')
}

func appendManifest(b []byte, m Manifest) []byte {
	b = appendString(append(b, `{"name":`...), m.Name)
	b = appendField(b, "version", m.Version)
	b = appendOptional(b, "title", m.Title)
	b = appendOptional(b, "about", m.About)
	return append(b, '}')
}

func appendResult(b []byte, r abi.Result) []byte {
	b = append(b, '{')
	start := len(b)
	if len(r.State) > 0 {
		b = append(b, `,"state":"`...)
		b = base64.StdEncoding.AppendEncode(b, r.State)
		b = append(b, '"')
	}
	if len(r.Items) > 0 {
		b = appendList(append(b, `,"items":`...), r.Items, appendItem)
	}
	b = appendOptional(b, "log", r.Log)
	if len(b) > start { // all fields may be missing, so the first has a comma too many
		b = append(b[:start], b[start+1:]...)
	}
	return append(b, '}')
}

func appendItem(b []byte, item Item) []byte {
	b = appendString(append(b, `{"key":`...), item.Key)
	b = appendField(b, "kind", item.Kind)
	b = appendField(b, "message_id", item.MessageID)
	b = appendField(b, "evidence", item.Evidence)
	b = appendField(b, "title", item.Title)
	b = appendOptional(b, "body", item.Body)
	b = appendOptional(b, "owner", item.Owner)
	b = appendOptional(b, "due", item.Due)
	b = appendOptional(b, "status", item.Status)
	b = appendOptional(b, "resolves", item.Resolves)
	if len(item.Tags) > 0 {
		b = appendList(append(b, `,"tags":`...), item.Tags, appendString)
	}
	b = append(b, `,"score":`...)
	b = strconv.AppendInt(b, int64(item.Score), 10)
	return append(b, '}')
}

// appendOptional leaves out the empty value.
func appendOptional(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendField(b, name, value)
}

func appendField(b []byte, name, value string) []byte {
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	return appendString(b, value)
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		case r == '\u2028' || r == '\u2029': // ends a line in JavaScript
			b = append(b, '\\', 'u', '2', '0', '2', hex[r&15])
		case r == utf8.RuneError && !startsRuneError(s[i:]):
			b = append(b, `\ufffd`...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// startsRuneError tells U+FFFD as it stands in a text from a byte that is not UTF-8.
func startsRuneError(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size > 1
}
