package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// words makes chat-like text of about n bytes.
func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		if r.IntN(6) == 0 {
			b.WriteString([]string{"会话", "部署", "网关", "数据库", "今天"}[r.IntN(5)])
			continue
		}
		fmt.Fprintf(&b, "%s%d ", []string{"deploy", "gateway", "message", "token", "please", "invoice"}[r.IntN(6)], r.IntN(400))
	}
	return b.String()
}

func uuid(r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", uint32(a), uint16(a>>32), uint16(a>>48), uint16(b), b>>16)
}

func BenchmarkPut(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	messages := make([]session.Message, 4096)
	size := 0
	for i := range messages {
		messages[i] = msg(uuid(r), int64(i), i, words(r, 100+r.IntN(900)))
		messages[i].Channel = "telegram"
		size += len(messages[i].Text)
	}
	b.SetBytes(int64(size) / int64(len(messages)))
	b.ReportAllocs()
	s := openNew(b)
	batch, err := s.Begin(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	var w *Writer
	for b.Loop() {
		if n%len(messages) == 0 {
			if w, err = batch.Transcript(live(fmt.Sprintf("window-%d", n))); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := w.Put(messages[n%len(messages)], nil); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
	b.StopTimer()
	if err := batch.Commit(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// large is an archive of 2,000 sessions with 20 messages each.
func large(b *testing.B) *Store {
	s := openNew(b)
	write(b, s, func(batch *Batch) {
		for i := range 2000 {
			sid := fmt.Sprintf("window-%d", i)
			facts(b, batch, session.Facts{SessionID: sid, Key: fmt.Sprintf("agent:main:telegram:direct:%d", i)})
			var messages []session.Message
			for j := range 20 {
				m := msg(fmt.Sprintf("%08x", i*20+j), int64(j), i*20+j, "hello there")
				m.Channel = []string{"telegram", "webchat"}[j%2]
				messages = append(messages, m)
			}
			put(b, batch, live(sid), messages...)
		}
	})
	return s
}

func BenchmarkSessions(b *testing.B) {
	s := large(b)
	for b.Loop() {
		if _, _, err := s.Sessions(context.Background(), Filter{}, Page{Limit: 20}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecent(b *testing.B) {
	s := large(b)
	for b.Loop() {
		_, err := s.Recent(context.Background(), Filter{}, Page{Limit: 20}, func(session.Session, session.Message) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnchangedFacts(b *testing.B) {
	s := large(b)
	batch, err := s.Begin(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer batch.Rollback()
	f := session.Facts{Agent: "main", SessionID: "window-77", Key: "agent:main:telegram:direct:77"}
	for b.Loop() {
		if err := batch.Facts(f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSmallSync opens the archive and adds ten messages.
func BenchmarkSmallSync(b *testing.B) {
	s := large(b)
	n := 0
	for b.Loop() {
		s.known = nil // as in a new process
		write(b, s, func(batch *Batch) {
			for i := range 10 {
				tr := live(fmt.Sprintf("window-%d", i*50))
				tr.Resumed = true
				put(b, batch, tr, msg(fmt.Sprintf("new-%d", n), int64(100+n), 50000+n, "hi"))
				n++
			}
		})
	}
}
