package plugin

import "encoding/binary"

// imported is one entry of the import section.
type imported struct {
	module, name string
	kind         byte
}

const kindFunction = 0

func (i imported) String() string { return i.module + "." + i.name }

func (i imported) kindName() string {
	return [...]string{"function", "table", "memory", "global"}[i.kind]
}

// imports lists the import section of a module that wasmfuel has accepted, so
// that all lengths in it are known to be right. The engine tells functions and
// memories only.
func imports(wasm []byte) []imported {
	const header, sectionImport = 8, 2
	for r := (reader{wasm[header:]}); len(r.rest) > 0; {
		id := r.take(1)[0]
		content := reader{r.take(r.number())}
		if id == sectionImport {
			return content.imports()
		}
	}
	return nil
}

// reader reads from rest. It panics on bytes that wasmfuel refuses.
type reader struct{ rest []byte }

func (r *reader) imports() []imported {
	list := make([]imported, r.number())
	for i := range list {
		list[i] = imported{module: r.name(), name: r.name(), kind: r.take(1)[0]}
		r.skipType(list[i].kind)
	}
	return list
}

// skipType passes over the type of an import (5.5.5 of the specification).
func (r *reader) skipType(kind byte) {
	const table, global = 1, 3
	switch kind {
	case kindFunction:
		r.number()
		return
	case global:
		r.take(2)
		return
	case table:
		r.take(1)
	}
	hasMax := r.take(1)[0]&1 == 1
	r.number()
	if hasMax {
		r.number()
	}
}

func (r *reader) number() int {
	n, length := binary.Uvarint(r.rest)
	r.take(length)
	return int(n)
}

func (r *reader) name() string { return string(r.take(r.number())) }

func (r *reader) take(n int) []byte {
	part := r.rest[:n]
	r.rest = r.rest[n:]
	return part
}
