package extract

import (
	"fmt"
	"strings"
	"testing"
)

// longTalk is a session as it mostly is: short words of a person, long answers.
func longTalk(n int) []Message {
	paragraph := "The scheduler keeps a heap of timers, and each worker takes the earliest one. " +
		"That means a slow callback delays everything behind it, so callbacks should hand work over. " +
		"调度器用堆来保存定时器，每个工作线程取最早的一个，慢的回调会拖住后面的任务。\n\n" +
		"- first, measure with the profiler\n- then, move the slow part out\n\n```go\nfor timer := range timers {\n\ttimer.run()\n}\n```\n"
	var out []Message
	for i := range n {
		at := Moment{Unix: 1780000000 + int64(i)*90, Offset: 8 * 3600}
		user := Message{ID: fmt.Sprint(i, "u"), Role: User, At: at, Text: "那就先用方案二吧，明天下午三点前我把报告发给老王，你帮我看看还有什么问题"}
		agent := Message{ID: fmt.Sprint(i, "a"), Role: Agent, Origin: FromAgent, At: at, Text: strings.Repeat(paragraph, 1+i%24)}
		out = append(out, user, agent)
	}
	return out
}

func BenchmarkTalk(b *testing.B) {
	x, err := New()
	if err != nil {
		b.Fatal(err)
	}
	talk := longTalk(48)
	size := int64(0)
	for _, m := range talk {
		size += int64(len(m.Text))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		s := x.Session()
		for _, m := range talk {
			s.Add(m)
		}
		s.Settle()
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
