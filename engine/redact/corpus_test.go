package redact

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What is promised on the labelled corpus, in per cent. A core span is covered
// when all of its bytes are masked.
const (
	coverFloor    = 98.0 // of all core spans
	kindFloor     = 95.0 // of those of each type
	formatFloor   = 97.0 // mean over the formats, so that a rare one counts like a common one
	damageLimit   = 1.0  // of the texts without secrets, that are touched
	overMaskLimit = 0.3  // of the bytes of texts with secrets, that are masked beside the labels
)

type corpusSpan struct {
	Start, End  int
	Type, Tier  string
	Label, Note string
}

type corpusItem struct {
	ID, Kind, Text, Note string
	Spans, Ignore        []corpusSpan
}

// corpus finds the labelled texts beside the repository.
func corpus(t testing.TB) []corpusItem {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(root) == root {
			t.Skip("no go.mod above the package: the labelled corpus can't be looked for")
		}
		root = filepath.Dir(root)
	}
	file, err := os.Open(filepath.Join(root, "..", "shared", "redaction-bench", "dev.jsonl"))
	if err != nil {
		t.Skip("the labelled corpus shared/redaction-bench/dev.jsonl is not beside the repository")
	}
	defer file.Close()
	var items []corpusItem
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var item corpusItem
		if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
			t.Fatalf("line %d of the corpus: %v", len(items)+1, err)
		}
		items = append(items, item)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return items
}

// tally counts of how many of n something holds.
type tally struct{ n, of int }

func (t *tally) add(holds bool) {
	t.of++
	if holds {
		t.n++
	}
}

func (t tally) share() float64 { return share(t.n, t.of) }

// tallies are tallies by name.
type tallies map[string]*tally

func (t tallies) at(name string) *tally {
	if t[name] == nil {
		t[name] = &tally{}
	}
	return t[name]
}

// mean is the mean of the shares.
func (t tallies) mean() float64 {
	sum := 0.0
	for _, one := range t {
		sum += one.share()
	}
	return sum / float64(max(1, len(t)))
}

// corpusFigures are what the rules reach on the labelled corpus.
type corpusFigures struct {
	core             tally   // spans covered
	byType, byFormat tallies // likewise
	extended         tallies // likewise, of what may be masked and need not be
	damaged          tally   // texts without secrets that are touched
	overMasked       tally   // bytes of texts with secrets that are masked beside the labels
}

// measure redacts a corpus and counts.
func measure(t *testing.T, rules *Rules, items []corpusItem) corpusFigures {
	f := corpusFigures{byType: tallies{}, byFormat: tallies{}, extended: tallies{}}
	for _, item := range items {
		masked := make([]bool, len(item.Text))
		for _, found := range rules.Scan(item.Text) {
			mark(masked, found.Start, found.End, true)
		}
		for _, span := range item.Spans {
			covered := !slices.Contains(masked[span.Start:span.End], false)
			if span.Tier != "core" {
				f.extended.at(span.Type).add(covered)
				continue
			}
			if !covered {
				t.Logf("not covered: %s %s %s (%s)", item.ID, span.Type, span.Label, item.Note)
			}
			f.core.add(covered)
			f.byType.at(span.Type).add(covered)
			f.byFormat.at(span.Type + " " + span.Label).add(covered)
		}
		for _, span := range slices.Concat(item.Spans, item.Ignore) {
			mark(masked, span.Start, span.End, false)
		}
		beside := 0
		for _, is := range masked {
			if is {
				beside++
			}
		}
		if beside > 0 {
			t.Logf("%d bytes masked beside the labels: %s (%s), byte %d", beside, item.ID, item.Note, slices.Index(masked, true))
		}
		if item.Kind == "neg" {
			f.damaged.add(beside > 0)
		} else {
			f.overMasked.n += beside
			f.overMasked.of += len(item.Text)
		}
	}
	return f
}

func mark(masked []bool, start, end int, as bool) {
	for i := start; i < end; i++ {
		masked[i] = as
	}
}

func TestCorpus(t *testing.T) {
	f := measure(t, BuiltIn(), corpus(t))
	atLeast := func(what string, got, floor float64) {
		if got < floor {
			t.Errorf("%s covered: %.2f %%, want at least %g %%", what, got, floor)
		}
	}
	atLeast("core spans", f.core.share(), coverFloor)
	for _, kind := range slices.Sorted(maps.Keys(f.byType)) {
		atLeast("core spans of type "+kind, f.byType[kind].share(), kindFloor)
	}
	atLeast("mean of the formats", f.byFormat.mean(), formatFloor)
	if got := f.damaged.share(); got > damageLimit {
		t.Errorf("%.2f %% of the texts without secrets are touched, want at most %g %%", got, damageLimit)
	}
	if got := f.overMasked.share(); got > overMaskLimit {
		t.Errorf("%.2f %% of the bytes are masked beside the labels, want at most %g %%", got, overMaskLimit)
	}
}

// rows are the figures as the documents show them: how many there are, and the
// share.
func (f corpusFigures) rows() []string {
	row := func(of int, share float64) string { return fmt.Sprintf("%d | %.1f %%", of, share) }
	var rows []string
	for _, kind := range slices.Sorted(maps.Keys(f.byType)) {
		rows = append(rows, fmt.Sprintf("`%s` | %s", kind, row(f.byType[kind].of, f.byType[kind].share())))
	}
	rows = append(rows, row(f.core.of, f.core.share()), row(len(f.byFormat), f.byFormat.mean()),
		row(f.damaged.of, f.damaged.share()), row(f.overMasked.of, f.overMasked.share()))
	for _, kind := range slices.Sorted(maps.Keys(f.extended)) {
		rows = append(rows, fmt.Sprintf("`%s` | %s", kind, row(f.extended[kind].of, f.extended[kind].share())))
	}
	return rows
}

// TestDocumentedFigures holds the table of the documents to what is measured.
func TestDocumentedFigures(t *testing.T) {
	want := measure(t, BuiltIn(), corpus(t)).rows()
	row := regexp.MustCompile(`^\| (?:(` + "`[A-Z_]+`" + ` \| )|.+ \| )([0-9]+ \| [0-9.]+ %) \|$`)
	for _, name := range []string{"redaction.md", "redaction.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.SplitSeq(string(text), "\n") {
			if m := row.FindStringSubmatch(line); m != nil {
				got = append(got, m[1]+m[2])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s shows\n%s\nand measured is\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }
