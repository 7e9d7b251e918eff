//go:build unix

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// said is what the user says in the chat.
const said = "请记住:下一次发布会定在深圳湾会议中心,时间是周五下午三点。"

// testSkill looks at what the gateway gives the model to read.
func testSkill(t *testing.T, g *gateway) {
	g.wantReady(t, filepath.Join(g.state(), "skills", slug))
	if got := g.chat(t, said); got != reply {
		t.Errorf("the agent replied %q, want %q", got, reply)
	}
	prompt := g.model.last("system")
	if len(prompt) == 0 || !strings.Contains(prompt[0], filepath.Join("skills", slug, "SKILL.md")) {
		t.Error("the model is not told where the skill is")
	}
}

// messages is what search and last answer.
type messages struct {
	Total    int
	Messages []struct {
		ID, Role, Content, Snippet, Channel, Origin string
	}
}

// testSession syncs the chat and finds it again.
func testSession(t *testing.T, g *gateway) {
	g.run(t, slug, "sync")
	var found messages
	g.ask(t, &found, slug, "search", "深圳湾会议中心", "--json")
	if len(found.Messages) != 1 || found.Messages[0].Role != "user" || found.Messages[0].Origin != "owner" || !strings.Contains(found.Messages[0].Snippet, "«深圳湾会议中心»") {
		t.Errorf("search finds %+v", found)
	}
	var last messages
	g.ask(t, &last, slug, "last", "--channel", "webchat", "-n", "2", "--json")
	if len(last.Messages) != 2 || last.Messages[0].Content != reply || last.Messages[1].Content != said {
		t.Errorf("last shows %+v", last)
	}
}
