package openclaw

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// errLineTooLong marks a line beyond the bound; the reader has passed over it.
var errLineTooLong = errors.New("line is longer than the bound")

// lineReader splits a stream into lines and knows the byte offset of each. A
// line is valid until the next call.
type lineReader struct {
	r      *bufio.Reader
	offset int64 // of the first byte that was not consumed
	bounds lineBounds
	buf    []byte
}

func newLineReader(r io.Reader, offset int64, bounds lineBounds) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, min(256<<10, bounds.text)), offset: offset, bounds: bounds}
}

// lines splits a stream with the buffers of the run, which cost more than a
// short transcript. The one before must be done with.
func (r *reader) lines(stream io.Reader, offset int64, bounds lineBounds) *lineReader {
	if r.splitter == nil {
		r.splitter = newLineReader(stream, offset, bounds)
	}
	r.splitter.r.Reset(stream)
	r.splitter.offset, r.splitter.bounds = offset, bounds
	return r.splitter
}

// next returns the next line without its line feed, and the first one without
// a byte order mark. complete is false for a last line that has no line feed.
// At the end of the stream the error is io.EOF.
func (l *lineReader) next() (line []byte, complete bool, err error) {
	first := l.offset == 0
	line, complete, err = l.read()
	if first {
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
	}
	return line, complete, err
}

func (l *lineReader) read() (line []byte, complete bool, err error) {
	line, err = l.r.ReadSlice('\n')
	l.offset += int64(len(line))
	switch {
	case err == nil:
		return line[:len(line)-1], true, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return l.long(line)
	case errors.Is(err, io.EOF) && len(line) > 0:
		return line, false, nil
	}
	return nil, false, err
}

// long collects a line that is longer than the buffer. Lines that could hold a
// string beyond the bound go through a shrinker, so that an inline picture costs
// no memory.
func (l *lineReader) long(first []byte) (line []byte, complete bool, err error) {
	l.buf = append(l.buf[:0], first...)
	length := len(first)
	var shrink *shrinker
	for {
		part, err := l.r.ReadSlice('\n')
		l.offset += int64(len(part))
		complete = err == nil
		part = bytes.TrimSuffix(part, []byte{'\n'})
		length += len(part)
		switch {
		case length > l.bounds.line: // passed over to its end without keeping it
			l.buf = l.buf[:0]
		case shrink != nil:
			shrink.write(part)
		default:
			l.buf = append(l.buf, part...)
			if len(l.buf) > l.bounds.text {
				shrink = &shrinker{max: l.bounds.text}
				shrink.write(l.buf)
			}
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, err
		}
		if length > l.bounds.line {
			return nil, complete, errLineTooLong
		}
		line = l.buf
		if shrink != nil {
			line = shrink.out
		}
		return line, complete, nil
	}
}

// shrunk is one entry with its long strings replaced, see [shrinker].
func shrunk(entry []byte) []byte {
	if len(entry) <= maxText {
		return entry
	}
	s := shrinker{max: maxText}
	s.write(entry)
	return s.out
}

// shrinker copies JSON and replaces every string longer than max by the
// literal false, which no reader of strings takes for text (see [oversize]).
type shrinker struct {
	max      int
	out      []byte
	start    int // in out, of the string that is being copied
	inside   bool
	escaped  bool
	dropping bool
}

func (s *shrinker) write(part []byte) {
	for _, c := range part {
		switch {
		case !s.inside:
			if c == '"' {
				s.inside, s.start = true, len(s.out)
			}
			s.out = append(s.out, c)
			continue
		case s.escaped:
			s.escaped = false
		case c == '\\':
			s.escaped = true
		case c == '"':
			s.inside = false
			if s.dropping {
				s.dropping = false
				s.out = append(s.out, "false"...)
				continue
			}
		}
		if s.dropping {
			continue
		}
		s.out = append(s.out, c)
		if s.inside && len(s.out)-s.start > s.max+1 {
			s.out = s.out[:s.start]
			s.dropping = true
		}
	}
}

// tooDeep reports whether what was not read as JSON nests beyond maxDepth,
// JSON or not.
func tooDeep(data []byte) bool {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
