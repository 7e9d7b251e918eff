package wasmfuel

import "encoding/binary"

// What is counted at run time, as the shift that makes units of it.
const (
	pagesToUnits   = 10 // up: 64 KiB by 64 bytes
	bytesToUnits   = 6  // down
	entriesToUnits = 3  // down: an entry has 8 bytes
)

// A payment writes the code that pays. What it writes leaves the operands that
// it finds on the stack as they are.
type payment struct {
	out    []byte
	fuel   uint32 // index of the global
	length uint32 // index of the local that holds a length
}

func (p *payment) pay(c charge) {
	switch c.kind {
	case head:
		p.balance()
		p.i64(int64(c.units))
		p.spend()
	case beforeBytes:
		p.payLength(bytesToUnits)
	case beforeEntries:
		p.payLength(entriesToUnits)
	case beforeMemoryGrow:
		p.balance()
		p.pages()
		p.refund()
	case afterMemoryGrow:
		p.balance()
		p.pages()
		p.spend()
	case beforeTableGrow:
		p.limitGrowth(c.table)
		p.balance()
		p.entries(c.table)
		p.refund()
	case afterTableGrow:
		p.balance()
		p.entries(c.table)
		p.spend()
	}
}

// balance puts the fuel on the stack; spend or refund follows, with an amount
// put there in between.
func (p *payment) balance() { p.with(opGlobalGet, p.fuel) }

// spend takes the amount off the fuel and ends the guest below zero.
func (p *payment) spend() {
	p.op(opI64Sub)
	p.with(opGlobalSet, p.fuel)
	p.balance()
	p.i64(0)
	p.op(opI64LtS, opIf, typeEmpty, opUnreachable, opEnd)
}

// refund adds the amount to the fuel, so that spending it again after an
// instruction costs what the instruction added to it.
func (p *payment) refund() {
	p.op(opI64Add)
	p.with(opGlobalSet, p.fuel)
}

// payLength pays for the i32 on the stack.
func (p *payment) payLength(shift int64) {
	p.with(opLocalTee, p.length)
	p.balance()
	p.with(opLocalGet, p.length)
	p.op(opI64ExtendI32U)
	p.i64(shift)
	p.op(opI64ShrU)
	p.spend()
}

// pages puts the units that the memory is worth on the stack.
func (p *payment) pages() {
	p.op(opMemorySize, 0, opI64ExtendI32U)
	p.i64(pagesToUnits)
	p.op(opI64Shl)
}

// entries puts the units that a table is worth on the stack.
func (p *payment) entries(table uint32) {
	p.size(table)
	p.i64(entriesToUnits)
	p.op(opI64ShrU)
}

// limitGrowth makes -1, by which no table can grow, of the i32 on the stack if
// the table would grow too large by it.
func (p *payment) limitGrowth(table uint32) {
	p.with(opLocalTee, p.length)
	p.op(opI32Const, 0x7f)
	p.with(opLocalGet, p.length)
	p.op(opI64ExtendI32U)
	p.size(table)
	p.op(opI64Add)
	p.i64(maxEntries)
	p.op(opI64LeU, opSelect)
}

// size puts the size of a table on the stack, as an i64.
func (p *payment) size(table uint32) {
	p.op(prefixMisc)
	p.with(opTableSize&0xff, table)
	p.op(opI64ExtendI32U)
}

func (p *payment) op(code ...byte) { p.out = append(p.out, code...) }

func (p *payment) with(code byte, index uint32) { p.out = appendU32(append(p.out, code), index) }

func (p *payment) i64(value int64) { p.out = appendI64(append(p.out, opI64Const), value) }

// fuelGlobal is the definition of the global.
func fuelGlobal() []byte {
	const mutable = 1
	return append(appendI64([]byte{typeI64, mutable, opI64Const}, StartFuel), opEnd)
}

// fuelExport is its export.
func (m *module) fuelExport() []byte {
	export := append([]byte{byte(len(Global))}, Global...)
	return appendU32(append(export, kindGlobal), m.globals)
}

// appendU32 appends unsigned LEB128, which is what a varint is.
func appendU32(to []byte, value uint32) []byte {
	return binary.AppendUvarint(to, uint64(value))
}

// appendI64 appends signed LEB128.
func appendI64(to []byte, value int64) []byte {
	for value < -64 || value > 63 {
		to = append(to, byte(value)|0x80)
		value >>= 7
	}
	return append(to, byte(value&0x7f))
}
