package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/smallccwc/chronosync/engine/store"
)

// When the rules changed, what the archive holds is redacted again where it
// lies, because the sources of much of it are gone. That can only make it
// stricter; `sync --full` then reads again what still has a source, and what
// its texts replace leaves the file as well.

// rulesMeta keeps the mark of the rule set by which the archive is redacted.
const rulesMeta = "rules"

// replacedMeta is set while the index and the file may hold texts that were
// replaced when everything was read again.
const replacedMeta = "replaced"

// open opens the archive, redacted by the rules of this run and without what a
// killed run replaced.
func (r *run) open(ctx context.Context) (*store.Store, error) {
	archive, err := store.Open(ctx, r.Places.Archive(), store.Options{})
	if err != nil {
		return nil, err
	}
	again, err := r.redactAgain(ctx, archive)
	switch {
	case err != nil:
	case again:
		archive, err = r.reopened(ctx, archive)
	default:
		archive, err = r.renewed(ctx, archive)
	}
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return archive, nil
}

// renewed is the archive without texts that were replaced. Like reopened, it
// returns what the caller has to close after an error, too.
func (r *run) renewed(ctx context.Context, archive *store.Store) (*store.Store, error) {
	due, err := archive.Meta(ctx, replacedMeta)
	if err != nil || due == "" {
		return archive, err
	}
	err = archive.Change(ctx, func(b *store.Batch) error {
		if err := b.Renew(ctx); err != nil {
			return err
		}
		return b.SetMeta(replacedMeta, "")
	})
	if err != nil {
		return archive, fmt.Errorf("clearing replaced texts from %q: %w", r.Places.Archive(), err)
	}
	return r.reopened(ctx, archive)
}

// reopened closes the archive and opens it again: only then the bytes of old
// texts leave the disk.
func (r *run) reopened(ctx context.Context, archive *store.Store) (*store.Store, error) {
	if err := archive.Close(); err != nil {
		return archive, err
	}
	anew, err := store.Open(ctx, r.Places.Archive(), store.Options{})
	if err != nil {
		return archive, err
	}
	return anew, nil
}

// redactAgain brings the archive to the rules of this run, and reports whether
// there was anything to do.
func (r *run) redactAgain(ctx context.Context, archive *store.Store) (bool, error) {
	mark := r.rules.mark(r.key)
	kept, err := archive.Meta(ctx, rulesMeta)
	if err != nil || kept == mark {
		return false, err
	}
	readBy, err := archive.Meta(ctx, readByMeta)
	if err != nil {
		return false, err
	}
	if readBy == "" || !mayFindMore(mark, kept) {
		return false, archive.SetMeta(ctx, rulesMeta, mark)
	}
	if r.announce != nil {
		r.announce()
	}
	if err := r.redactArchive(ctx, archive, mark); err != nil {
		return false, fmt.Errorf("redacting %q again by the new rules: %w", r.Places.Archive(), err)
	}
	return true, nil
}

// redactArchive does it in one transaction with the mark. What was told of
// windows is redacted too, so that everything has to be told again.
func (r *run) redactArchive(ctx context.Context, archive *store.Store, mark string) error {
	by := newRedactor(r.rules, r.key)
	return archive.Change(ctx, func(b *store.Batch) (err error) {
		r.redactedAgain, err = b.Redact(ctx, store.Redaction{Text: by.text, Ident: by.ident, Place: by.stored})
		if err != nil {
			return err
		}
		for key, value := range map[string]string{rulesMeta: mark, seenMeta: "", replacedMeta: ""} {
			if err := b.SetMeta(key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// stored redacts what the archive keeps of a place. The cursors of sources hold
// numbers, times and keyed digests only.
func (r *redactor) stored(p store.Place) store.Place {
	window, isWindow := strings.CutPrefix(p.Name, windowMark)
	if isWindow {
		agent, id, _ := strings.Cut(window, "/")
		p.Name = windowName{r.ident(agent), r.ident(id)}.cursorID()
		p.Cursor.Cursor = r.learned(p.Cursor.Cursor)
		return p
	}
	p.Name = r.place(p.Name)
	if len(p.Cursor.State) > 0 {
		p.Cursor.State = r.state(p.Cursor.State)
	}
	return p
}

// learned redacts the facts of a window. Facts that can't be read are none.
func (r *redactor) learned(text string) string {
	var l learned
	if json.Unmarshal([]byte(text), &l) != nil {
		return ""
	}
	l.Key, l.Channel, l.Messenger, l.Peer = r.ident(l.Key), r.ident(l.Channel), r.ident(l.Messenger), r.ident(l.Peer)
	return string(encoded(l))
}

// state redacts what is kept with the cursor of a transcript. The state of the
// normaliser is digests and the name of a channel: should that name be redacted
// now, or the state be unreadable, the transcript is read from its start.
func (r *redactor) state(text []byte) []byte {
	var s transcriptState
	if json.Unmarshal(text, &s) != nil || r.Scan(string(s.Normalizer)) != nil {
		s.Normalizer = nil
	}
	s.Ground.Window = windowName{r.ident(s.Ground.Window.Agent), r.ident(s.Ground.Window.SessionID)}
	return encoded(s)
}
