package wasmfuel

// The instructions that this package writes or treats by name; those behind a
// prefix byte carry it in their upper byte.
const (
	opUnreachable   = 0x00
	opLoop          = 0x03
	opIf            = 0x04
	opEnd           = 0x0b
	opSelect        = 0x1b
	opLocalGet      = 0x20
	opLocalTee      = 0x22
	opGlobalGet     = 0x23
	opGlobalSet     = 0x24
	opMemorySize    = 0x3f
	opMemoryGrow    = 0x40
	opI32Const      = 0x41
	opI64Const      = 0x42
	opF32Const      = 0x43
	opF64Const      = 0x44
	opI64LtS        = 0x53
	opI64LeU        = 0x58
	opI64Add        = 0x7c
	opI64Sub        = 0x7d
	opI64Shl        = 0x86
	opI64ShrU       = 0x88
	opI64ExtendI32U = 0xad
	opRefNull       = 0xd0
	opRefFunc       = 0xd2
	opMemoryInit    = 0xfc08
	opMemoryCopy    = 0xfc0a
	opMemoryFill    = 0xfc0b
	opTableInit     = 0xfc0c
	opTableCopy     = 0xfc0e
	opTableGrow     = 0xfc0f
	opTableSize     = 0xfc10
	opTableFill     = 0xfc11
	opV128Const     = 0xfd0c

	prefixMisc   = 0xfc
	prefixVector = 0xfd
)

// What follows an opcode. In capitals: opcodes of later proposals.
const (
	none        = '.'
	block       = 'b' // block type; opens a block
	loop        = 'l' // the same
	end         = 'e' // closes a block
	index       = 'x'
	indices     = 'y' // two of them
	local       = 'v'
	global      = 'g'
	labels      = 'j' // list of labels and one more
	types       = 's' // list of one value type
	heapType    = 't'
	memory      = 'm' // the byte 0, where multi-memory has an index
	memories    = 'n' // two of them
	dataMemory  = 'd' // index and the byte 0
	argument    = 'a' // alignment and offset
	laneAt      = 'p' // alignment, offset and lane
	lane        = 'k'
	lanes       = 'w' // 16 bytes
	int32Bits   = 'i'
	int64Bits   = 'h'
	float32Bits = '4'
	float64Bits = '8'
	prefix      = '+'

	unknown    = '-'
	atomics    = 'A'
	exceptions = 'E'
	references = 'F'
	garbage    = 'G'
	tailCalls  = 'T'
	relaxed    = 'R'
)

// The opcodes of the core specification 2.0 in rows of sixteen, a letter for
// what follows each: sections 5.4.1 to 5.4.7, in the order of the appendix
// "Index of Instructions". The reserved ones among them that later proposals
// took are as of the specification 3.0.
const (
	plainOpcodes = "" +
		"..blb.EEEEEexxj." + // 0x00 control
		"xyTTFF--EE..s--E" + // 0x10 calls, parametric
		"vvvggxx-aaaaaaaa" + // 0x20 variables, tables, loads
		"aaaaaaaaaaaaaaam" + // 0x30 loads, stores, memory.size
		"mih48..........." + // 0x40 memory.grow, constants, comparisons
		"................" + // 0x50
		"................" + // 0x60 arithmetic
		"................" + // 0x70
		"................" + // 0x80
		"................" + // 0x90
		"................" + // 0xa0 conversions
		"................" + // 0xb0
		".....-----------" + // 0xc0 sign extension
		"t.xFFGF---------" + // 0xd0 references
		"----------------" + // 0xe0
		"-----------G++A-" //   0xf0 prefixes

	miscOpcodes = "" + // behind 0xfc
		"........dxnmyxyx" + // 0x00 saturating conversions, bulk memory and tables
		"xx" //                 0x10 table.size, table.fill

	vectorOpcodes = "" + // behind 0xfd
		"aaaaaaaaaaaaww.." + // 0x00 loads, store, constant, shuffle
		".....kkkkkkkkkkk" + // 0x10 splats, lanes
		"kkk............." + // 0x20 lanes, comparisons
		"................" + // 0x30
		"................" + // 0x40
		"....ppppppppaa.." + // 0x50 bitwise, lanes in memory
		"................" + // 0x60 i8x16 and roundings
		"................" + // 0x70
		"................" + // 0x80 i16x8
		"..........-....." + // 0x90
		"..-..--........-" + // 0xa0 i32x4
		"-.---......-...." + // 0xb0
		"..-..--........-" + // 0xc0 i64x2
		"-.---..........." + // 0xd0
		"..-...........-." + // 0xe0 f32x4, f64x2
		"................" //   0xf0 f64x2, conversions
)

