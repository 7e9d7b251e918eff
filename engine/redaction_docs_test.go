package engine_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
	"github.com/smallccwc/chronosync/engine/redact"
)

// page is docs/redaction.md in one language.
type page struct {
	name, text string
	headings   []string // the marks only: "##"
	blocks     []string // fenced, with the fences
	rows       [][][]string
}

// Parts of a page that the tests look into: the numbers of its headings.
const (
	partFound    = 1
	partStays    = 2
	partSettings = 7
	partRules    = 8
)

var (
	heading    = regexp.MustCompile(`^(#+) `)
	inlineCode = regexp.MustCompile("`([^`]+)`")
)

// redactionPages reads the page in English and in Chinese.
func redactionPages(t *testing.T) []page {
	t.Helper()
	var pages []page
	for _, name := range []string{"redaction.md", "redaction.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", name))
		must(t, err)
		pages = append(pages, readPage(name, string(text)))
	}
	return pages
}

// readPage takes a page apart: rows[i] are the cells of the tables below
// heading i, without their heads.
func readPage(name, text string) page {
	p := page{name: name, text: text}
	fenced, inTable := false, false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			if fenced = !fenced; fenced {
				p.blocks = append(p.blocks, "")
			}
			p.blocks[len(p.blocks)-1] += line
		case fenced:
			p.blocks[len(p.blocks)-1] += line
		case heading.MatchString(line):
			p.headings = append(p.headings, heading.FindStringSubmatch(line)[1])
			p.rows = append(p.rows, nil)
		case strings.HasPrefix(line, "| ---"):
			inTable = true
		case strings.HasPrefix(line, "| "):
			if last := len(p.rows) - 1; inTable {
				p.rows[last] = append(p.rows[last], strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"))
			}
		default:
			inTable = false
		}
	}
	return p
}

// codes are the inline codes of a cell.
func codes(cell string) []string {
	var found []string
	for _, m := range inlineCode.FindAllStringSubmatch(cell, -1) {
		found = append(found, m[1])
	}
	return found
}

// named are the names in the first cells of the tables below a heading.
func (p page) named(part int) []string {
	var names []string
	for _, row := range p.rows[part] {
		names = append(names, codes(row[0])...)
	}
	return names
}

// TestRedactionPagesAlike: both languages have the same parts and show the same.
func TestRedactionPagesAlike(t *testing.T) {
	pages := redactionPages(t)
	english, chinese := pages[0], pages[1]
	if !slices.Equal(english.headings, chinese.headings) {
		t.Errorf("headings are %q and %q", english.headings, chinese.headings)
	}
	if !slices.Equal(english.blocks, chinese.blocks) {
		t.Errorf("blocks of code are\n%s\nand\n%s", strings.Join(english.blocks, ""), strings.Join(chinese.blocks, ""))
	}
	for part := range min(len(english.rows), len(chinese.rows)) {
		if len(english.rows[part]) != len(chinese.rows[part]) {
			t.Errorf("part %d has %d rows and %d", part, len(english.rows[part]), len(chinese.rows[part]))
		}
	}
}

// TestRedactionPageKinds: the pages name every kind there is, and its examples
// are found.
func TestRedactionPageKinds(t *testing.T) {
	rules, err := redact.New(redact.Options{Enable: []string{string(redact.IP)}})
	must(t, err)
	var kinds []string
	for _, rule := range rules.List() {
		kinds = append(kinds, string(rule.Kind))
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	fake := fakesecret.New(21)
	for _, p := range redactionPages(t) {
		if got := slices.Sorted(slices.Values(p.named(partFound))); !slices.Equal(got, kinds) {
			t.Errorf("%s documents the kinds %q, and there are %q", p.name, got, kinds)
		}
		for _, row := range p.rows[partFound] {
			kind, examples := redact.Kind(codes(row[0])[0]), codes(row[len(row)-1])
			if len(examples) == 0 {
				t.Errorf("%s shows no example of %s", p.name, kind)
			}
			for _, example := range examples {
				text, marked := fake.Marked(example)
				var want, got [][2]int
				for _, m := range marked {
					want = append(want, [2]int{m.Start, m.End})
				}
				for _, f := range rules.Scan(text) {
					if f.Kind == kind {
						got = append(got, [2]int{f.Start, f.End})
					}
				}
				if len(want) == 0 || !slices.Equal(got, want) {
					t.Errorf("%s: in %q %s is found at %v, want %v", p.name, example, kind, got, want)
				}
			}
		}
	}
}

// TestRedactionPageStays: what the pages say stays does stay.
func TestRedactionPageStays(t *testing.T) {
	rules, fake := redact.BuiltIn(), fakesecret.New(22)
	for _, p := range redactionPages(t) {
		examples := p.named(partStays)
		if len(examples) == 0 {
			t.Errorf("%s shows nothing that stays", p.name)
		}
		for _, example := range examples {
			if found := rules.Scan(fake.Fill(example)); found != nil {
				t.Errorf("%s: in %q is found %v", p.name, example, found)
			}
		}
	}
}

// TestRedactionPageSettings: the pages name every setting there is, their
// examples can be used, and all placeholders that they show are ones.
func TestRedactionPageSettings(t *testing.T) {
	placeholder := regexp.MustCompile(`\[([A-Z][A-Z0-9_]+)(?:[#~][a-z0-9]+)?\]`)
	var keysOfRule []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[config.Rule]()) {
		keysOfRule = append(keysOfRule, strings.ToLower(field.Name))
	}
	for _, p := range redactionPages(t) {
		w := newWorld(t)
		var keys []string
		for _, v := range w.engine().Config.Values() {
			if strings.HasPrefix(v.Key, "redact.") {
				keys = append(keys, v.Key)
			}
		}
		if got := p.named(partSettings); !slices.Equal(got, keys) {
			t.Errorf("%s documents the settings %q, and there are %q", p.name, got, keys)
		}
		if got := p.named(partRules); !slices.Equal(got, keysOfRule) {
			t.Errorf("%s documents %q of a rule, which has %q", p.name, got, keysOfRule)
		}
		rules := []engine.Rule{}
		examples := 0
		for _, block := range p.blocks {
			settings, isSettings := strings.CutPrefix(block, "```yaml\n")
			if !isSettings {
				continue
			}
			examples++
			w.configure(strings.TrimSuffix(settings, "```\n"))
			rules = append(rules, w.engine().Rules().Rules...)
		}
		if examples < 5 {
			t.Errorf("%s shows %d examples of settings", p.name, examples)
		}
		for _, shown := range placeholder.FindAllStringSubmatch(p.text, -1) {
			if !slices.ContainsFunc(rules, func(r engine.Rule) bool { return r.Kind == shown[1] }) {
				t.Errorf("%s shows %s, which no rule gives", p.name, shown[0])
			}
		}
	}
}
