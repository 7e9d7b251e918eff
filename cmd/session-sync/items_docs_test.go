package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestReadmePrecision: the READMEs say of all classes what the page says.
func TestReadmePrecision(t *testing.T) {
	overall := regexp.MustCompile("\\| `overall` \\| (\\d+)–(\\d+) % \\| (\\d+)–(\\d+) %").FindStringSubmatch(readDocument(t, "todos.md"))
	if overall == nil {
		t.Fatal("docs/todos.md says nothing of overall")
	}
	for name, between := range map[string]string{readme: " to ", readmeChinese: " % 到 "} {
		text := strings.Join(strings.Fields(readDocument(t, filepath.Join("..", name))), " ")
		for _, figures := range []string{overall[1] + between + overall[2] + " %", overall[3] + between + overall[4] + " %"} {
			if !strings.Contains(text, figures) {
				t.Errorf("%s does not say %q", name, figures)
			}
		}
	}
}

// TestPrecisionPage holds what docs/todos.md says of the built-in plugins to the
// report on them. A model that is made again may differ by slack points; beyond
// that the page has to be changed.
func TestPrecisionPage(t *testing.T) {
	const slack = 5 // percent
	text, err := os.ReadFile(filepath.Join("..", "..", "wasm-plugins", "train", "REPORT.md"))
	if err != nil {
		t.Fatal(err)
	}
	measured := precision(string(text))
	row := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (\\d+)–(\\d+) % \\| (\\d+)–(\\d+) % \\| (\\d+)–(\\d+) % \\|$")
	for _, name := range []string{"todos.md", "todos.zh-CN.md"} {
		rows := row.FindAllStringSubmatch(readDocument(t, name), -1)
		if len(rows) != 5 {
			t.Errorf("%s has %d rows of figures, want 5", name, len(rows))
		}
		for _, cells := range rows {
			for column, values := range measured[cells[1]] {
				low, _ := strconv.ParseFloat(cells[2+2*column], 64)
				high, _ := strconv.ParseFloat(cells[3+2*column], 64)
				if least, most := min(values[0], values[1]), max(values[0], values[1]); least < low-slack || least > low+slack || most < high-slack || most > high+slack {
					t.Errorf("%s, %s: says %g–%g %%, the report %.1f to %.1f %%", name, cells[1], low, high, least, most)
				}
			}
			if _, found := measured[cells[1]]; !found {
				t.Errorf("%s: the report does not tell of %q", name, cells[1])
			}
		}
	}
}

// precision gives for each class the precision and the recall of the main tier,
// and the recall of all tiers, in percent, on the two sets of the report.
func precision(report string) map[string][3][2]float64 {
	figures := map[string][3][2]float64{}
	row := regexp.MustCompile(`(?m)^\| \**([a-z-]+)\** \| ([01]\.\d+) \| ([01]\.\d+) \|`)
	for i, set := range []string{"## On dev\n", "## On train\n"} {
		_, below, _ := strings.Cut(report, set)
		below, _, _ = strings.Cut(below, "\n## ")
		all, main, _ := strings.Cut(below, "| main tier |")
		for tier, table := range []string{all, main} {
			for _, cells := range row.FindAllStringSubmatch(table, -1) {
				p, _ := strconv.ParseFloat(cells[2], 64)
				r, _ := strconv.ParseFloat(cells[3], 64)
				f := figures[cells[1]]
				if tier == 0 {
					f[2][i] = 100 * r
				} else {
					f[0][i], f[1][i] = 100*p, 100*r
				}
				figures[cells[1]] = f
			}
		}
	}
	return figures
}
