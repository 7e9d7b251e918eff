package wasmfuel

const (
	kindFunction = iota
	kindTable
	kindMemory
	kindGlobal
	kindTag
)

func (m *module) list(element func()) {
	for range m.count() {
		element()
	}
}

func (m *module) functionType() {
	at := m.at
	switch form := m.byte(); form {
	case typeFunction:
	case 0x4e, 0x4f, 0x50, 0x5e, 0x5f:
		m.fail(at, "type 0x%02x belongs to the garbage collection proposal; build the module without it", form)
	default:
		m.fail(at, "0x%02x is no function type", form)
	}
	parameters := m.count()
	for range parameters {
		m.valueType()
	}
	m.list(m.valueType)
	m.types = append(m.types, parameters)
}

func (m *module) importDescription() {
	m.name()
	at := m.at
	name := m.name()
	switch kind := m.byte(); kind {
	case kindFunction:
		m.below(uint32(len(m.types)), "type")
	case kindTable:
		m.table()
	case kindMemory:
		m.memory()
	case kindGlobal:
		if m.globalType(); name == Global {
			m.fail(at, "a global %s is imported already: the module is metered or pretends to be", Global)
		}
		m.globals++
	case kindTag:
		m.fail(at, "an imported tag belongs to the exception handling proposal; build the module without it")
	default:
		m.fail(at, "0x%02x is no kind of import", kind)
	}
}

func (m *module) functionDeclaration() {
	if i := m.below(uint32(len(m.types)), "type"); m.err == nil {
		m.functions = append(m.functions, m.types[i])
	}
}

func (m *module) table() {
	at := m.at
	m.referenceType()
	if n := m.limits(); n > maxEntries {
		m.fail(at, "a table of %d entries; at most %d can be metered", n, maxEntries)
	}
	if m.tables++; m.tables > maxTables {
		m.fail(at, "more than %d tables can not be metered", maxTables)
	}
}

func (m *module) memory() {
	at := m.at
	m.limits()
	if m.memories++; m.memories > 1 {
		m.fail(at, "a second memory belongs to the multi-memory proposal; build the module without it")
	}
}

func (m *module) globalType() {
	m.valueType()
	at := m.at
	if mutable := m.byte(); mutable > 1 {
		m.fail(at, "0x%02x says neither constant nor mutable", mutable)
	}
}

func (m *module) globalDefinition() {
	m.globalType()
	m.constant()
}

func (m *module) export() {
	at := m.at
	if m.name() == Global {
		m.fail(at, "%s is exported already: the module is metered or pretends to be", Global)
	}
	at = m.at
	switch kind := m.byte(); {
	case kind == kindGlobal:
		m.below(m.globals, "global")
	case kind < kindGlobal:
		m.u32()
	case kind == kindTag:
		m.fail(at, "an exported tag belongs to the exception handling proposal; build the module without it")
	default:
		m.fail(at, "0x%02x is no kind of export", kind)
	}
}

// elements reads an element segment; its first number holds three flags (5.5.12).
func (m *module) elements() {
	const passive, explicit, expressions = 1, 2, 4
	at := m.at
	flags := m.u32()
	if flags > passive|explicit|expressions {
		m.fail(at, "element segment of kind %d", flags)
	}
	if flags&passive == 0 {
		if flags&explicit != 0 {
			m.u32()
		}
		m.constant()
	}
	switch {
	case flags&(passive|explicit) == 0:
	case flags&expressions != 0:
		m.referenceType()
	default:
		m.zero("typed function references")
	}
	if flags&expressions != 0 {
		m.list(m.constant)
	} else {
		m.list(func() { m.u32() })
	}
}

// dataBytes reads a data segment (5.5.14).
func (m *module) dataBytes() {
	const active, passive, explicit = 0, 1, 2
	at := m.at
	switch kind := m.u32(); kind {
	case active:
		m.constant()
	case passive:
	case explicit:
		m.below(1, "memory")
		m.constant()
	default:
		m.fail(at, "data segment of kind %d", kind)
	}
	m.bytes(m.u32())
}

// constant reads a constant expression (3.3.9, 5.4.9).
func (m *module) constant() {
	for m.err == nil {
		at := m.at
		code, follows := m.opcode()
		switch code {
		case opEnd:
			return
		case opI32Const, opI64Const, opF32Const, opF64Const, opV128Const, opRefNull, opRefFunc, opGlobalGet:
			m.immediates(follows)
		default:
			m.fail(at, "instruction 0x%02x is not constant in the specification 2.0; build the module without extended constants", code)
		}
	}
}
