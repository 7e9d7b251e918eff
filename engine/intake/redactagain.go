package intake

import (
	"context"
	"encoding/json"
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

// Replaced reports whether an archive may hold texts that were replaced, which
// [Renew] clears.
func Replaced(ctx context.Context, archive *store.Store) (bool, error) {
	due, err := archive.Meta(ctx, replacedMeta)
	return due != "", err
}

// Renew clears texts that were replaced from an archive. Their bytes leave the disk
// when it is opened again.
func Renew(ctx context.Context, archive *store.Store) error {
	return archive.Change(ctx, func(b *store.Batch) error {
		if err := b.Renew(ctx); err != nil {
			return err
		}
		return b.SetMeta(replacedMeta, "")
	})
}

// Outdated reports whether an archive holds what the rules may find more in. From
// then on, or after [RedactAgain], it is one of these rules.
func Outdated(ctx context.Context, archive *store.Store, rules RuleSet, key []byte) (bool, error) {
	mark := rules.Mark(key)
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
	return true, nil
}

// RedactAgain redacts an archive by the rules, in one transaction with their mark,
// and counts the messages that changed. What was told of windows is redacted too,
// so that everything has to be told again. The bytes of old texts leave the disk
// when the archive is opened again.
func RedactAgain(ctx context.Context, archive *store.Store, rules RuleSet, key []byte) (changed int, err error) {
	by := newRedactor(rules, key)
	err = archive.Change(ctx, func(b *store.Batch) (err error) {
		changed, err = b.Redact(ctx, store.Redaction{Text: by.text, Ident: by.ident, Place: by.stored})
		if err != nil {
			return err
		}
		for name, value := range map[string]string{rulesMeta: rules.Mark(key), seenMeta: "", replacedMeta: ""} {
			if err := b.SetMeta(name, value); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
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
