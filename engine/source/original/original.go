package original

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// agent is the only one whose sessions the script read.
const agent = "main"

// place is where the cursor of all files together is kept.
const place = "shared_chat.json"

// Options says what to read and with what. All fields are required.
type Options struct {
	// Files are paths of files that the first session-sync may have written.
	Files []string
	// Location is that of times without a zone.
	Location *time.Location
	// Digest gives a keyed digest in hex digits, 12 or more, of which the ids of
	// messages without a time are made.
	Digest func(data []byte) string
}

// Source reads the files of one installation. It is used by one goroutine.
type Source struct{ opt Options }

// New returns a Source. It opens nothing.
func New(opt Options) *Source { return &Source{opt} }

// Survey implements [source.Source]. The fingerprint does not depend on names: a
// file that is set aside is the one that was read.
func (s *Source) Survey(context.Context) (source.Survey, error) {
	var states []string
	for _, path := range s.opt.Files {
		state := "unreadable"
		if info, err := os.Lstat(path); err == nil {
			state = strconv.FormatInt(info.Size(), 10) + "-" + strconv.FormatInt(info.ModTime().UnixNano(), 10)
		}
		states = append(states, state)
	}
	slices.Sort(states)
	return source.Survey{Fingerprint: strings.Join(states, " "), Settled: true, Stores: len(states)}, nil
}

// Read implements [source.Source]. When any file is another one than at the last
// read, all of them are read: what the archive has of them does not change.
func (s *Source) Read(ctx context.Context, cursors source.Cursors, sink source.Sink) error {
	survey, err := s.Survey(ctx)
	if err != nil || survey.Stores == 0 || cursors.Cursor(place) == survey.Fingerprint {
		return err
	}
	again, left := false, maxSessions
	for _, path := range s.opt.Files {
		r := reader{Options: s.opt, ctx: ctx, sink: sink, cursor: survey.Fingerprint, left: &left, skips: map[source.Reason]int{}}
		if err := r.file(path); err != nil {
			return err
		}
		again = again || r.skips[source.ReasonUnreadable] > 0
		r.report(filepath.Base(path))
	}
	if again { // it may be readable next time, unchanged as it is
		return nil
	}
	return sink.Mark(place, survey.Fingerprint)
}

// reader reads one file.
type reader struct {
	Options
	ctx    context.Context
	sink   source.Sink
	cursor string // for the transcripts in it
	left   *int   // sessions that may still be taken, of this file and the next ones
	skips  map[source.Reason]int
}

func (r *reader) report(where string) {
	for _, reason := range []source.Reason{
		source.ReasonUnreadable, source.ReasonTooBig, source.ReasonTooMany, source.ReasonUnknownShape, source.ReasonBadEvent, source.ReasonTextTooLong,
	} {
		if count := r.skips[reason]; count > 0 {
			r.sink.Skip(source.Skip{Where: where, Reason: reason, Count: count, Once: reason != source.ReasonUnreadable})
		}
	}
}

// file hands on what a file holds. The error is the sink's or the context's.
func (r *reader) file(path string) error {
	data, err := load(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errTooBig):
		r.skips[source.ReasonTooBig]++
		return nil
	case err != nil:
		r.skips[source.ReasonUnreadable]++
		return nil
	}
	sessions, known := sessionsOf(data)
	if !known {
		r.skips[source.ReasonUnknownShape]++
		return nil
	}
	return r.sessions(sessions)
}

var errTooBig = errors.New("the file is beyond the bound")

func load(path string) ([]byte, error) {
	file, _, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if len(data) > maxFile {
		return nil, errTooBig
	}
	return data, err
}

// session hands on one session as a transcript.
func (r *reader) session(found chat) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.sink.Facts(session.Facts{Agent: agent, SessionID: found.id}); err != nil {
		return err
	}
	err := r.sink.Begin(source.Transcript{
		ID: place + "#" + found.id, Kind: source.KindOriginal, Agent: agent, SessionID: found.id,
	})
	if err != nil {
		return err
	}
	for i, m := range found.messages {
		err := r.sink.Entry(&session.Entry{
			Seq: int64(i + 1), ID: r.entryID(m), Type: "message", Role: m.role, Text: m.text, Written: m.at, Sent: m.at,
		})
		if err != nil {
			return err
		}
	}
	return r.sink.End(r.cursor)
}

// entryID names a message by when it was said and by whom, which stays when the
// script has moved its window of 200 on. Ids sort like times, and before those
// that OpenClaw gives. Without a time there is only what was said.
func (r *reader) entryID(m message) string {
	if m.at.IsZero() {
		return "-" + r.Digest([]byte(string(m.role) + "\n" + m.text))[:12]
	}
	const width = 10 // digits of the last millisecond of the year 9999
	digits := strconv.FormatInt(m.at.UnixMilli(), 32)
	return fmt.Sprintf("-%s%s%c", strings.Repeat("0", width-len(digits)), digits, m.role[0])
}
