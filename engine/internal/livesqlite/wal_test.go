package livesqlite

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// walHeader builds a header that is right for the page size.
func walHeader(magic uint32, pageSize uint32) []byte {
	h := make([]byte, walHeaderSize)
	for i, word := range []uint32{magic, walVersion, pageSize, 7, 0x01020304, 0x05060708} {
		binary.BigEndian.PutUint32(h[4*i:], word)
	}
	sign(h)
	return h
}

// sign puts the right checksum into a header.
func sign(h []byte) {
	var order binary.ByteOrder = binary.LittleEndian
	if h[3]&1 == 1 {
		order = binary.BigEndian
	}
	s1, s2 := walChecksum(order, h[:24])
	binary.BigEndian.PutUint32(h[24:], s1)
	binary.BigEndian.PutUint32(h[28:], s2)
}

func TestCheckWAL(t *testing.T) {
	little, big := walHeader(walMagic, 4096), walHeader(walMagic|1, 4096)
	newer := walHeader(walMagic, 4096)
	binary.BigEndian.PutUint32(newer[4:], walVersion+1)
	sign(newer)
	tests := []struct {
		name     string
		header   []byte
		size     int64
		pageSize int64
		want     Warning
	}{
		{"header alone", little, 32, 4096, 0},
		{"little-endian sums", little, 32 + 3*4120, 4096, 0},
		{"big-endian sums", big, 32 + 3*4120, 4096, 0},
		{"page size not known", little, 32 + 4120, 0, 0},
		{"largest pages", walHeader(walMagic, 65536), 32 + 65560, 65536, 0},
		{"other page size", little, 32 + 4120, 1024, WALForeign},
		{"impossible page size", walHeader(walMagic, 4095), 32, 0, WALForeign},
		{"zero page size", walHeader(walMagic, 0), 32, 0, WALForeign},
		{"newer version", newer, 32, 4096, WALForeign},
		{"other magic", walHeader(0x12345678, 4096), 32, 4096, WALForeign},
		{"zeros", make([]byte, 32), 32, 4096, WALForeign},
		{"one byte short", little[:31], 31, 4096, WALDamaged},
		{"sums of the other order", append(append([]byte{}, little[:24]...), big[24:]...), 32, 4096, WALDamaged},
		{"ends inside a frame header", little, 32 + 4120 + 23, 4096, WALCut},
		{"ends inside a page", little, 32 + 4119, 4096, WALCut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := checkWAL(tt.header, tt.size, tt.pageSize); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestCheckWALNoticesEveryBit(t *testing.T) {
	for bit := range 8 * walHeaderSize {
		h := walHeader(walMagic, 4096)
		h[bit/8] ^= 1 << (bit % 8)
		if checkWAL(h, 32, 4096) == 0 {
			t.Errorf("bit %d changed unnoticed", bit)
		}
	}
}

func TestCheckWALAcceptsSQLites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.sqlite")
	makeCrashed(t, path, 5, 5)
	data, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if got := checkWAL(data[:walHeaderSize], int64(len(data)), 4096); got != 0 {
		t.Errorf("got %v", got)
	}
}

func FuzzCheckWAL(f *testing.F) {
	f.Add(walHeader(walMagic, 4096), int64(32+4120), int64(4096))
	f.Add(walHeader(walMagic|1, 65536), int64(32), int64(0))
	f.Add(walHeader(walMagic, 512), int64(33), int64(512))
	f.Add([]byte("a note"), int64(6), int64(4096))
	f.Add([]byte{}, int64(0), int64(0))
	f.Fuzz(func(t *testing.T, header []byte, size int64, pageSize int64) {
		got := checkWAL(header, size, pageSize)
		if got != 0 && got != WALForeign && got != WALDamaged && got != WALCut {
			t.Fatalf("verdict %d is none", got)
		}
		if got == WALForeign || got == WALDamaged {
			return
		}
		// What passes is what SQLite would have written for the same words.
		signed := append([]byte{}, header[:walHeaderSize]...)
		sign(signed)
		if string(signed) != string(header[:walHeaderSize]) {
			t.Fatal("accepted a wrong checksum")
		}
		page := int64(binary.BigEndian.Uint32(header[8:]))
		if pageSize != 0 && pageSize != page {
			t.Fatal("accepted another page size")
		}
		if whole := (size-walHeaderSize)%(page+walFrameHeader) == 0; whole != (got == 0) {
			t.Fatalf("size %d with pages of %d: verdict %d", size, page, got)
		}
	})
}

// overwriteFramePage replaces the page in every frame of the -wal and makes the
// frame's checksums right again, so that SQLite takes it for its own.
func overwriteFramePage(t *testing.T, path, page string) {
	t.Helper()
	data, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if data[3]&1 == 1 {
		order = binary.BigEndian
	}
	var s1, s2 = binary.BigEndian.Uint32(data[24:]), binary.BigEndian.Uint32(data[28:])
	sum := func(part []byte) {
		for ; len(part) >= 8; part = part[8:] {
			s1 += order.Uint32(part) + s2
			s2 += order.Uint32(part[4:]) + s1
		}
	}
	for at := walHeaderSize; at < len(data); at += walFrameHeader + len(page) {
		frame := data[at : at+walFrameHeader+len(page)]
		binary.BigEndian.PutUint32(frame, 1) // page 1, which holds the schema
		copy(frame[walFrameHeader:], page)
		sum(frame[:8])
		sum(frame[walFrameHeader:])
		binary.BigEndian.PutUint32(frame[16:], s1)
		binary.BigEndian.PutUint32(frame[20:], s2)
	}
	if err := os.WriteFile(path+"-wal", data, 0o644); err != nil {
		t.Fatal(err)
	}
}
