package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/normalize"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
)

// Source is what is read.
type Source interface {
	Read(context.Context, source.Cursors, source.Sink) error
}

// Options are what a read into an archive needs.
type Options struct {
	Rules        RuleSet
	Key          []byte // of the archive
	IncludeTools bool
	Full         bool // read everything again, whatever the cursors say
	// Original is what the first session-sync kept, nil when there is nothing.
	Original Source
	Now      time.Time
	// Progress is told now and then how far the read is.
	Progress func(transcripts, messages int)
}

// Taken is the outcome of a read.
type Taken struct {
	Skipped []source.Skip
	// Doubt says that something was learned for which the next run has to read
	// more than what changes.
	Doubt bool
}

// Read brings everything new of a source into an archive. What was committed
// before an error stays.
func Read(ctx context.Context, archive *store.Store, src Source, opt Options) (Taken, error) {
	kept, err := archive.Meta(ctx, readByMeta)
	if err != nil {
		return Taken{}, err
	}
	readBy := "tools=" + strconv.FormatBool(opt.IncludeTools)
	first := kept == ""
	if first { // nothing was read by other rules
		if err := archive.SetMeta(ctx, readByMeta, readBy); err != nil {
			return Taken{}, err
		}
		kept = readBy
	}
	remembered, err := archive.Meta(ctx, seenMeta)
	if err != nil {
		return Taken{}, err
	}
	s := &sink{
		redactor: newRedactor(opt.Rules, opt.Key), ctx: ctx, store: archive,
		first: first, again: opt.Full || !strings.HasSuffix(kept, readBy), seen: newSeen(opt.Key, remembered, first),
		cursors: map[string]store.Cursor{}, windows: map[windowName]learned{}, ended: map[windowName]bool{},
		opt:      normalize.Options{Digest: Digester{opt.Key}.Texts(), IncludeTools: opt.IncludeTools},
		progress: opt.Progress,
	}
	defer s.rollback()
	if err := src.Read(ctx, s, s); err != nil {
		return Taken{}, err
	}
	// What could not be read now and may be next time may hold some of it.
	if opt.Original != nil && !source.MayMend(s.skipped) {
		if err := opt.Original.Read(ctx, s, &importer{sink: s, now: opt.Now}); err != nil {
			return Taken{}, fmt.Errorf("importing what the first session-sync kept: %w", err)
		}
	}
	if err := s.keep(); err != nil {
		return Taken{}, err
	}
	if readBy != kept {
		err = archive.SetMeta(ctx, readByMeta, readBy)
	}
	return Taken{Skipped: s.skipped, Doubt: s.seen.doubt}, err
}

// readByMeta keeps by which settings everything was read; "" before the first
// read. Others keep what was left out, so everything is read again once. Older
// versions wrote the hash of the rules in front.
const readByMeta = "read_by"
