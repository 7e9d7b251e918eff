package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// TestCutAnywhere: a transcript that is read in two parts gives the messages
// and the redactions that it gives when it is read whole, wherever the first
// read found its end: in a key, in an escape, in a character. One state holds
// a copy for each place.
func TestCutAnywhere(t *testing.T) {
	r := fakesecret.New(31)
	said := []object{
		said("user", 1, r.Fill("部署用这个：\n-----BEGIN PRIVATE KEY-----\n{b64:64}\n-----END PRIVATE KEY-----\n谢谢 👍")),
		said("assistant", 2, r.Fill("OPENAI_API_KEY=sk-{b62:24} 打{mobile}或发到 {low:6}@example.com")),
		said("user", 3, r.Fill(`密码是{password}，{"phone":{mobile}}`)),
	}
	want := []string{
		"部署用这个：\n[PRIVATE_KEY]\n谢谢 👍", "OPENAI_API_KEY=[API_KEY] 打[PHONE]或发到 [EMAIL]", `密码是[PASSWORD]，{"phone":"[PHONE]"}`,
	}
	transcript := func(cut int) (path, text string) {
		id := fmt.Sprintf("%08d-1111-4111-8111-111111111111", cut)
		return sessions + id + ".jsonl", lines(append([]object{header(id)}, said...)...)
	}
	_, text := transcript(0)
	w := newWorld(t)
	for cut := range len(text) + 1 {
		path, text := transcript(cut)
		w.write(path, text[:cut])
	}
	wantSkips(t, w.sync())
	for cut := range len(text) {
		path, text := transcript(cut)
		w.appendTo(path, text[cut:])
	}
	wantSkips(t, w.sync())

	var all struct {
		Sessions []struct {
			Windows  []string          `json:"session_ids"`
			Messages []exportedMessage `json:"messages"`
		} `json:"sessions"`
	}
	must(t, json.Unmarshal([]byte(w.exported()), &all))
	got := map[string][]string{}
	for _, s := range all.Sessions {
		for _, m := range s.Messages {
			got[s.Windows[0][:8]] = append(got[s.Windows[0][:8]], m.Content)
		}
	}
	for cut := range len(text) + 1 {
		if contents := got[fmt.Sprintf("%08d", cut)]; !slices.Equal(contents, want) {
			t.Fatalf("cut at %d of %d: %q, want %q", cut, len(text), contents, want)
		}
	}
}
