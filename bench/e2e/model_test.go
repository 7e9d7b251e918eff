//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// model answers like a server of OpenAI's chat completions, with what the test
// wants said.
type model struct {
	url string

	mu    sync.Mutex
	asked []completion // what it was asked, oldest first
	next  *toolUse     // to be called at the next question that offers the tool
}

// completion is what we read of a question.
type completion struct {
	Stream   bool
	Messages []struct {
		Role    string
		Content json.RawMessage // a text, or a list of parts with texts
	}
	Tools []struct {
		Function struct{ Name string }
	}
}

// toolUse is the call of a tool, with arguments in JSON.
type toolUse struct{ name, arguments string }

// reply is what the model says when it calls no tool.
const reply = "好的,我记住了。"

func newModel(t *testing.T) *model {
	m := &model{}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	m.url = server.URL + "/v1"
	return m
}

func (m *model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c completion
	if err := json.NewDecoder(io.LimitReader(r.Body, 16<<20)).Decode(&c); err != nil {
		http.Error(w, "no completion", http.StatusBadRequest)
		return
	}
	said, reason := m.answer(c), "stop"
	if said["tool_calls"] != nil {
		reason = "tool_calls"
	}
	usage := `"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}`
	text, err := json.Marshal(said)
	if err != nil {
		http.Error(w, "no answer", http.StatusInternalServerError)
		return
	}
	if !c.Stream {
		fmt.Fprintf(w, `{"id":"c","object":"chat.completion","created":1,"model":"mock-1","choices":[{"index":0,"message":%s,"finish_reason":%q}],%s}`, text, reason, usage)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	const chunk = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"mock-1","choices":[{"index":0,"delta":%s,"finish_reason":%s}],%s}` + "\n\n"
	fmt.Fprintf(w, chunk, text, "null", usage)
	fmt.Fprintf(w, chunk, "{}", `"`+reason+`"`, usage)
	fmt.Fprint(w, "data: [DONE]\n\n")
}

// answer notes the question and says something, or calls the tool that is wanted.
func (m *model) answer(c completion) map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, c)
	for _, tool := range c.Tools {
		if use := m.next; use != nil && tool.Function.Name == use.name {
			m.next = nil
			return map[string]any{"role": "assistant", "content": nil, "tool_calls": []any{map[string]any{
				"index": 0, "id": "call_1", "type": "function", "function": map[string]any{"name": use.name, "arguments": use.arguments},
			}}}
		}
	}
	return map[string]any{"role": "assistant", "content": reply}
}

// use makes the model call a tool at the next question that offers it.
func (m *model) use(name, arguments string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = &toolUse{name, arguments}
}

// last returns the messages of a role in the last question.
func (m *model) last(role string) (texts []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.asked) == 0 {
		return nil
	}
	for _, message := range m.asked[len(m.asked)-1].Messages {
		if message.Role == role {
			texts = append(texts, plain(message.Content))
		}
	}
	return texts
}

// offered names the tools that the last question offered.
func (m *model) offered() (names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.asked) == 0 {
		return nil
	}
	for _, tool := range m.asked[len(m.asked)-1].Tools {
		names = append(names, tool.Function.Name)
	}
	return names
}

// plain is the text of a message.
func plain(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return text
	}
	var parts []struct{ Text string }
	if json.Unmarshal(content, &parts) != nil {
		return ""
	}
	for _, part := range parts {
		text += part.Text
	}
	return text
}
