package redact

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

func BenchmarkRedact(b *testing.B) {
	rules, r := BuiltIn(), fakesecret.New(9)
	const zh = "我们今天看一下这个问题，接口返回之后数据没有写入文件，可能是缓存导致的，先重启网关再检查日志。"
	const en = "The build failed because of a missing file, please check logs and retry after clearing the cache at 15:31. "
	inputs := []struct{ name, unit string }{
		{"chat", zh + en + zh + "版本 2026.9.6，耗时 31ms。\n"},
		{"english", en + en},
		{"trigger words", "the token key and password: secret 密码 is a key, max_tokens=4096, call @nora " + en},
		{"hashes and paths", "commit " + r.Fill("{hex:40}") + " /home/user/.config/" + r.Fill("{hex:8}") + "/main.go:18:3 "},
		{"secrets", en + "OPENAI_API_KEY=" + r.Fill("sk-{b62:48}") + " " + r.Fill("{mobile}") + " nora@example.com\n"},
	}
	for _, input := range inputs {
		text := strings.Repeat(input.unit, 4096/len(input.unit)+1)
		b.Run(strings.ReplaceAll(input.name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				_, counts := rules.Redact(text)
				found = counts.total()
			}
			b.ReportMetric(float64(found), "findings/op")
		})
	}
}

// BenchmarkLongMessage redacts one message of 50 MB, which has to take less than
// two seconds.
func BenchmarkLongMessage(b *testing.B) {
	rules, r := BuiltIn(), fakesecret.New(9)
	var unit strings.Builder
	for _, text := range sampleTexts(r) {
		unit.WriteString(text + "\n我们今天看一下这个问题，接口返回之后数据没有写入文件。 The build failed because of a missing file, please check the logs and retry.\n")
	}
	text := strings.Repeat(unit.String(), 50_000_000/unit.Len()+1)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		rules.Redact(text)
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		BuiltIn().machine()
	}
}
