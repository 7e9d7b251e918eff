package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

func FuzzEntry(f *testing.F) {
	for _, seed := range []string{"", "a1b2c3d4", "01234567-89ab-cdef-0123-456789abcdef", "01234567-89AB-CDEF-0123-456789ABCDEF",
		"01234567-89ab-cdef-0123-456789abcdef~2", "01234567x89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef----", "条目\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		packed := packEntry(id)
		got, err := unpackEntry(packed)
		if err != nil || got != id {
			t.Fatalf("%q came back as %q (%v)", id, got, err)
		}
		if b, isBytes := packed.([]byte); isBytes && len(b) != 16 {
			t.Errorf("%q was packed into %d bytes", id, len(b))
		}
	})
}

func TestPackEntryForms(t *testing.T) {
	for _, test := range []struct {
		name, id string
		packed   bool
	}{
		{"uuid", "01234567-89ab-cdef-0123-456789abcdef", true},
		{"upper case keeps its spelling", "01234567-89AB-CDEF-0123-456789ABCDEF", false},
		{"eight hex digits", "a1b2c3d4", false},
		{"suffixed uuid", "01234567-89ab-cdef-0123-456789abcdef~2", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, packed := packEntry(test.id).([]byte); packed != test.packed {
				t.Errorf("packed: %v, want %v", packed, test.packed)
			}
		})
	}
}

func TestUnpackDamage(t *testing.T) {
	p, err := newPacker()
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, stored := range []any{nil, int64(7), []byte("short"), []byte{}} {
		if _, err := unpackEntry(stored); !errors.Is(err, ErrCorrupt) {
			t.Errorf("entry %v: %v", stored, err)
		}
		if text, err := p.unpack(stored); !errors.Is(err, ErrCorrupt) && text != "" {
			t.Errorf("text %v: %v", stored, err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("", 1)
	f.Add("short 短", 1)
	f.Add("the same again ", 40)
	f.Add("a\x00b\xff", 300)
	p, err := newPacker()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(p.close)
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, 1+max(0, times)%512)
		packed := p.pack(text)
		got, err := p.unpack(packed)
		if err != nil || got != text {
			t.Fatalf("%d bytes came back as %d (%v)", len(text), len(got), err)
		}
		if storedLen(packed) > int64(len(text)) {
			t.Errorf("%d bytes grew to %d", len(text), storedLen(packed))
		}
	})
}

func FuzzUnpackText(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00, 0x01, 0x00, 0x00})
	p, err := newPacker()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(p.close)
	f.Add(p.encoder.EncodeAll(bytes.Repeat([]byte("seed "), 100), nil))
	f.Fuzz(func(t *testing.T, packed []byte) {
		text, err := p.unpack(packed)
		if err != nil && !errors.Is(err, ErrCorrupt) {
			t.Fatalf("unexpected error %v", err)
		}
		if len(text) > maxText {
			t.Fatalf("unpacked %d bytes", len(text))
		}
	})
}

func FuzzCounts(f *testing.F) {
	for _, seed := range []string{"", "EMAIL:2", "EMAIL:2,PHONE:1", "EMAIL", ":1", "A:0", "A:-1", "A:1,A:2", "A:1:2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		counts, err := parseCounts(stored)
		if err != nil {
			return
		}
		again, err := parseCounts(counts.String())
		if err != nil || again.String() != counts.String() {
			t.Errorf("%q became %q and then %q (%v)", stored, counts, again, err)
		}
	})
}

func TestCodesCoverTheModel(t *testing.T) {
	for _, role := range []session.Role{session.RoleUser, session.RoleAssistant, session.RoleTool, session.RoleSystem} {
		code, err := encode("role", roles, role)
		if back, backErr := decode("role", roles, code); err != nil || backErr != nil || back != role {
			t.Errorf("role %q: %v %v", role, err, backErr)
		}
	}
	if _, err := encode("class", classes, session.Class("invented")); err == nil {
		t.Error("an unknown class was stored")
	}
	if _, err := decode("origin", origins, 99); !errors.Is(err, ErrCorrupt) {
		t.Errorf("an unknown number gave %v", err)
	}
}

func TestTitle(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for _, test := range []struct{ name, text, want string }{
		{"short", "hello", "hello"},
		{"one line", " a\n\n b\tc \n", "a b c"},
		{"controls", "a\x1b[31m\x00b", "a [31m b"},
		{"exactly full", strings.Repeat("字", titleRunes), strings.Repeat("字", titleRunes)},
		{"cut", strings.Repeat("字", titleRunes+1), strings.Repeat("字", titleRunes-1) + "…"},
		{"cut at a space", long, strings.TrimRight(long[:titleRunes-1], " ") + "…"},
		{"empty", " \n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := title(test.text)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if n := len([]rune(got)); n > titleRunes {
				t.Errorf("%d runes", n)
			}
		})
	}
}

func TestTimeRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		when := time.UnixMilli(r.Int64N(1 << 42)).UTC()
		if got := unpackTime(packTime(when)); !got.Equal(when) {
			t.Errorf("%v came back as %v", when, got)
		}
	}
	if got := unpackTime(packTime(time.Time{})); !got.IsZero() {
		t.Errorf("an unknown time became %v", got)
	}
}
