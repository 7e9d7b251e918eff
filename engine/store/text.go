package store

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Texts below minCompressed bytes shrink little, and a text that does not
// shrink by a tenth is not worth the time of unpacking it at each read. With a
// quarter of the limit an archive has 2 % less, and to read all of it takes 10 %
// longer.
const minCompressed = 1 << 10

// maxText bounds what a damaged archive can make us allocate. One message's
// text has at most 4 MiB when it is read; placeholders can be longer than what
// they replace.
const maxText = 64 << 20

// packer compresses texts. It is safe for concurrent use.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	rooms   *sync.Pool // of *[]byte, to unpack texts in
}

// maxRoom is what is kept to unpack the next text in, in bytes.
const maxRoom = 1 << 20

func newPacker() (packer, error) {
	// Of a first sync the fastest level saves a fifth of the time, at the cost of
	// a twentieth more archive. One text at a time on either side: more would only cost memory. SQLite
	// notices damaged pages, so frames carry no checksum.
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return packer{}, fmt.Errorf("starting compression: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxText))
	if err != nil {
		return packer{}, fmt.Errorf("starting decompression: %w", err)
	}
	return packer{encoder, decoder, &sync.Pool{New: func() any { return new([]byte) }}}, nil
}

func (p packer) close() {
	p.encoder.Close()
	p.decoder.Close()
}

// pack makes the stored form of a text: a string when plain, bytes when
// compressed. SQLite keeps the difference as the type of the value.
func (p packer) pack(text string) any {
	if len(text) < minCompressed {
		return text
	}
	packed := p.encoder.EncodeAll([]byte(text), make([]byte, 0, len(text)/2))
	if len(packed) > len(text)-len(text)/10 {
		return text
	}
	return packed
}

// packState makes the stored form of a state: bytes, so compressed always.
func (p packer) packState(state []byte) []byte {
	return p.encoder.EncodeAll(state, nil)
}

func (p packer) unpackState(stored []byte) ([]byte, error) { return p.decode(stored, nil) }

// decode writes over room, where it is large enough.
func (p packer) decode(stored, room []byte) ([]byte, error) {
	text, err := p.decoder.DecodeAll(stored, room)
	if err != nil {
		return nil, fmt.Errorf("unpacking what is stored: %w (%w)", ErrCorrupt, err)
	}
	return text, nil
}

func (p packer) unpack(stored any) (string, error) {
	switch v := stored.(type) {
	case string:
		return v, nil
	case []byte:
		room := p.rooms.Get().(*[]byte)
		defer p.rooms.Put(room)
		text, err := p.decode(v, (*room)[:0])
		if cap(text) <= maxRoom {
			*room = text
		}
		return string(text), err
	}
	return "", fmt.Errorf("a text has an unknown form: %w", ErrCorrupt)
}
