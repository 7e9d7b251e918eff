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
	g.wantFound(t, "深圳湾会议中心")
	var last messages
	g.ask(t, &last, slug, "last", "--channel", "webchat", "-n", "2", "--json")
	if len(last.Messages) != 2 || last.Messages[0].Content != reply || last.Messages[1].Content != said {
		t.Errorf("last shows %+v", last)
	}
}

// wantFound checks that a phrase of the user's is found once.
func (a *account) wantFound(t *testing.T, phrase string) {
	t.Helper()
	var found messages
	a.ask(t, &found, slug, "search", phrase, "--json")
	if len(found.Messages) != 1 {
		t.Fatalf("search finds %q in %d messages", phrase, len(found.Messages))
	}
	if m := found.Messages[0]; m.Role != "user" || m.Origin != "owner" || m.Channel != "webchat" || !strings.Contains(m.Snippet, "«"+phrase+"»") {
		t.Errorf("search finds %+v", m)
	}
}
