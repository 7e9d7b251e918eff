package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// allOf shows an export everything that an archive has.
type allOf struct{ *store.Store }

func (a allOf) Sessions(ctx context.Context) iter.Seq2[session.Session, error] { return a.Latest(ctx) }

func (a allOf) Messages(ctx context.Context, s session.Session, skip, limit int) ([]session.Message, error) {
	var page []session.Message
	for m, err := range a.Store.Messages(ctx, store.Filter{Agent: s.Agent, Key: s.Key}, store.Page{Skip: skip, Limit: limit}) {
		if err != nil {
			return nil, err
		}
		page = append(page, m)
	}
	return page, nil
}

// TestEarlierOverHistories: whatever became of an archive since a file was
// rendered, one made from that file is as one that is made anew.
func TestEarlierOverHistories(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 99))
		path := filepath.Join(t.TempDir(), "archive.db")
		archive, err := store.Open(ctx, path, store.Options{})
		must(t, err)
		opt := export.Options{JSONBytes: int64(4000 + r.IntN(80000)), MessagesPerSession: 2 + r.IntN(40)}
		h := history{r: r, next: map[string]int{}}
		for range 14 {
			h.batch(t, archive)
			if r.IntN(3) == 0 { // as in another process
				must(t, archive.Close())
				archive, err = store.Open(ctx, path, store.Options{})
				must(t, err)
			}
			if r.IntN(4) == 0 {
				continue // a run that failed before it came to the files
			}
			anew, digest := rendered(t, archive, opt)
			if again, _ := rendered(t, archive, withEarlier(opt, h.earlier)); again != anew {
				t.Fatalf("seed %d: from the file before:\n%s\nanew:\n%s", seed, again, anew)
			}
			revision, err := archive.Revision(ctx)
			must(t, err)
			if h.earlier = export.TakeApart([]byte(anew), digest, revision); h.earlier == nil {
				t.Fatalf("seed %d: a file of ours is not known again", seed)
			}
		}
		must(t, archive.Close())
	}
}

func withEarlier(opt export.Options, earlier *export.Earlier) export.Options {
	opt.Earlier = earlier
	return opt
}

func rendered(t *testing.T, archive *store.Store, opt export.Options) (text, digest string) {
	t.Helper()
	file, err := export.JSON(context.Background(), allOf{archive}, opt)
	must(t, err)
	var b bytes.Buffer
	must(t, file.Write(&b, time.Unix(0, 0)))
	return b.String(), file.Digest()
}

// history puts what can happen to five windows of three sessions.
type history struct {
	r       *rand.Rand
	next    map[string]int // number of the next new message, by window
	earlier *export.Earlier
}

func (h *history) batch(t *testing.T, archive *store.Store) {
	t.Helper()
	r := h.r
	b, err := archive.Begin(context.Background())
	must(t, err)
	for range 1 + r.IntN(3) {
		sid := []string{"w0000000-a", "w1111111-b", "w2222222-c", "w3333333-d", "w4444444-e"}[r.IntN(5)]
		if h.next[sid] == 0 || r.IntN(4) == 0 {
			must(t, b.Facts(session.Facts{
				Agent: "main", SessionID: sid, Key: fmt.Sprintf("agent:main:telegram:direct:%d", r.IntN(3)),
				Channel: []string{"", "telegram", "discord"}[r.IntN(3)], Title: []string{"", "x", "y"}[r.IntN(3)],
			}))
		}
		transcript := store.Transcript{ID: "main/" + sid, Kind: "jsonl", Agent: "main", SessionID: sid, Live: true, Resumed: r.IntN(3) > 0}
		switch r.IntN(10) {
		case 0:
			transcript.ID, transcript.Live, transcript.Deleted, transcript.Resumed = sid+".deleted", false, true, false
		case 1:
			transcript.ID, transcript.Rank = sid+".better", 3
		}
		w, err := b.Transcript(transcript)
		must(t, err)
		for range r.IntN(6) {
			_, err := w.Put(h.message(sid), nil)
			must(t, err)
		}
		must(t, w.End(fmt.Sprint(r.Uint32()), nil))
	}
	must(t, b.Commit(context.Background()))
}

// message is mostly a new one, else one that was put before.
func (h *history) message(sid string) session.Message {
	r, n := h.r, h.next[sid]
	if r.IntN(6) == 0 {
		n = r.IntN(n + 1)
	} else {
		h.next[sid]++
	}
	m := session.Message{
		EntryID: fmt.Sprintf("e%05d", n), Seq: int64(n), Role: session.RoleUser, Origin: session.OriginOwner,
		Text:    fmt.Sprintf("m%d %*s", n, r.IntN(200), ""),
		Class:   []session.Class{session.ClassNone, session.ClassNone, session.ClassHeartbeat}[r.IntN(3)],
		Channel: []string{"telegram", ""}[r.IntN(2)],
	}
	if r.IntN(5) > 0 {
		m.Time = time.Date(2026, 3, 14, 4, 0, n+10*int(sid[1]-'0'), 0, time.UTC)
	}
	sum := sha256.Sum256(fmt.Append(nil, n, r.IntN(8) == 0))
	copy(m.Digest[:], sum[:])
	return m
}
