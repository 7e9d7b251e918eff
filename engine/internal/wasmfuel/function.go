package wasmfuel

import "slices"

const (
	codePerUnit = 4096 // bytes
	localBytes  = 8    // of code that a local counts as
)

// A function is one whose body is being read.
type function struct {
	locals  uint32   // without ours
	charges []charge // in the order of the code
	blocks  []openBlock
	metered []byte
}

// A charge is code to be written before a byte of the body.
type charge struct {
	at    int
	units uint32 // of a head
	table uint32 // index of the table that grows
	kind  chargeKind
}

type chargeKind byte

const (
	head chargeKind = iota // of a function or loop
	beforeBytes
	beforeEntries
	beforeMemoryGrow
	afterMemoryGrow
	beforeTableGrow
	afterTableGrow
)

// needsLength tells whether the charge uses our local.
func (c charge) needsLength() bool {
	return c.kind == beforeBytes || c.kind == beforeEntries || c.kind == beforeTableGrow
}

// An openBlock is a block whose end is still to come. The outermost is the body.
type openBlock struct {
	charge int // the head that pays for it, or unpaid: the block around it does
	start  int // of what it pays for
	inside int // bytes of it in loops, which pay for themselves
}

const unpaid = -1

// code reads the code section and writes it metered.
func (m *module) code() {
	at := m.at
	if n := m.count(); int(n) != len(m.functions) {
		m.fail(at, "%d bodies for %d functions", n, len(m.functions))
	}
	out := appendU32(nil, uint32(len(m.functions)))
	for _, parameters := range m.functions {
		at := m.at
		size := m.u32()
		if size > maxBody {
			m.fail(at, "a function of %d bytes; at most %d can be metered", size, maxBody)
		}
		m.within(size, func() { out = m.body(out, parameters) })
		if len(out) > maxCode {
			m.fail(at, "the code is larger than 64 MiB when metered")
		}
		if m.err != nil {
			return
		}
	}
	m.functions = nil
	m.put(sectionCode, out)
}

// body reads a function body and appends it metered.
func (m *module) body(out []byte, parameters uint32) []byte {
	groups := m.count()
	groupsAt := m.at
	m.declareLocals(groups, parameters)
	codeAt := m.at
	m.charges, m.blocks = m.charges[:0], m.blocks[:0]
	m.openHead(int(m.locals) * localBytes)
	for len(m.blocks) > 0 && m.err == nil {
		m.instruction()
	}
	if m.err != nil {
		return out
	}

	p := payment{out: m.metered[:0], fuel: m.globals, length: m.locals}
	if slices.ContainsFunc(m.charges, charge.needsLength) {
		p.out = appendU32(p.out, groups+1)
		p.out = append(p.out, m.data[groupsAt:codeAt]...)
		p.out = append(p.out, 1, typeI32)
	} else {
		p.out = appendU32(p.out, groups)
		p.out = append(p.out, m.data[groupsAt:codeAt]...)
	}
	from := codeAt
	for _, c := range m.charges {
		p.out = append(p.out, m.data[from:c.at]...)
		p.pay(c)
		from = c.at
	}
	m.metered = append(p.out, m.data[from:m.end]...)
	return append(appendU32(out, uint32(len(m.metered))), m.metered...)
}

// declareLocals reads the groups of locals of one type each.
func (m *module) declareLocals(groups, parameters uint32) {
	at := m.at
	n := uint64(parameters)
	for range groups {
		n += uint64(m.u32())
		m.valueType()
	}
	m.allLocals += n
	switch {
	case n > maxLocals:
		m.fail(at, "%d locals; at most %d can be metered", n, maxLocals)
	case m.allLocals > maxAllLocals:
		m.fail(at, "the functions so far have more than %d locals", maxAllLocals)
	}
	m.locals = uint32(n)
}

// instruction reads one instruction and notes what it has to pay.
func (m *module) instruction() {
	at := m.at
	code, follows := m.opcode()
	operand := m.at
	m.immediates(follows)
	switch follows {
	case block:
		m.open(openBlock{charge: unpaid})
	case loop:
		m.openHead(0)
	case end:
		m.close()
	}
	switch code {
	case opMemoryInit, opMemoryCopy, opMemoryFill:
		m.charges = append(m.charges, charge{at: at, kind: beforeBytes})
	case opTableInit, opTableCopy, opTableFill:
		m.charges = append(m.charges, charge{at: at, kind: beforeEntries})
	case opMemoryGrow:
		m.charges = append(m.charges, charge{at: at, kind: beforeMemoryGrow}, charge{at: m.at, kind: afterMemoryGrow})
	case opTableGrow:
		table := (&reader{data: m.data, at: operand, end: m.at}).u32()
		m.charges = append(m.charges,
			charge{at: at, kind: beforeTableGrow, table: table},
			charge{at: m.at, kind: afterTableGrow, table: table})
	}
}

// openHead begins a function or loop, whose head pays for the code in it and
// for so many bytes before it.
func (m *module) openHead(before int) {
	m.open(openBlock{charge: len(m.charges), start: m.at - before})
	m.charges = append(m.charges, charge{at: m.at, kind: head})
}

func (m *module) open(b openBlock) {
	if len(m.blocks) == maxBlocks {
		m.fail(m.at, "more than %d blocks in one another can not be metered", maxBlocks)
	}
	m.blocks = append(m.blocks, b)
}

// close ends the innermost block and settles what its head pays.
func (m *module) close() {
	last := len(m.blocks) - 1
	b := m.blocks[last]
	m.blocks = m.blocks[:last]
	if b.charge != unpaid {
		size := m.at - b.start
		m.charges[b.charge].units = 1 + uint32(size-b.inside)/codePerUnit
		b.inside = size
	}
	if last > 0 {
		m.blocks[last-1].inside += b.inside
	}
}
