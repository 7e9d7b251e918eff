package normalize

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// benchmarkTurns are turns of one kind each.
func benchmarkTurns() map[string][]session.Entry {
	const sentence = "我们今天看一下这个问题，先重启网关再检查日志。 The build failed, please retry after clearing the cache.\n"
	chat := strings.Repeat(sentence, 6)
	typed := func(text string) session.Entry {
		return session.Entry{Type: "message", Role: session.RoleUser, Text: text, Channel: "telegram", IdempotencyKey: "k"}
	}
	stored := func(text string) session.Entry {
		return session.Entry{Type: "message", Role: session.RoleUser, Text: text}
	}
	said := session.Entry{Type: "message", Role: session.RoleAssistant, Text: chat}
	mirror := session.Entry{Type: "message", Role: session.RoleAssistant, Text: chat, Synthetic: mirrored}
	return map[string][]session.Entry{
		"chat":             {typed(chat), said},
		"envelopes":        {stored(fromPhone + chat), said},
		"stamps":           {stored(fromCLI + stamped + chat), said},
		"mirrors":          {typed(chat), said, mirror},
		"trigger-words":    {stored(strings.Repeat(senderInfo+"\n"+untrustedContext+"\nSystem: "+stamped+internalOpen+"\n", 6)), said},
		"hashes-and-paths": {stored(strings.Repeat("4f2a9c01d7 /home/user/.config/app/main.go:18:3 ok 0.031s\n", 12)), said},
	}
}

func BenchmarkNext(b *testing.B) {
	facts := session.Facts{SessionID: "0f5d8d36-aaaa", Key: "agent:main:telegram:direct:9001", Channel: "telegram"}
	turns := benchmarkTurns()
	for _, name := range slices.Sorted(maps.Keys(turns)) {
		b.Run(name, func(b *testing.B) {
			entries := make([]session.Entry, 0, 512)
			size := 0
			for i := range cap(entries) {
				e := turns[name][i%len(turns[name])]
				e.Seq, e.ID = int64(i), fmt.Sprint("e", i)
				if e.IdempotencyKey != "" {
					e.IdempotencyKey = fmt.Sprint("k", i)
				}
				size += len(e.Text)
				entries = append(entries, e)
			}
			opt := testOptions()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			messages := 0
			for b.Loop() {
				n := New(facts, opt)
				for i := range entries {
					if _, ok := n.Next(&entries[i]); ok {
						messages++
					}
				}
			}
			b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkState saves and resumes a window in the middle of a long turn, as
// every sync of a grown session does.
func BenchmarkState(b *testing.B) {
	facts, opt := session.Facts{SessionID: "0f5d8d36-aaaa"}, testOptions()
	n := New(facts, opt)
	for i := range 128 {
		n.Next(&session.Entry{Type: "message", ID: fmt.Sprint("e", i), Role: session.RoleAssistant, Text: fmt.Sprint("reply ", i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Resume(facts, opt, n.State()); err != nil {
			b.Fatal(err)
		}
	}
}
