package textindex_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

// benchDocs makes chat-like documents of English words and Chinese phrases of
// very different frequency, and of names that stand once.
func benchDocs(n int) (docs []document, size int64) {
	r := rand.New(rand.NewPCG(7, 7))
	wordRank, phraseRank := rand.NewZipf(r, 1.1, 4, 14_999), rand.NewZipf(r, 1.1, 4, 1_999)
	words, phrases := make([]string, 15_000), make([]string, 2_000)
	for i := range words {
		words[i] = randomName(r, 2+r.IntN(9))
	}
	for i := range phrases {
		for range 2 + r.IntN(10) {
			phrases[i] += string(rune(0x4E00 + r.IntN(2_000)))
		}
	}
	for i := range n {
		var text strings.Builder
		for length := 200 + r.IntN(1800); text.Len() < length; {
			switch kind := r.IntN(500); {
			case kind == 0:
				text.WriteString(randomName(r, 8+r.IntN(8)))
			case kind < 100:
				text.WriteString(phrases[phraseRank.Uint64()] + "，")
			default:
				text.WriteString(words[wordRank.Uint64()])
			}
			text.WriteByte(" .\n_("[r.IntN(5)])
		}
		size += int64(text.Len())
		docs = append(docs, document{
			Doc:  textindex.Doc{ID: int64(i), Time: 1_700_000_000_000 + int64(i)*31_337, Window: int64(i / 40), Channel: int64(i % 5), Role: uint8(i % 2)},
			text: text.String(),
		})
	}
	return docs, size
}

func randomName(r *rand.Rand, n int) string {
	name := make([]byte, n)
	for i := range name {
		name[i] = "etaoinshrdlucmfwypvbgkEJQXZ0123456789"[min(r.IntN(40), r.IntN(37), 36)]
	}
	return string(name)
}

func BenchmarkBuild(b *testing.B) {
	docs, size := benchDocs(12_000)
	b.SetBytes(size)
	b.ReportAllocs()
	builder := textindex.NewBuilder()
	var parts textindex.Parts
	for b.Loop() {
		builder.Reset()
		for _, d := range docs {
			builder.Add(d.Doc, d.text)
		}
		parts = builder.Segment()
	}
	indexed := 0
	for _, part := range parts {
		indexed += len(part)
	}
	b.ReportMetric(float64(indexed)/float64(len(docs)), "bytes/document")
}

func BenchmarkFold(b *testing.B) {
	docs, _ := benchDocs(200)
	var folded []byte
	size := int64(0)
	for _, d := range docs {
		size += int64(len(d.text))
	}
	b.SetBytes(size)
	for b.Loop() {
		for _, d := range docs {
			folded = textindex.AppendFold(folded[:0], d.text)
		}
	}
}

// BenchmarkFind asks an open segment whose parts are loaded.
func BenchmarkFind(b *testing.B) {
	docs, size := benchDocs(60_000)
	segments := []*textindex.Segment{open(b, build(docs))}
	for _, bench := range []struct{ name, query string }{
		{"letter", "e"}, {"common", "et"}, {"rare", "zqxjkv"}, {"han", "一"}, {"pair", "一丁"}, {"phrase", `"一丁丂 et"`}, {"many", "et ta oi 一 丁"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			q, err := textindex.Parse(bench.query)
			must(b, err)
			b.SetBytes(size)
			for b.Loop() {
				_, err := textindex.Find(segments, q)
				must(b, err)
			}
		})
	}
}

// BenchmarkSelect filters, counts and ranks 60,000 hits.
func BenchmarkSelect(b *testing.B) {
	docs, size := benchDocs(60_000)
	q, err := textindex.Parse("e")
	must(b, err)
	hits, err := textindex.Find([]*textindex.Segment{open(b, build(docs))}, q)
	must(b, err)
	b.SetBytes(size)
	var count int
	for b.Loop() {
		_, count = hits.Select(func(h *textindex.Hit) bool { return h.Channel != 3 && h.Time > 1_700_000_100_000 }, nil, 20)
	}
	b.ReportMetric(float64(count), "hits")
}

func BenchmarkMerge(b *testing.B) {
	docs, size := benchDocs(36_000)
	segments := []*textindex.Segment{open(b, build(docs[:12_000])), open(b, build(docs[12_000:24_000])), open(b, build(docs[24_000:]))}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_, err := textindex.Merge(segments, nil)
		must(b, err)
	}
}

// BenchmarkOpen opens a segment and asks the first question.
func BenchmarkOpen(b *testing.B) {
	docs, size := benchDocs(12_000)
	parts := build(docs)
	q, err := textindex.Parse("zqxjkv 一丁")
	must(b, err)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_, err := textindex.Find([]*textindex.Segment{open(b, parts)}, q)
		must(b, err)
	}
}
