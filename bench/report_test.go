package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// took is a sample with all its figures.
func took(wall, cpu time.Duration, peak int64, ratio, value float64) sample {
	return sample{cost{wall, cpu, peak}, ratio, value}
}

func TestRow(t *testing.T) {
	yes, no := true, false
	samples := []sample{
		took(30*time.Millisecond, 9*time.Millisecond, 10e6, 1, 70),
		took(10*time.Millisecond, 8*time.Millisecond, 64e6, 6, 60),
		took(15*time.Millisecond, 7*time.Millisecond, 65e6, 9, 50),
	}
	medians := row{WallMS: 15, CPUMS: 8, PeakMB: 64, Ratio: 6, Value: 60, Unit: "u"}
	for _, c := range []struct {
		name    string
		samples []sample
		goal    goal
		want    *bool
	}{
		{"no goal", samples, goal{}, nil},
		{"ratio met", samples, ratioAtMost(6, "floor"), &yes},
		{"ratio missed", samples, ratioAtMost(5.9, "floor"), &no},
		{"wall met", samples, wallAtMost(15), &yes},
		{"wall missed", samples, wallAtMost(14.9), &no},
		{"peak met", samples, peakAtMost(64), &yes},
		{"peak missed", samples, peakAtMost(63.9), &no},
		{"value met from above", samples, valueAtMost(60, "%"), &yes},
		{"value missed from above", samples, valueAtMost(59.9, "%"), &no},
		{"value met from below", samples, valueAtLeast(60, "MB/s"), &yes},
		{"value missed from below", samples, valueAtLeast(60.1, "MB/s"), &no},
		{"not measured", nil, ratioAtMost(6, "floor"), nil},
		{"figure not told by the system", []sample{took(1, 1, 0, 0, 0)}, peakAtMost(64), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := work{name: "w", unit: "u", goal: c.goal}.row(c.samples)
			if (got.Met == nil) != (c.want == nil) || got.Met != nil && *got.Met != *c.want {
				t.Errorf("met: got %v, want %v", got.Met, c.want)
			}
			got.Met, got.Work, got.Goal = nil, "", ""
			if len(c.samples) == len(samples) && got != medians {
				t.Errorf("got %+v, want %+v", got, medians)
			}
		})
	}
}

func TestMedianOfAnEvenNumberIsTheLower(t *testing.T) {
	samples := []sample{{value: 4}, {value: 1}, {value: 3}, {value: 2}}
	if got := median(samples, func(s sample) float64 { return s.value }); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

func TestTable(t *testing.T) {
	yes, no := true, false
	r := report{
		System: "linux/amd64", CPUs: 2, Go: "go1.26", Rounds: 3, JSONL: state{2000, 526.56}, SQLite: state{800, 253.68}, ChatMB: 20,
		Rows: []row{
			{Work: "floor: read", WallMS: 100.04, CPUMS: 99.5, PeakMB: 12.34},
			{Work: "first sync", WallMS: 12345.6, CPUMS: 12000, PeakMB: 70, Ratio: 5.256, Goal: "CPU ≤ 6x floor", Met: &yes},
			{Work: "search 证书", Goal: "wall ≤ 20 ms"},
			{Work: "redact", WallMS: 1000, CPUMS: 999.9, Value: 35.05, Unit: "MB/s", Goal: "≥ 60 MB/s", Met: &no},
		},
	}
	want := strings.TrimPrefix(`
linux/amd64, 2 CPUs, go1.26, median of 3 rounds
JSONL: 526.6 MB in 2000 sessions; SQLite: 253.7 MB in 800 sessions; chat text: 20.0 MB

work             wall       CPU  peak MB  ratio       value  goal            met
floor: read  100.0 ms   99.5 ms     12.3
first sync    12.35 s   12.00 s     70.0  5.26x              CPU ≤ 6x floor  yes
search 证书                                       not there  wall ≤ 20 ms
redact         1.00 s  999.9 ms                  35.05 MB/s  ≥ 60 MB/s       no
`, "\n")
	var got bytes.Buffer
	if err := r.printTable(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// TestDocumentsNameTheWorks holds the documents to the table.
func TestDocumentsNameTheWorks(t *testing.T) {
	for _, name := range []string{"benchmarks.md", "benchmarks.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		documented := map[string]string{}
		for line := range strings.Lines(string(text)) {
			if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `") && len(cells) > 2 {
				documented[strings.Trim(cells[1], " `")] = strings.TrimSpace(cells[2])
			}
		}
		for _, w := range works() {
			if goal, found := documented[w.name]; !found || goal != w.goal.text {
				t.Errorf("%s: %q has the goal %q, want %q", name, w.name, goal, w.goal.text)
			}
			delete(documented, w.name)
		}
		for name := range documented {
			t.Errorf("%q is in the document and not in the table", name)
		}
	}
}
