package redact

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Floors a little under what the rules reach on the labelled corpus.
const (
	corpusCoverFloor  = 99.0 // per cent of core spans fully masked
	corpusDamageLimit = 0.5  // per cent of items without secrets that are touched
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

func TestCorpus(t *testing.T) {
	rules := BuiltIn()
	core, covered, typed, negatives, damaged := 0, 0, 0, 0, 0
	byLabel := map[string][2]int{}
	for _, item := range corpus(t) {
		found := rules.Scan(item.Text)
		mask := make([]Kind, len(item.Text))
		for _, f := range found {
			for i := f.Start; i < f.End; i++ {
				mask[i] = f.Kind
			}
		}
		for _, span := range item.Spans {
			full := isMasked(mask[span.Start:span.End])
			if span.Tier == "core" {
				n := byLabel[span.Type+"/"+span.Label]
				n[1]++
				core++
				if full {
					covered++
					n[0]++
					if sameFamily(mask[span.Start], Kind(span.Type)) {
						typed++
					}
				} else if testing.Verbose() {
					t.Logf("missed %s %s %s in %s", item.ID, span.Type, span.Label, item.Note)
				}
				byLabel[span.Type+"/"+span.Label] = n
			}
			clear(mask[span.Start:span.End])
		}
		for _, span := range item.Ignore {
			clear(mask[span.Start:span.End])
		}
		if item.Kind == "neg" {
			negatives++
			if i := firstMasked(mask); i >= 0 {
				damaged++
				t.Logf("damaged %s (%s): %s at %d", item.ID, item.Note, mask[i], i)
			}
		}
	}
	cover, damage := share(covered, core), share(damaged, negatives)
	t.Logf("core spans covered %.2f%% of %d, right kind %.2f%%; items damaged %.2f%% of %d", cover, core, share(typed, covered), damage, negatives)
	if cover < corpusCoverFloor {
		t.Errorf("covered %.2f%% of the core spans, want at least %.2f%%", cover, corpusCoverFloor)
	}
	if damage > corpusDamageLimit {
		t.Errorf("damaged %.2f%% of the items without secrets, want at most %.2f%%", damage, corpusDamageLimit)
	}
	for label, n := range byLabel {
		if n[0]*2 < n[1] {
			t.Logf("weak label %s: %d of %d", label, n[0], n[1])
		}
	}
}

func isMasked(mask []Kind) bool {
	for _, k := range mask {
		if k == "" {
			return false
		}
	}
	return true
}

func firstMasked(mask []Kind) int {
	for i, k := range mask {
		if k != "" {
			return i
		}
	}
	return -1
}

// sameFamily counts the kinds of credentials as one: where a key stands in
// place of a password, both names are right.
func sameFamily(got, want Kind) bool {
	family := func(k Kind) Kind {
		if k == JWT || k == Password {
			return APIKey
		}
		return k
	}
	return family(got) == family(want)
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }
