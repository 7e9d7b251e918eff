package openclaw

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"strings"
	"unicode"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/source"
)

// fileCursor is where the last read of a transcript file ended. Head and Tail
// are keyed digests of the bytes at the start and before Offset: equal ones
// mean that the file was only appended to.
type fileCursor struct {
	At      stamp  `json:"at"`
	Offset  int64  `json:"o"`
	Seq     int64  `json:"q"`            // number of the next record
	Session string `json:"id,omitempty"` // keyed digest of the session id, once a record told it
	Head    string `json:"h,omitempty"`
	Tail    string `json:"t,omitempty"`
	Skips   tally  `json:"skips,omitempty"` // before Offset
	Rest    tally  `json:"rest,omitempty"`  // behind Offset; looked at again when the file changes
}

const sampled = 4 << 10 // bytes that Head and Tail digest at most

// unchanged reads the cursor of a file and reports whether the file is still
// as it was when the cursor was made.
func (r *reader) unchanged(f file) (c fileCursor, known, unchanged bool) {
	settled := r.settled(f.at)
	if settled && r.cursors.Unchanged(f.id, f.at.String()) {
		return c, true, true
	}
	known = r.cursor(f.id, &c)
	unchanged = known && c.At == f.at && settled
	if unchanged {
		r.done(f, c)
	}
	return c, known, unchanged
}

// done tells the sink about a transcript that was read to its end.
func (r *reader) done(f file, c fileCursor) {
	if len(c.Skips)+len(c.Rest) == 0 {
		r.sink.Done(f.id, c.At.String())
	}
}

// transcript reads one transcript file from its cursor. The error is
// errVanished, the sink's or the context's; all else is reported and passed
// over.
func (r *reader) transcript(w *windows, f file) error {
	c, known, unchanged := r.unchanged(f)
	if unchanged {
		c.Skips.report(r.sink, f.id, f.name.kind)
		c.Rest.report(r.sink, f.id, f.name.kind)
		return nil
	}
	in, info, err := regular.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return errVanished
	}
	if err != nil {
		r.sink.Skip(source.Skip{Where: f.id, Reason: openReason(err), Count: 1, Fatal: true})
		return nil
	}
	defer in.Close()
	resumed := known && !f.name.zstd && c.Session == r.digest(f.name.sessionID) && r.appended(in, c)
	if !resumed {
		c = fileCursor{}
	}
	c.At, c.Rest = stampOf(info), nil
	run := &fileRun{reader: r, windows: w, file: f, cursor: c, resumed: resumed}
	stream, err := run.open(in)
	if err != nil {
		r.sink.Skip(source.Skip{Where: f.id, Reason: source.ReasonUnreadable, Count: 1, Fatal: true})
		return nil
	}
	defer stream.close()
	if err := run.read(stream); err != nil {
		return err
	}
	if !f.name.zstd {
		run.cursor.Head, run.cursor.Tail = r.samples(in, run.cursor.Offset)
	}
	return run.end()
}

func (r *reader) digest(text string) string { return r.opt.Digest([]byte(text)) }

// appended reports whether everything before the cursor is as it was read.
func (r *reader) appended(in *os.File, c fileCursor) bool {
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

// errTooBig ends a stream at its bound.
var errTooBig = errors.New("decompressed size is beyond the bound")

// bounded is a stream that ends with an error at its limit and keeps the first
// error: after damage, no further byte is trusted.
type bounded struct {
	r     io.Reader
	left  int64
	err   error
	close func()
}

// plain is a stream of bytes that lie there as they are.
func plain(r io.Reader) *bounded {
	return &bounded{r: r, left: math.MaxInt64 - 1, close: func() {}}
}

// unpacked is a stream of compressed bytes.
func unpacked(r io.Reader) (*bounded, error) {
	decoder, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindowSize), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return &bounded{r: decoder, left: maxDecompressed, close: decoder.Close}, nil
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left+1 { // one more tells the end from the bound
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n-1, errTooBig
	}
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
}

