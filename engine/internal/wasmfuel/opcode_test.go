package wasmfuel

import (
	"fmt"
	"strings"
	"testing"
)

// The instructions of the core specification 2.0 by what follows their opcode,
// taken from chapter 5.4 and written apart from the table under test.
var specified = []struct {
	prefix      byte // 0 for none
	first, last uint32
	follows     string // bytes to read
}{
	{0, 0x00, 0x01, ""},                                         // unreachable, nop
	{0, 0x02, 0x04, "\x40"},                                     // block, loop, if
	{0, 0x05, 0x05, ""},                                         // else
	{0, 0x0b, 0x0b, ""},                                         // end
	{0, 0x0c, 0x0d, "\x81\x00"},                                 // br, br_if
	{0, 0x0e, 0x0e, "\x02\x00\x01\x02"},                         // br_table
	{0, 0x0f, 0x0f, ""},                                         // return
	{0, 0x10, 0x10, "\x85\x80\x00"},                             // call
	{0, 0x11, 0x11, "\x01\x80\x00"},                             // call_indirect
	{0, 0x1a, 0x1b, ""},                                         // drop, select
	{0, 0x1c, 0x1c, "\x01\x7f"},                                 // select t
	{0, 0x20, 0x22, "\x07"},                                     // local.get, local.set, local.tee
	{0, 0x23, 0x24, "\x07"},                                     // global.get, global.set
	{0, 0x25, 0x26, "\x80\x01"},                                 // table.get, table.set
	{0, 0x28, 0x3e, "\x02\x90\x01"},                             // loads, stores
	{0, 0x3f, 0x40, "\x00"},                                     // memory.size, memory.grow
	{0, 0x41, 0x41, "\xff\xff\xff\xff\x07"},                     // i32.const
	{0, 0x42, 0x42, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f"}, // i64.const
	{0, 0x43, 0x43, "\xff\xff\xff\xff"},                         // f32.const
	{0, 0x44, 0x44, "\xff\xff\xff\xff\xff\xff\xff\xff"},         // f64.const
	{0, 0x45, 0xc4, ""},                                         // numeric
	{0, 0xd0, 0xd0, "\x6f"},                                     // ref.null
	{0, 0xd1, 0xd1, ""},                                         // ref.is_null
	{0, 0xd2, 0xd2, "\x80\x01"},                                 // ref.func
	{0xfc, 0, 7, ""},                                            // saturating conversions
	{0xfc, 8, 8, "\x80\x01\x00"},                                // memory.init
	{0xfc, 9, 9, "\x80\x01"},                                    // data.drop
	{0xfc, 10, 10, "\x00\x00"},                                  // memory.copy
	{0xfc, 11, 11, "\x00"},                                      // memory.fill
	{0xfc, 12, 12, "\x80\x01\x81\x00"},                          // table.init
	{0xfc, 13, 13, "\x80\x01"},                                  // elem.drop
	{0xfc, 14, 14, "\x80\x01\x81\x00"},                          // table.copy
	{0xfc, 15, 17, "\x80\x01"},                                  // table.grow, table.size, table.fill
	{0xfd, 0x00, 0x0b, "\x04\x90\x01"},                          // v128 loads, v128.store
	{0xfd, 0x0c, 0x0d, strings.Repeat("\x0b", 16)},              // v128.const, i8x16.shuffle
	{0xfd, 0x0e, 0x14, ""},                                      // swizzle, splats
	{0xfd, 0x15, 0x22, "\x03"},                                  // lanes
	{0xfd, 0x23, 0x53, ""},                                      // comparisons, bitwise
	{0xfd, 0x54, 0x5b, "\x00\x90\x01\x03"},                      // lanes in memory
	{0xfd, 0x5c, 0x5d, "\x02\x90\x01"},                          // v128.load32_zero, v128.load64_zero
	{0xfd, 0x5e, 0x99, ""},
	{0xfd, 0x9b, 0xa1, ""},
	{0xfd, 0xa3, 0xa4, ""},
	{0xfd, 0xa7, 0xae, ""},
	{0xfd, 0xb1, 0xb1, ""},
	{0xfd, 0xb5, 0xba, ""},
	{0xfd, 0xbc, 0xc1, ""},
	{0xfd, 0xc3, 0xc4, ""},
	{0xfd, 0xc7, 0xce, ""},
	{0xfd, 0xd1, 0xd1, ""},
	{0xfd, 0xd5, 0xe1, ""},
	{0xfd, 0xe3, 0xed, ""},
	{0xfd, 0xef, 0xff, ""},
}

func encoded(first byte, code uint32) []byte {
	if first == 0 {
		return []byte{byte(code)}
	}
	return appendU32([]byte{first}, code)
}

// TestOpcodes reads every instruction of the specification, and nothing else.
func TestOpcodes(t *testing.T) {
	known := map[string]bool{}
	count := map[byte]int{}
	for _, s := range specified {
		for code := s.first; code <= s.last; code++ {
			instruction := append(encoded(s.prefix, code), s.follows...)
			known[string(encoded(s.prefix, code))] = true
			count[s.prefix]++
			for size := range len(instruction) + 1 {
				m := module{reader: reader{data: append(instruction, 0x55), end: size}}
				m.locals, m.globals = 8, 8
				_, follows := m.opcode()
				m.immediates(follows)
				if complete := size == len(instruction); complete != (m.err == nil) {
					t.Errorf("% x, %d bytes of it: %v", instruction, size, m.err)
				}
			}
			m := module{reader: reader{data: append(instruction, 0x55), end: len(instruction) + 1}}
			m.locals, m.globals = 8, 8
			if _, follows := m.opcode(); m.err == nil {
				m.immediates(follows)
			}
			if m.at != len(instruction) {
				t.Errorf("% x: %d bytes read", instruction, m.at)
			}
		}
	}
	// The specification 1.0 has 172 instructions; sign extension brought 5,
	// reference types 9, of which 3 stand behind 0xfc, bulk memory 7 and
	// saturating conversions 8, all behind 0xfc, and SIMD 236.
	if count[0] != 172+5+6 || count[0xfc] != 3+7+8 || count[0xfd] != 236 {
		t.Errorf("%v instructions", count)
	}
	for _, first := range []byte{0, 0xfc, 0xfd} {
		for code := range uint32(0x200) {
			if first == 0 && (code > 0xff || code == 0xfc || code == 0xfd) {
				continue
			}
			bytes := encoded(first, code)
			m := module{reader: reader{data: bytes, end: len(bytes)}}
			if m.opcode(); (m.err == nil) != known[string(bytes)] {
				t.Errorf("% x: %v", bytes, m.err)
			}
		}
	}
}

// TestProposals names what a later instruction belongs to.
func TestProposals(t *testing.T) {
	for code, proposal := range map[string]string{
		"\x06":         "exception handling",
		"\x08":         "exception handling",
		"\x12":         "tail call",
		"\x14":         "typed function references",
		"\x19":         "exception handling",
		"\x1f":         "exception handling",
		"\xd3":         "typed function references",
		"\xd5":         "garbage collection",
		"\xfb\x00":     "garbage collection",
		"\xfd\x80\x02": "relaxed SIMD",
		"\xfe\x00":     "threads",
	} {
		m := module{reader: reader{data: []byte(code), end: len(code)}}
		if m.opcode(); m.err == nil || !strings.Contains(m.err.Problem, "belongs to the "+proposal+" proposal") {
			t.Errorf("% x: %v", code, m.err)
		}
	}
}

func TestIntegers(t *testing.T) {
	unsigned := func(r *reader) string { return fmt.Sprint(r.u32()) }
	signed := func(bits int) func(r *reader) string {
		return func(r *reader) string { return fmt.Sprint(r.signed(bits)) }
	}
	for name, c := range map[string]struct {
		bytes string
		read  func(*reader) string
		want  string // empty for an error
	}{
		"zero":                    {"\x00", unsigned, "0"},
		"long zero":               {"\x80\x80\x80\x80\x00", unsigned, "0"},
		"too long zero":           {"\x80\x80\x80\x80\x80\x00", unsigned, ""},
		"largest":                 {"\xff\xff\xff\xff\x0f", unsigned, "4294967295"},
		"beyond the largest":      {"\xff\xff\xff\xff\x1f", unsigned, ""},
		"cut off":                 {"\xff", unsigned, ""},
		"minus one":               {"\x7f", signed(32), "-1"},
		"long minus one":          {"\xff\xff\xff\xff\x7f", signed(32), "-1"},
		"smallest":                {"\x80\x80\x80\x80\x78", signed(32), "-2147483648"},
		"below the smallest":      {"\x80\x80\x80\x80\x70", signed(32), ""},
		"above the largest":       {"\xff\xff\xff\xff\x0f", signed(32), ""},
		"largest signed":          {"\xff\xff\xff\xff\x07", signed(32), "2147483647"},
		"five bytes and more":     {"\x80\x80\x80\x80\x80\x00", signed(32), ""},
		"largest type index":      {"\xff\xff\xff\xff\x0f", signed(33), "4294967295"},
		"beyond 33 bits":          {"\xff\xff\xff\xff\x1f", signed(33), ""},
		"smallest of 64 bits":     {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", signed(64), "-9223372036854775808"},
		"below it":                {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7e", signed(64), ""},
		"largest of 64 bits":      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00", signed(64), "9223372036854775807"},
		"a 65th bit":              {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", signed(64), ""},
		"eleven bytes":            {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", signed(64), ""},
		"a plain negative number": {"\xc0\xbb\x78", signed(64), "-123456"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reader{data: []byte(c.bytes), end: len(c.bytes)}
			got := c.read(&r)
			if (r.err != nil) != (c.want == "") || r.err == nil && got != c.want {
				t.Errorf("read %s, %v; want %q", got, r.err, c.want)
			}
		})
	}
}

// TestAppendI64 reads back what the payments write.
func TestAppendI64(t *testing.T) {
	for _, want := range []int64{0, 1, 63, 64, -1, -64, -65, 8191, 8192, StartFuel, 1 << 40, 1<<63 - 1, -1 << 63} {
		bytes := appendI64(nil, want)
		r := reader{data: bytes, end: len(bytes)}
		if got := r.signed(64); got != want || r.err != nil || r.at != len(bytes) {
			t.Errorf("%d became %d, %v", want, got, r.err)
		}
	}
}
