package session

import "testing"

// TestMainTier: only the words of the owner and the assistant can be in the main
// tier, and only where the plugin is sure.
func TestMainTier(t *testing.T) {
	for _, c := range []struct {
		name   string
		origin Origin
		score  int
		want   bool
	}{
		{"the owner's", OriginOwner, MainScore, true},
		{"the assistant's", OriginAgent, MainScore, true},
		{"another person's", OriginOther, 100, false},
		{"from outside", OriginExternal, 100, false},
		{"not sure", OriginOwner, MainScore - 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Item{Origin: c.origin, Score: c.score}).Main(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
