package livesqlite

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

const (
	walHeaderSize  = 32
	walFrameHeader = 24
	walMagic       = 0x377f0682 // the lowest bit set: checksums over big-endian words
	walVersion     = 3007000

	// walQuiet is how long a -wal must be at rest before a partial frame at
	// its end is damage and not a write in progress.
	walQuiet = 2 * time.Second
)

// inspectWAL reads the header of the -wal and judges it. pageSize is the
// database's, 0 when it is not known.
func inspectWAL(path string, wal file, pageSize int64, now time.Time) (Warning, error) {
	f, err := openForeign(path + "-wal")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	header := make([]byte, walHeaderSize)
	n, err := io.ReadFull(f, header)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, unreadable("its -wal file", err)
	}
	warning := checkWAL(header[:n], wal.info.Size(), pageSize)
	if warning == WALCut && now.Sub(wal.info.ModTime()) < walQuiet {
		return 0, nil
	}
	return warning, nil
}

// checkWAL judges a -wal of the given size by its header, see
// https://www.sqlite.org/fileformat2.html#walformat. It returns 0 when nothing
// speaks against it.
func checkWAL(header []byte, size, pageSize int64) Warning {
	if len(header) < walHeaderSize {
		return WALDamaged
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(header[at:]) }
	var order binary.ByteOrder = binary.LittleEndian
	switch word(0) {
	case walMagic:
	case walMagic | 1:
		order = binary.BigEndian
	default:
		return WALForeign
	}
	if s1, s2 := walChecksum(order, header[:24]); s1 != word(24) || s2 != word(28) {
		return WALDamaged
	}
	walPage := int64(word(8))
	if word(4) != walVersion || pageSize != 0 && walPage != pageSize {
		return WALForeign
	}
	if walPage < 512 || walPage > 65536 || walPage&(walPage-1) != 0 {
		return WALForeign
	}
	if (size-walHeaderSize)%(walFrameHeader+walPage) != 0 {
		return WALCut
	}
	return 0
}

// walChecksum is SQLite's sum over pairs of words, wrapping around.
func walChecksum(order binary.ByteOrder, data []byte) (s1, s2 uint32) {
	for ; len(data) >= 8; data = data[8:] {
		s1 += order.Uint32(data) + s2
		s2 += order.Uint32(data[4:]) + s1
	}
	return s1, s2
}

// Warning says that a database was opened although not all of it can be read.
type Warning uint8

// Warnings.
const (
	WALForeign Warning = iota + 1 // the -wal is not this database's; not read
	WALDamaged                    // the header of the -wal is damaged; not read
	WALCut                        // the -wal ends inside a frame; read up to the last whole transaction
	WALDropped                    // reading with the -wal failed; what was only in it is missing
	// MainCut: the main file is shorter than it says. What is left is read;
	// rows in its last page can end in zero bytes or be NULL throughout.
	MainCut
)

// String is the warning as part of a sentence.
func (w Warning) String() string {
	switch w {
	case WALForeign:
		return "the -wal file belongs to another database and was not read"
	case WALDamaged:
		return "the -wal file has a damaged header and was not read"
	case WALCut:
		return "the -wal file ends inside a frame; it was read up to the last whole transaction"
	case WALDropped:
		return "the database is damaged when read with its -wal file; what was only in the -wal is missing"
	case MainCut:
		return "the database file is cut off; only what is left was read"
	}
	return fmt.Sprintf("Warning(%d)", uint8(w))
}
