package openclaw

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/klauspost/compress/zstd"
	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/source"
)

// fileCursor is where the last read of a transcript file ended. Head and Tail
// are keyed digests of the bytes at the start and before Offset: equal ones
// mean that the file was only appended to.
type fileCursor struct {
	Version   int           `json:"v"`
	At        stamp         `json:"at"`
	Offset    int64         `json:"o"`
	Seq       int64         `json:"q"` // number of the next record
	SessionID string        `json:"id"`
	Head      string        `json:"h,omitempty"`
	Tail      string        `json:"t,omitempty"`
	Skips     []source.Skip `json:"skips,omitempty"`
}

const sampled = 4 << 10 // bytes that Head and Tail digest at most

// transcript reads one transcript file from its cursor. An error wrapping
// fs.ErrNotExist means that the file is gone; other errors are the sink's or
// the context's, all else is reported and passed over.
func (r *reader) transcript(w *windows, f file) error {
	var c fileCursor
	known := json.Unmarshal([]byte(r.cursors.Cursor(f.id)), &c) == nil && c.Version == cursorVersion
	if known && c.At == f.at && r.settled(f.at) {
		t := tally{c.Skips}
		t.report(r.sink, f.name.kind)
		return nil
	}
	in, info, err := regular.Open(f.path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.sink.Skip(source.Skip{Where: f.id, Reason: openReason(err), Count: 1, Fatal: true})
			return nil
		}
		return err
	}
	defer in.Close()
	resumed := known && !f.name.zstd && r.appended(in, c)
	if !resumed {
		c = fileCursor{}
	}
	c.Version, c.At = cursorVersion, stampOf(info)
	var stream io.Reader = in
	if f.name.zstd {
		decoder, err := newDecoder(in)
		if err != nil {
			r.sink.Skip(source.Skip{Where: f.id, Reason: source.ReasonBadZstd, Count: 1, Fatal: true})
			return nil
		}
		defer decoder.Close()
		stream = decoder
	} else if _, err := in.Seek(c.Offset, io.SeekStart); err != nil {
		r.sink.Skip(source.Skip{Where: f.id, Reason: source.ReasonUnreadable, Count: 1, Fatal: true})
		return nil
	}
	run := &fileRun{reader: r, windows: w, file: f, cursor: c, resumed: resumed}
	if err := run.read(&bounded{r: stream, left: maxDecompressed, unlimited: !f.name.zstd}); err != nil {
		return err
	}
	if !f.name.zstd {
		run.cursor.Head, run.cursor.Tail = r.samples(in, run.cursor.Offset)
	}
	return run.end()
}

// appended reports whether everything before the cursor is as it was read.
func (r *reader) appended(in *os.File, c fileCursor) bool {
	if info, err := in.Stat(); err != nil || info.Size() < c.Offset {
		return false
	}
	head, tail := r.samples(in, c.Offset)
	return head != "" && head == c.Head && tail == c.Tail
}

// samples digests the first and the last bytes before offset; empty on error.
func (r *reader) samples(in *os.File, offset int64) (head, tail string) {
	size := min(sampled, offset)
	buf := make([]byte, size)
	if _, err := in.ReadAt(buf, 0); err != nil {
		return "", ""
	}
	head = r.opt.Digest(buf)
	if _, err := in.ReadAt(buf, offset-size); err != nil {
		return "", ""
	}
	return head, r.opt.Digest(buf)
}

// newDecoder bounds the memory that a frame can ask for.
func newDecoder(in io.Reader) (*zstd.Decoder, error) {
	return zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindowSize), zstd.WithDecoderLowmem(true))
}

// errTooBig ends a stream at its bound.
var errTooBig = errors.New("decompressed size is beyond the bound")

// bounded is io.LimitReader with an error at the limit, and with the first
// error of the stream kept: after damage, no further byte is trusted.
type bounded struct {
	r         io.Reader
	left      int64
	unlimited bool
	err       error
}