// open gives the bytes from the cursor on.
func (run *fileRun) open(in *os.File) (*bounded, error) {
	if run.file.name.zstd {
		if run.cursor.At.Size == 0 {
			run.rest(source.ReasonCutArchive) // the decoder takes nothing for an empty stream
		}
		return unpacked(in)
	}
	_, err := in.Seek(run.cursor.Offset, io.SeekStart)
	return plain(in), err
}

func (run *fileRun) read(stream *bounded) error {
	lines := run.lines(stream, run.cursor.Offset, entryLines())
	if run.resumed {
		if err := run.begin(run.file.name.sessionID); err != nil {
			return err
		}
	}
	for run.cursor.Seq < maxEntries {
		if err := run.ctx.Err(); err != nil {
			return err
		}
		line, complete, err := lines.next()
		tooLong := errors.Is(err, errLineTooLong)
		switch {
		case err == io.EOF:
			return run.beginEmpty()
		case err != nil && !tooLong, !complete && stream.err != nil:
			run.rest(damageOf(err, stream, run.file.name.zstd))
			return run.beginEmpty()
		case !complete && !run.takeLast(line, tooLong):
			return run.beginEmpty()
		}
		run.cursor.Offset = lines.offset
		if line = bytes.TrimSpace(line); len(line) == 0 && !tooLong {
			continue
		}
		if err := run.record(line, tooLong); err != nil {
			return err
		}
	}
	run.rest(source.ReasonTooMany)
	return run.beginEmpty()
}

// takeLast decides about a last line without line feed. One that is a whole
// JSON value is complete: a prefix of an object never is. Another is a write
// in progress, taken next time, or in an archive, which nobody writes any
// more, damage.
func (run *fileRun) takeLast(line []byte, tooLong bool) bool {
	if tooLong {
		run.rest(source.ReasonTooLong)
		return false
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return false
	}
	if line[0] == '{' && valid(line) {
		return true
	}
	if !run.file.name.kind.Live() {
		run.rest(source.ReasonCutArchive)
	}
	return false
}

// damageOf says why a stream ended early; what came before is kept.
func damageOf(err error, stream *bounded, zstd bool) source.Reason {
	err = cmp.Or(stream.err, err)
	switch {
	case errors.Is(err, errTooBig):
		return source.ReasonTooBig
	case errors.Is(err, io.ErrUnexpectedEOF):
		return source.ReasonCutArchive
	case zstd:
		return source.ReasonBadZstd
	}
	return source.ReasonUnreadable
}

// rest notes damage at the cursor, which does not move over it.
func (run *fileRun) rest(reason source.Reason) {
	run.cursor.Rest.add(reason, run.cursor.Seq+1)
	if reason == source.ReasonUnreadable {
		run.cursor.At = stamp{} // may be readable next time, unchanged as it is
	}
}

// record takes one line. The first record of a transcript is its header; a
// transcript without one is known by its file name.
func (run *fileRun) record(line []byte, tooLong bool) error {
	seq := run.cursor.Seq
	run.cursor.Seq++
	if tooLong {
		run.cursor.Skips.add(source.ReasonTooLong, run.cursor.Seq)
		return nil
	}
	entry, err := run.decoder.decode(line, seq)
	if err != nil {
		run.cursor.Skips.add(reasonOf(err), run.cursor.Seq)
		return nil
	}
	if !run.begun {
		id := run.file.name.sessionID
		if entry.Type == "session" && plausibleID(entry.ID) {
			id = entry.ID
		}
		run.cursor.Session = run.digest(id)
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
	run.cursor.Skips.report(run.sink, run.file.id, run.file.name.kind)
	run.cursor.Rest.report(run.sink, run.file.id, run.file.name.kind)
	run.done(run.file, run.cursor)
	return run.sink.End(encode(run.cursor))
}

func openReason(err error) source.Reason {
	switch {
	case errors.Is(err, regular.ErrNotRegular):
		return source.ReasonNotRegular
	case errors.Is(err, fs.ErrNotExist):
		return source.ReasonVanished
	}
	return source.ReasonUnreadable
}
