package wasmfuel

import (
	"bytes"
	"strings"
)

// Global is the name under which a metered module exports its fuel, a mutable
// i64.
const Global = "ss_fuel"

// StartFuel is what the fuel begins with: enough for any start function, which
// runs before the host can set it, and about a tenth of a second of an endless
// loop in compiled code.
const StartFuel = 1 << 26

const (
	maxModule  = 32 << 20 // bytes
	maxCode    = 64 << 20 // bytes of the code section when metered
	maxBody    = 4 << 20  // bytes
	maxList    = 1_000_000
	maxTables  = 8
	maxEntries = 1 << 20 // of one table
	maxLocals  = 50_000  // of one function, parameters included
	maxBlocks  = 10_000  // open at one time

	// An engine keeps the type of every local of every function.
	maxAllLocals = 10_000_000
)

// The header is the magic number and version 1.
const header = "\x00asm\x01\x00\x00\x00"

// Meter returns the module with its fuel counted. Any error is an [*Error]. The
// module given is not changed.
func Meter(wasm []byte) ([]byte, error) {
	if len(wasm) > maxModule {
		return nil, &Error{maxModule, "the module is larger than 32 MiB"}
	}
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, &Error{0, "this is no WebAssembly module of version 1"}
	}
	m := module{reader: reader{data: wasm, at: len(header), end: len(wasm)}}
	m.out = append(make([]byte, 0, len(wasm)+len(wasm)/4), header...)
	for m.at < m.end && m.err == nil {
		m.section()
	}
	m.addBefore(len(sectionOrder))
	if len(m.functions) > 0 {
		m.fail(m.at, "%d functions have no body", len(m.functions))
	}
	if m.err != nil {
		return nil, m.err
	}
	return m.out, nil
}

// A module is one on its way through [Meter].
type module struct {
	reader
	out  []byte
	next int // place in sectionOrder that the next section has at least

	types     []uint32 // parameters of each type
	functions []uint32 // parameters of each function whose body is to come
	globals   uint32   // imported and defined so far; ours comes behind them
	tables    int
	memories  int
	allLocals uint64

	function
}

// sectionOrder holds the sections but for custom ones, which may stand
// anywhere (5.5.15).
const (
	sectionOrder = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0c\x0a\x0b"

	placeGlobal = 5
	placeExport = 6
)

const (
	sectionCustom = iota
	sectionType
	sectionImport
	sectionFunction
	sectionTable
	sectionMemory
	sectionGlobal
	sectionExport
	sectionStart
	sectionElement
	sectionCode
	sectionData
	sectionDataCount
	sectionTag
)

// section copies the next section, changed where it has to be.
func (m *module) section() {
	start := m.at
	id := m.byte()
	place := bytes.IndexByte([]byte(sectionOrder), id)
	switch {
	case id == sectionCustom:
	case id == sectionTag:
		m.fail(start, "section 13 belongs to the exception handling proposal; build the module without it")
	case place < 0:
		m.fail(start, "section %d is not in the specification 2.0", id)
	case place < m.next:
		m.fail(start, "section %d is out of order", id)
	default:
		m.addBefore(place)
		m.next = place + 1
	}
	m.within(m.u32(), func() { m.content(id, m.data[start:m.end]) })
}

// addBefore adds the sections that the module lacks before this place and the
// fuel needs.
func (m *module) addBefore(place int) {
	if m.next <= placeGlobal && placeGlobal < place {
		m.put(sectionGlobal, append([]byte{1}, fuelGlobal()...))
	}
	if m.next <= placeExport && placeExport < place {
		m.put(sectionExport, append([]byte{1}, m.fuelExport()...))
	}
}

// content reads what is in a section and writes the section.
func (m *module) content(id byte, whole []byte) {
	switch id {
	case sectionGlobal:
		m.globals += m.extended(id, m.globalDefinition, fuelGlobal())
		return
	case sectionExport:
		m.extended(id, m.export, m.fuelExport())
		return
	case sectionCode:
		m.code()
		return
	case sectionCustom:
		drop := addressesCode(m.name())
		m.at = m.end
		if drop {
			return
		}
	case sectionType:
		m.list(m.functionType)
	case sectionImport:
		m.list(m.importDescription)
	case sectionFunction:
		m.list(m.functionDeclaration)
	case sectionTable:
		m.list(m.table)
	case sectionMemory:
		m.list(m.memory)
	case sectionStart, sectionDataCount:
		m.u32()
	case sectionElement:
		m.list(m.elements)
	case sectionData:
		m.list(m.dataBytes)
	}
	m.out = append(m.out, whole...)
}

// extended writes a section whose list has one more element, and says how long
// the list was.
func (m *module) extended(id byte, element func(), more []byte) uint32 {
	n := m.count()
	from := m.at
	for range n {
		element()
	}
	list := appendU32(nil, n+1)
	list = append(list, m.data[from:m.at]...)
	m.put(id, append(list, more...))
	return n
}

func (m *module) put(id byte, content []byte) {
	m.out = appendU32(append(m.out, id), uint32(len(content)))
	m.out = append(m.out, content...)
}

// addressesCode tells the custom sections that would point at the wrong
// instructions: https://yurydelendik.github.io/webassembly-dwarf/,
// https://github.com/WebAssembly/tool-conventions/blob/main/CodeMetadata.md and
// Linking.md there.
func addressesCode(custom string) bool {
	return strings.HasPrefix(custom, ".debug_") ||
		strings.HasPrefix(custom, "reloc.") ||
		strings.HasPrefix(custom, "metadata.code.")
}
