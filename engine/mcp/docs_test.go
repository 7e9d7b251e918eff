package mcp

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocs holds the tables of docs/mcp.md, in both languages, to the tools and
// their arguments, and to the codes of errors.
func TestDocs(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| [^|]+ \\|(.*)\\|$")
	for _, name := range []string{"mcp.md", "mcp.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		must(t, err)
		documented := map[string]string{}
		for _, cells := range row.FindAllStringSubmatch(string(text), -1) {
			documented[cells[1]] = strings.TrimSpace(cells[2])
		}
		for _, tl := range tools() {
			var takes []string
			for _, a := range tl.takes {
				written := "`" + a.name + "`"
				if a.required {
					written = "**" + written + "**"
				}
				takes = append(takes, written)
			}
			if got, found := documented[tl.name]; !found || got != strings.Join(takes, ", ") {
				t.Errorf("%s, %s: says %q, want %q", name, tl.name, got, strings.Join(takes, ", "))
			}
			delete(documented, tl.name)
		}
		if len(documented) > 0 {
			t.Errorf("%s: no such tools: %v", name, documented)
		}
		told := func(err error) Failure { return explain(err, func(error) Failure { return Failure{} }) }
		for _, err := range []error{errNoAsker, argumentError{}, errUnknownAsker, errTooMuch} {
			if code := told(err).Code; code == "" || !strings.Contains(string(text), "| `"+code+"` |") {
				t.Errorf("%s does not explain the code %q", name, code)
			}
		}
	}
}
