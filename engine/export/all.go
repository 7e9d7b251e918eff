package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Format is a form in which [All] writes.
type Format string

// Formats.
const (
	FormatMarkdown Format = "md"
	FormatJSON     Format = "json"
	FormatJSONL    Format = "jsonl" // one message a line
)

// All writes every message that the archive hands out, sessions in its order
// and messages oldest first, in the shape of the shared files but without
// bounds, or as one JSON object a line. It holds one page of messages at a
// time. Synced is the time of the last sync. After an error, what was written
// is not complete.
func All(ctx context.Context, w io.Writer, a Archive, format Format, synced time.Time, opt Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var write stream
	switch format {
	case FormatMarkdown:
		write = markdownStream(wordsOf(opt.Lang), synced, opt.withDefaults().Location)
	case FormatJSON:
		write = jsonStream(synced)
	case FormatJSONL:
		write = linesStream()
	default:
		return fmt.Errorf("unknown export format %q: use md, json or jsonl", format)
	}
	if err := write.all(ctx, out, a); err != nil {
		return err
	}
	return out.Flush()
}

// stream is how a format writes: each function appends to b.
type stream struct {
	open    string
	session func(b []byte, s session.Session, index int) []byte
	message func(b []byte, s session.Session, m session.Message, index int) []byte
	end     string // of a session
	close   string
}

func (f stream) all(ctx context.Context, out *bufio.Writer, a Archive) error {
	out.WriteString(f.open)
	var b []byte
	i := 0
	for s, err := range sessionsOf(ctx, a) {
		if err == nil {
			s, err = a.Complete(ctx, s)
		}
		if err != nil {
			return err
		}
		b = f.session(b[:0], s, i)
		i++
		index := 0
		for m, err := range messagesOf(ctx, a, s, 0, s.Messages) {
			if err != nil {
				return err
			}
			b = f.message(b, s, m, index)
			if _, err := out.Write(b); err != nil {
				return err
			}
			b = b[:0]
			index++
		}
		out.WriteString(f.end)
	}
	// A failed write of these stays in the writer and comes out of its Flush.
	out.WriteString(f.close)
	return nil
}

func markdownStream(w words, synced time.Time, location *time.Location) stream {
	before, after := pageHead(w)
	return stream{
		open: before + synced.In(location).Format("2006-01-02T15:04:05") + after,
		session: func(b []byte, s session.Session, _ int) []byte {
			return appendSection(b, w, s)
		},
		message: func(b []byte, s session.Session, m session.Message, index int) []byte {
			return appendBlock(b, w, s, m, index+1, math.MaxInt)
		},
	}
}

func jsonStream(synced time.Time) stream {
	return stream{
		open: jsonHead + jsonStamp(synced) + sessionsOpen,
		session: func(b []byte, s session.Session, index int) []byte {
			return appendSessionHead(append(b, separator(index)...), s, false)
		},
		message: func(b []byte, s session.Session, m session.Message, index int) []byte {
			return appendMessage(append(b, separator(index)...), m, ownChannel(s, m))
		},
		end:   messagesClose,
		close: sessionsClose,
	}
}

func linesStream() stream {
	return stream{
		session: func(b []byte, _ session.Session, _ int) []byte { return b },
		message: func(b []byte, s session.Session, m session.Message, _ int) []byte {
			return append(appendRecord(b, s, m), '\n')
		},
	}
}

func separator(index int) string {
	if index == 0 {
		return firstLine
	}
	return nextLine
}
