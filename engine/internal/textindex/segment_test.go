package textindex_test

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

// TestOrder shows what levels mean, and that newer and higher come first.
func TestOrder(t *testing.T) {
	docs := []document{
		{textindex.Doc{ID: 1, Time: 9}, "resync"},
		{textindex.Doc{ID: 2, Time: 8}, "syncing"},
		{textindex.Doc{ID: 3, Time: 1}, "a sync"},
		{textindex.Doc{ID: 4, Time: 2}, "一次Sync"},
		{textindex.Doc{ID: 5, Time: 2}, "sync_all"},
		{textindex.Doc{ID: 6}, "sync of unknown time"},
		{textindex.Doc{ID: 7, Time: 10}, "sin"},
		{textindex.Doc{ID: 8, Time: 3}, "resync, syncing: Sync 数据"},
	}
	segments := []*textindex.Segment{open(t, build(docs[:3])), open(t, build(docs[3:]))}
	for _, test := range []struct {
		query string
		want  string
	}{
		{"sync", "8/2 5/2 4/2 3/2 6/2 2/1 1/0"},
		{"sync a", "3/2 5/1"},
		{"y", "1/0 2/0 8/0 5/0 4/0 3/0 6/0"},
		{"数", "8/2"},
		{`" sync"`, "8/2 5/2 4/2 3/2 6/2 2/1"}, // before Match
		{"数.", ""},
	} {
		t.Run(test.query, func(t *testing.T) {
			q, err := textindex.Parse(test.query)
			must(t, err)
			hits, err := textindex.Find(segments, q)
			must(t, err)
			best, _ := hits.Select(nil, nil, 100)
			var got []string
			for _, h := range best {
				got = append(got, fmt.Sprintf("%d/%d", h.ID, h.Level))
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
		})
	}
}

func TestDocsComeBack(t *testing.T) {
	docs := []document{
		{Doc: textindex.Doc{ID: -1 << 63, Time: 1<<63 - 1, Window: -1, Channel: 1 << 40, Role: 255, Class: 1}},
		{Doc: textindex.Doc{ID: 0, Time: -1 << 63}},
		{Doc: textindex.Doc{ID: 1<<63 - 1, Window: 1<<63 - 1, Channel: -1 << 63, Class: 255}},
	}
	q, err := textindex.Parse("...") // has no run: all are candidates
	must(t, err)
	for n := range len(docs) + 1 {
		s := open(t, build(docs[:n]))
		if s.Len() != n {
			t.Fatalf("%d documents, want %d", s.Len(), n)
		}
		hits, err := textindex.Find([]*textindex.Segment{s}, q)
		must(t, err)
		best, _ := hits.Select(nil, nil, 9)
		slices.SortFunc(best, func(x, y textindex.Hit) int { return cmp.Compare(x.ID, y.ID) })
		if len(best) != n {
			t.Fatalf("%d documents selected, want %d", len(best), n)
		}
		for i, h := range best {
			if h.Doc != docs[i].Doc {
				t.Errorf("document %+v, want %+v", h.Doc, docs[i].Doc)
			}
		}
	}
}

// TestManyBlocks asks for every list of a segment whose lists fill several
// blocks, some standing in two.
func TestManyBlocks(t *testing.T) {
	const n = 30_000
	moduli := []int{2, 5, 99, n}
	var docs []document
	for i := range n {
		text := ""
		for _, m := range moduli {
			text += fmt.Sprintf(" %dmod%d ", i%m, m)
		}
		docs = append(docs, document{Doc: textindex.Doc{ID: int64(i)}, text: text})
	}
	parts := build(docs)
	if len(parts) < 6 {
		t.Fatalf("%d parts are too few for this test", len(parts))
	}
	segments := []*textindex.Segment{open(t, parts)}
	for _, m := range moduli {
		for rest := 0; rest < m; rest += 1 + m/1000 {
			q, err := textindex.Parse(fmt.Sprintf(`" %dmod%d "`, rest, m))
			must(t, err)
			hits, err := textindex.Find(segments, q)
			must(t, err)
			if _, count := hits.Select(nil, nil, 0); count != (n-rest+m-1)/m {
				t.Fatalf("%d modulo %d is in %d documents, want %d", rest, m, count, (n-rest+m-1)/m)
			}
		}
	}
}

func reseal(part int, data []byte) []byte {
	return binary.LittleEndian.AppendUint32(slices.Clone(data), crc32.Update(uint32(part), crc32.IEEETable, data))
}

// useAll opens parts and reads all of them.
func useAll(load func(int) ([]byte, error)) error {
	s, err := textindex.Open(load)
	if err != nil {
		return err
	}
	for _, query := range []string{"e", "foo", "session-sync key", "的", "部署数据库", "x。的", "..."} {
		q, err := textindex.Parse(query)
		if err != nil {
			return err
		}
		hits, err := textindex.Find([]*textindex.Segment{s, s}, q)
		if err != nil {
			return err
		}
		hits.Select(nil, nil, 3)
	}
	_, err = textindex.Merge([]*textindex.Segment{s, s}, nil)
	return err
}

func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	parts := build(randomDocs(r, 60))
	must(t, useAll(loader(parts)))
	for i, part := range parts {
		for at := 0; at < len(part); at += 1 + len(part)/200 {
			damaged := slices.Clone(parts)
			damaged[i] = slices.Clone(part)
			damaged[i][at] ^= 1 << r.IntN(8)
			if err := useAll(loader(damaged)); !errors.Is(err, textindex.ErrCorrupt) {
				t.Fatalf("part %d changed at byte %d: error %v, want %v", i, at, err, textindex.ErrCorrupt)
			}
		}
		for _, instead := range [][]byte{nil, part[:len(part)/2], parts[(i+1)%len(parts)]} {
			damaged := slices.Clone(parts)
			damaged[i] = instead
			if err := useAll(loader(damaged)); !errors.Is(err, textindex.ErrCorrupt) {
				t.Fatalf("part %d replaced by %d bytes: error %v, want %v", i, len(instead), err, textindex.ErrCorrupt)
			}
		}
		if err := useAll(loader(parts[:i])); !errors.Is(err, errNoPart) {
			t.Errorf("part %d missing: error %v, want %v", i, err, errNoPart)
		}
	}
}

func TestOtherFormat(t *testing.T) {
	parts := build(nil)
	head := parts[0][:len(parts[0])-4]
	head[1]++
	parts[0] = reseal(0, head)
	if err := useAll(loader(parts)); !errors.Is(err, textindex.ErrFormat) {
		t.Errorf("error %v, want %v", err, textindex.ErrFormat)
	}
}

// FuzzOpen reads parts of any content with the right format and checksums.
func FuzzOpen(f *testing.F) {
	head := build(nil)[0]
	format := head[:1+head[0]]
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 5))
		parts := build(randomDocs(r, int(seed*seed*8)))
		for i := range parts {
			parts[i] = parts[i][:len(parts[i])-4]
		}
		parts = append(parts, nil)
		f.Add(parts[0][len(format):], parts[1], parts[2], parts[3])
	}
	f.Fuzz(func(t *testing.T, docs, words, chars, lists []byte) {
		parts := textindex.Parts{slices.Concat(format, docs), words, chars, lists}
		for i := range parts {
			parts[i] = reseal(i, parts[i])
		}
		if err := useAll(loader(parts)); err != nil && !errors.Is(err, textindex.ErrCorrupt) && !errors.Is(err, errNoPart) {
			t.Errorf("unexpected error: %v", err)
		}
	})
}
