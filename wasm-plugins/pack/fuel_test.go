package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// phrases are what the extractor looks at closely; %d makes each another one.
func phrases() []string {
	return []string{
		"记得明天给客户%d回电话。", "已经给客户%d回过电话了。", "周五之前要交第%d份报告,", "报告%d不用交了。", "我们决定用方案%d。", "以后都用第%d种格式。",
		"Remind me to call Bob %d tomorrow. ", "I have called Bob %d. ", "We decided to take plan %d. ", "- [ ] task %d\n", "> quoted %d\n", "```\n%d\n",
		"3月%d日", "下周一 10:%d ", "%d,", "的%d", "\n\n",
	}
}

// worst are conversations that fill batches with such phrases.
func worst(random *rand.Rand) map[string]abi.Batch {
	text := func(size int) string {
		var b strings.Builder
		for all := phrases(); b.Len() < size; {
			phrase := all[random.IntN(len(all))]
			b.WriteString(strings.Replace(phrase, "%d", fmt.Sprint(random.IntN(1000)), 1))
		}
		return b.String()
	}
	chat := func(messages, size int) (batch abi.Batch) {
		for i := range messages {
			m := abi.Message{ID: fmt.Sprintf("3f2a8c1e:%d", i), Role: "user", Origin: "owner", Time: 1773461489776 + int64(i)*1000, Text: text(size)}
			if i%2 == 1 {
				m.Role, m.Origin = "assistant", "agent"
			}
			batch.Messages = append(batch.Messages, m)
		}
		return batch
	}
	return map[string]abi.Batch{
		"two of the longest messages": chat(2, abi.MaxText), "short messages": chat(6000, 60), "phrases": chat(6000, 1), "paragraphs": chat(300, 2000),
	}
}

// TestFuelIsEnough: no conversation makes the built-in plugins use up what a
// batch may use, for that would keep them from everybody's.
func TestFuelIsEnough(t *testing.T) {
	m := opened(t, plugin.Options{Pure: true})
	for _, p := range m.Manifests() {
		for name, whole := range worst(rand.New(rand.NewPCG(1, 2))) {
			t.Run(p.Name+"/"+name, func(t *testing.T) {
				var state []byte
				var most plugin.Stats
				items := 0
				for n, part := range whole.Split() {
					part.Plugin, part.State = p.Name, state
					result, stats, err := m.Run(t.Context(), part, shownIn(whole))
					if err != nil {
						t.Fatalf("batch %d: %v, %+v", n, err, stats)
					}
					most.Fuel, most.Memory = max(most.Fuel, stats.Fuel), max(most.Memory, stats.Memory)
					state = result.State
					items += len(result.Items)
				}
				t.Logf("%d %% of the fuel, %d MiB, %d bytes of state, %d items", most.Fuel*100/plugin.Fuel, most.Memory>>20, len(state), items)
			})
		}
	}
}

// opened makes the embedded module ready.
func opened(t *testing.T, options plugin.Options) *plugin.Module {
	t.Helper()
	wasm, err := listed(t).Module()
	if err != nil {
		t.Fatal(err)
	}
	m, err := plugin.Open(t.Context(), wasm, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func shownIn(whole abi.Batch) func(string) (string, bool) {
	return func(id string) (string, bool) {
		for _, m := range whole.Messages {
			if m.ID == id {
				return abi.Shown(m.Text), true
			}
		}
		return "", false
	}
}
