package store

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// The numbers that stand for roles, classes and origins in the file are the
// positions in these lists: append, never reorder. The empty origin is that of
// messages nobody classified.
var (
	roles   = []session.Role{session.RoleUser, session.RoleAssistant, session.RoleTool, session.RoleSystem}
	classes = []session.Class{
		session.ClassNone, session.ClassHeartbeat, session.ClassCronPrompt, session.ClassInternal,
		session.ClassInterSession, session.ClassSilent, session.ClassCommand, session.ClassTool,
	}
	origins = []session.Origin{"", session.OriginOwner, session.OriginOther, session.OriginExternal, session.OriginAgent}
)

func encode[T ~string](what string, values []T, value T) (int64, error) {
	code := slices.Index(values, value)
	if code < 0 {
		return 0, fmt.Errorf("the archive has no number for %s %q", what, string(value))
	}
	return int64(code), nil
}

func decode[T ~string](what string, values []T, code int64) (T, error) {
	if code < 0 || code >= int64(len(values)) {
		return "", fmt.Errorf("%s %d of a message is unknown: %w", what, code, ErrCorrupt)
	}
	return values[code], nil
}

// packEntry makes the stored form of an entry id: 16 bytes for a UUID in its
// usual spelling, the string itself for everything else.
func packEntry(id string) any {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return id
	}
	packed, err := hex.DecodeString(id[:8] + id[9:13] + id[14:18] + id[19:23] + id[24:])
	if err != nil || strings.ToLower(id) != id {
		return id
	}
	return packed
}

func unpackEntry(stored any) (string, error) {
	switch v := stored.(type) {
	case string:
		return v, nil
	case []byte:
		if len(v) == 16 {
			id := make([]byte, 0, 36)
			for i, part := range [...][]byte{v[:4], v[4:6], v[6:8], v[8:10], v[10:]} {
				if i > 0 {
					id = append(id, '-')
				}
				id = hex.AppendEncode(id, part)
			}
			return string(id), nil
		}
	}
	return "", fmt.Errorf("the entry id of a message has an unknown form: %w", ErrCorrupt)
}

func packDigest(d session.Digest) int64 { return int64(binary.LittleEndian.Uint64(d[:])) }

func packTime(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func unpackTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