func (b *bounded) Read(p []byte) (int, error) {
	if !b.unlimited && b.left <= 0 {
		b.err = errTooBig
		return 0, b.err
	}
	if !b.unlimited && int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// fileRun reads the lines of one transcript file.
type fileRun struct {
	*reader
	windows *windows
	file    file
	cursor  fileCursor
	resumed bool
	begun   bool
	skipped tally
}

func (run *fileRun) read(stream *bounded) error {
	run.skipped.skips = run.cursor.Skips
	lines := newLineReader(stream, run.cursor.Offset)
	if run.resumed {
		if err := run.begin(run.cursor.SessionID); err != nil {
			return err
		}
	}
	for {
		if err := run.ctx.Err(); err != nil {
			return err
		}
		line, complete, err := lines.next()
		if err == io.EOF {
			return run.beginEmpty()
		}
		if err != nil && !errors.Is(err, errLineTooLong) {
			run.damaged(stream.err)
			return run.beginEmpty()
		}
		if !complete && (stream.err != nil || !run.takeLast(line)) {
			if stream.err != nil {
				run.damaged(stream.err)
			}
			return run.beginEmpty()
		}
		run.cursor.Offset = lines.offset
		if err != nil {
			run.skip(source.ReasonTooLong)
			run.cursor.Seq++
			continue
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := run.record(line); err != nil {
			return err
		}
		if run.cursor.Seq > maxEntries {
			run.skip(source.ReasonTooMany)
			return nil
		}
	}
}

// takeLast decides about a last line without line feed. One that is a whole
// JSON value is complete: a prefix of an object never is. Another is a write
// in progress, taken next time, or in an archive, which nobody writes any
// more, damage.
func (run *fileRun) takeLast(line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return false
	}
	if line[0] == '{' && !tooDeep(line) && gjson.ValidBytes(line) {
		return true
	}
	if !run.file.name.kind.Live() {
		run.skip(source.ReasonCutArchive)
	}
	return false
}

// damaged names why a stream ended early; what came before it is kept.
func (run *fileRun) damaged(err error) {
	reason := source.ReasonUnreadable
	switch {
	case errors.Is(err, errTooBig):
		reason = source.ReasonTooBig
	case errors.Is(err, io.ErrUnexpectedEOF):
		reason = source.ReasonCutArchive
	case run.file.name.zstd:
		reason = source.ReasonBadZstd
	}
	run.skip(reason)
}

func (run *fileRun) skip(reason source.Reason) {
	run.skipped.add(reason, at(run.file.id, run.cursor.Seq+1))
}

// record takes one line. The first record of a transcript is its header; a
// transcript without one is known by its file name.
func (run *fileRun) record(line []byte) error {
	entry, err := run.decoder.decode(line, run.cursor.Seq)
	if err != nil {
		run.skip(reasonOf(err))
	}
	run.cursor.Seq++
	if err != nil {
		return nil
	}
	if !run.begun {
		id := run.file.name.sessionID
		if entry.Type == "session" && plausibleID(entry.ID) {
			id = entry.ID
		}
		if err := run.begin(id); err != nil {
			return err
		}
	}
	return run.sink.Entry(entry)
}

// plausibleID accepts what can be a session id. It is only ever used as text,
// so one with path characters does no harm.
func plausibleID(id string) bool {
	return id != "" && len(id) <= 256 && !strings.ContainsFunc(id, unicode.IsControl)
}

func (run *fileRun) begin(sessionID string) error {
	run.begun = true
	run.cursor.SessionID = sessionID
	facts, named := run.windows.facts(sessionID)
	if err := run.sink.Facts(facts); err != nil {
		return err
	}
	kind := run.file.name.kind
	if kind == source.KindJSONL && !named {
		kind = source.KindOrphan
	}
	return run.sink.Begin(source.Transcript{
		ID: run.file.id, Kind: kind, Agent: facts.Agent, SessionID: sessionID,
		Deleted: kind == source.KindDeleted, Resumed: run.resumed,
	})
}

// beginEmpty begins a transcript that has no usable record, so that its
// cursor and its damage are remembered.
func (run *fileRun) beginEmpty() error {
	if run.begun {
		return nil
	}
	return run.begin(run.file.name.sessionID)
}

func (run *fileRun) end() error {
	run.skipped.report(run.sink, run.file.name.kind)
	run.cursor.Skips = run.skipped.skips
	return run.sink.End(encode(run.cursor))
}

func openReason(err error) source.Reason {
	if errors.Is(err, regular.ErrNotRegular) {
		return source.ReasonNotRegular
	}
	return source.ReasonUnreadable
}
