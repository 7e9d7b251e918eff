package export

import (
	"io"
	"strings"
	"testing"
)

// BenchmarkAll exports everything, in each format and for texts that need more
// or less escaping.
func BenchmarkAll(b *testing.B) {
	const size = 600
	texts := []struct{ name, unit string }{
		{"chat", "接口返回之后数据没有写入文件,先重启网关再检查日志。 The build failed, please retry after clearing the cache. "},
		{"markup", "# 标题\n---\n**role:** user\n```\n<b>&</b>\n> | x | \u202Eabc\u202C\n"},
		{"hashes-and-paths", "4f2a9c01d7 /home/user/.config/app/main.go:18:3 C:\\tmp\\x.log ok 0.031s\n"},
	}
	for _, format := range []Format{FormatMarkdown, FormatJSON, FormatJSONL} {
		for _, kind := range texts {
			b.Run(string(format)+"/"+kind.name, func(b *testing.B) {
				a := conversation(50, 40, 0)
				text := strings.TrimSpace(strings.Repeat(kind.unit, size/len(kind.unit)+1))
				messages := 0
				for _, c := range a.chats {
					for i := range c.messages {
						c.messages[i].Text = text
						messages++
					}
				}
				b.SetBytes(int64(messages * len(text)))
				b.ReportAllocs()
				for b.Loop() {
					if err := All(b.Context(), io.Discard, a, format, synced, Options{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(messages*b.N)/b.Elapsed().Seconds(), "messages/s")
			})
		}
	}
}