// opcode reads an opcode, its prefix included, and says what follows it.
func (m *module) opcode() (code uint32, follows byte) {
	at := m.at
	code = uint32(m.byte())
	follows = plainOpcodes[code]
	if follows == prefix {
		return m.prefixed(at, code)
	}
	if problem := refusal(follows); problem != "" {
		m.fail(at, "opcode 0x%02x %s", code, problem)
	}
	return code, follows
}

// prefixed reads the second half of an opcode.
func (m *module) prefixed(at int, first uint32) (code uint32, follows byte) {
	from := m.at
	second := m.u32()
	// wazero takes the byte after 0xfd for all of it and its continuation 0x01
	// for a nop; other continuations it would read as other instructions.
	if size := m.at - from; first == prefixVector && size > 1 && second>>(7*(size-1)) == 0 {
		m.fail(at, "opcode 0x%02x 0x%02x is longer than it must be", first, second)
	}
	table, follows := miscOpcodes, byte(unknown)
	if first == prefixVector {
		table = vectorOpcodes
	}
	switch {
	case second < uint32(len(table)):
		follows = table[second]
	case first == prefixVector && second <= 0x113:
		follows = relaxed
	}
	if problem := refusal(follows); problem != "" {
		m.fail(at, "opcode 0x%02x 0x%02x %s", first, second, problem)
	}
	return first<<8 | second, follows
}

// refusal says what is wrong with an opcode that is not of the specification
// 2.0, and nothing for those that are.
func refusal(follows byte) string {
	const ours = "; build the module without it"
	switch follows {
	case unknown:
		return "is not in the specification 2.0" + ours
	case atomics:
		return "belongs to the threads proposal" + ours
	case exceptions:
		return "belongs to the exception handling proposal" + ours
	case references:
		return "belongs to the typed function references proposal" + ours
	case garbage:
		return "belongs to the garbage collection proposal" + ours
	case tailCalls:
		return "belongs to the tail call proposal" + ours
	case relaxed:
		return "belongs to the relaxed SIMD proposal" + ours
	}
	return ""
}

// immediates reads what follows an opcode.
func (m *module) immediates(follows byte) {
	switch follows {
	case none, end:
	case block, loop:
		m.blockType()
	case index:
		m.u32()
	case indices:
		m.u32()
		m.u32()
	case local:
		m.below(m.locals, "local")
	case global:
		m.below(m.globals, "global")
	case labels:
		for range m.count() {
			m.u32()
		}
		m.u32()
	case types:
		if at := m.at; m.byte() != 1 {
			m.fail(at, "select takes one type")
		}
		m.valueType()
	case heapType:
		m.referenceType()
	case memory:
		m.zero("multi-memory")
	case memories:
		m.zero("multi-memory")
		m.zero("multi-memory")
	case dataMemory:
		m.u32()
		m.zero("multi-memory")
	case argument:
		m.memoryArgument()
	case laneAt:
		m.memoryArgument()
		m.byte()
	case lane:
		m.byte()
	case lanes:
		m.bytes(16)
	case int32Bits:
		m.signed(32)
	case int64Bits:
		m.signed(64)
	case float32Bits:
		m.bytes(4)
	case float64Bits:
		m.bytes(8)
	}
}

// below reads the index of something of which the module has n. One beyond
// could be ours once it is added.
func (m *module) below(n uint32, what string) uint32 {
	at := m.at
	i := m.u32()
	if i >= n {
		m.fail(at, "%s %d where there are %d", what, i, n)
	}
	return i
}

func (m *module) blockType() {
	switch at := m.at; {
	case m.at < m.end && m.data[at]&0xc0 != 0x40:
		if m.signed(33) < 0 {
			m.fail(at, "block type is negative")
		}
	case m.at < m.end && m.data[at] == typeEmpty:
		m.at++
	default:
		m.valueType()
	}
}

func (m *module) memoryArgument() {
	at := m.at
	if m.u32() >= 64 {
		m.fail(at, "alignment 2^64 or the multi-memory proposal; build the module without it")
	}
	m.u32()
}
