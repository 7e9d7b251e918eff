package openclaw

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// counter is a sink that keeps cursors and no entries.
type counter struct {
	*recorder
	entries int
}

func (c *counter) Entry(*session.Entry) error {
	c.entries++
	return nil
}

// toolResult is a line that most bytes of a transcript are made of.
func toolResult(id, text string) string {
	return `{"type":"message","id":` + quote(id) + `,"timestamp":"2026-03-01T10:00:03.000Z",` +
		`"message":{"role":"toolResult","toolName":"exec","content":[{"type":"text","text":` + quote(text) + `}]}}`
}

// picture is a line with an inline picture.
func picture(id string, bytes int) string {
	return `{"type":"message","id":` + quote(id) + `,"timestamp":"2026-03-01T10:00:04.000Z","message":{"role":"user",` +
		`"content":[{"type":"image","data":"` + strings.Repeat("A", bytes) + `","mimeType":"image/png"},{"type":"text","text":"look"}]}}`
}

// benchmarkLines are transcripts of one kind of line each, about 1 MB.
func benchmarkLines() map[string][]string {
	chat := strings.Repeat("接口返回之后数据没有写入文件,先重启网关再检查日志。 The build failed, please retry after clearing the cache.\n", 4)
	words := strings.Repeat(`{"type":"message","message":{"role":"user","content":[{"type":"text"}]}} `, 6)
	paths := strings.Repeat("4f2a9c01d7 /home/user/.config/app/main.go:18:3 ok 0.031s\n", 30)
	kinds := map[string][]string{}
	for i := range 600 {
		id := fmt.Sprintf("%08x", i)
		kinds["chat"] = append(kinds["chat"], user(id+"u", chat), reply(id+"a", chat))
		kinds["trigger-words"] = append(kinds["trigger-words"], user(id+"u", words), reply(id+"a", words))
		kinds["hashes-and-paths"] = append(kinds["hashes-and-paths"], toolResult(id, paths))
	}
	kinds["pictures"] = []string{picture("p1", 500_000), picture("p2", 500_000)}
	return kinds
}

// readAgain times a whole read of a state whose records have so many bytes.
func (s *state) readAgain(b *testing.B, bytes int) {
	b.Helper()
	s.age()
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	entries := 0
	for b.Loop() {
		sink := &counter{recorder: newRecorder()}
		if err := s.open().Read(context.Background(), sink, sink); err != nil {
			b.Fatal(err)
		}
		entries = sink.entries
	}
	b.ReportMetric(float64(entries*b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkReadJSONL(b *testing.B) {
	kinds := benchmarkLines()
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		b.Run(name, func(b *testing.B) {
			st := newState(b)
			content := lines(kinds[name]...)
			st.raw(live, lines(header("s1"))+content)
			st.readAgain(b, len(content))
		})
	}
}

func BenchmarkReadSQLite(b *testing.B) {
	kinds := benchmarkLines()
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		for _, packs := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/zstd=%t", name, packs), func(b *testing.B) {
				d := newState(b).database(agentDB, schema23)
				bytes := 0
				d.exec("BEGIN")
				for seq, record := range kinds[name] {
					bytes += len(record)
					if packs {
						d.packedEvent("s1", seq, packed(b, record), len(record))
					} else {
						d.events("s1", seq, record)
					}
				}
				d.exec("COMMIT")
				d.close()
				d.readAgain(b, bytes)
			})
		}
	}
}

// many is a state of 2,000 short transcripts.
func many(b *testing.B) *state {
	st := newState(b)
	for i := range 2000 {
		id := fmt.Sprintf("s%04d", i)
		st.write("agents/main/sessions/"+id+".jsonl", header(id), user("1", "hello"), reply("2", "hi"))
	}
	st.age()
	return st
}

func BenchmarkSurvey(b *testing.B) {
	st := many(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := st.open().Survey(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadNothingNew(b *testing.B) {
	st := many(b)
	rec := st.read(newRecorder())
	b.ReportAllocs()
	for b.Loop() {
		if err := st.open().Read(context.Background(), rec, rec); err != nil {
			b.Fatal(err)
		}
	}
	if len(rec.begun) != 2000 {
		b.Fatalf("%d transcripts were opened, want 2000 by the first read and none later", len(rec.begun))
	}
}
