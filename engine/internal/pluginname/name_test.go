package pluginname

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for name, good := range map[string]bool{
		"mood": true, "mood-2": true, strings.Repeat("a", 40): true, "console": true, "com": true, "com10": true,
		"": false, "-mood": false, "2": false, "Mood": false, "心情": false, "a/b": false, "..": false, "a.b": false, "a_b": false,
		strings.Repeat("a", 41): false, "todos": false, "decisions": false, "archive": false, "todo": false, "vendor": false,
		"con": false, "com1": false, "lpt9": false, "nul": false,
	} {
		if err := Check(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}
