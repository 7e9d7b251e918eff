package main

import "fmt"

// work is one row of the table. The samples of all rounds are kept by its name.
type work struct {
	name string
	unit string // of the value, "" where only time and memory are of interest
	goal goal
}

// What is measured beside floors and searches.
const (
	workFirstJSONL    = "first sync, JSONL"
	workFirstPlugins  = "first sync, plugins"
	workNothingNew    = "sync, nothing new"
	workAppended      = "sync, 100 new in 10 sessions"
	workAppendedAll   = "sync, 100 new, plugins"
	workLast          = "last"
	workFirstSQLite   = "first sync, SQLite"
	workPatterns      = "baseline: three patterns"
	workRedact        = "redact, one core"
	workRedactRatio   = "redact against the baseline"
	workBuiltin       = "built-in plugins, one core"
	workPeak          = "largest peak without plugins"
	workPeakPlugins   = "largest peak with plugins"
	workArchiveJSONL  = "archive of JSONL, share of input"
	workArchiveSQLite = "archive of SQLite, share of input"
	workShared        = "shared files"
)

// withPlugins tells the works of a place where the built-in plugins are on.
func withPlugins(work string) bool {
	return work == workFirstPlugins || work == workNothingNew || work == workAppendedAll
}

func floorWork(name string) string   { return "floor: " + name }
func searchWork(query string) string { return "search " + query }

// queries are common and rare ones in both languages: 7 %, 16 % and 0.1 % of
// the messages of a corpus hold them.
func queries() []string {
	return []string{"connection pool", "tiny shipping label", "证书", "安排周末爬山"}
}

// works lists what is measured, in the order of the table.
func works() []work {
	list := []work{
		{name: floorWork(floorRead)},
		{name: floorWork(floorSplit)},
		{name: floorWork(floorRole)},
		{name: workFirstJSONL, goal: ratioAtMost(6, "floor")},
		{name: workFirstPlugins, unit: "s more CPU", goal: valueAtMost(3, "s more CPU")},
		{name: floorWork(floorSQLite)},
		{name: workFirstSQLite, goal: ratioAtMost(6, "floor")},
		{name: floorWork(floorStat)},
		{name: workNothingNew, goal: wallAtMost(15)},
		{name: workAppended, goal: wallAtMost(50)},
		{name: workAppendedAll},
		{name: workLast},
	}
	for _, query := range queries() {
		list = append(list, work{name: searchWork(query), unit: "found", goal: wallAtMost(20)})
	}
	return append(list,
		work{name: workPatterns, unit: "MB/s"},
		work{name: workRedact, unit: "MB/s", goal: valueAtLeast(60, "MB/s")},
		work{name: workRedactRatio, goal: ratioAtMost(1.5, "baseline")},
		work{name: workBuiltin, unit: "MB/s", goal: valueAtLeast(30, "MB/s")},
		work{name: workPeak, goal: peakAtMost(64)},
		work{name: workPeakPlugins, goal: peakAtMost(160)},
		work{name: workArchiveJSONL, unit: "%", goal: valueAtMost(15, "%")},
		work{name: workArchiveSQLite, unit: "%", goal: valueAtMost(15, "%")},
		work{name: workShared, unit: "MB"},
	)
}

// goal is what a row is to reach. The zero value is none.
type goal struct {
	text    string
	figure  func(r row) float64
	limit   float64
	atLeast bool // else at most
}

// met is nil without a goal, and when nothing was measured.
func (g goal) met(r row) *bool {
	if g.figure == nil {
		return nil
	}
	x := g.figure(r)
	if x == 0 {
		return nil
	}
	met := x <= g.limit
	if g.atLeast {
		met = x >= g.limit
	}
	return &met
}

func ratioAtMost(limit float64, of string) goal {
	return goal{fmt.Sprintf("CPU ≤ %gx %s", limit, of), func(r row) float64 { return r.Ratio }, limit, false}
}

func wallAtMost(ms float64) goal {
	return goal{fmt.Sprintf("wall ≤ %g ms", ms), func(r row) float64 { return r.WallMS }, ms, false}
}

func peakAtMost(mb float64) goal {
	return goal{fmt.Sprintf("peak ≤ %g MB", mb), func(r row) float64 { return r.PeakMB }, mb, false}
}

func valueAtMost(limit float64, unit string) goal {
	return goal{fmt.Sprintf("≤ %g %s", limit, unit), func(r row) float64 { return r.Value }, limit, false}
}

func valueAtLeast(limit float64, unit string) goal {
	return goal{fmt.Sprintf("≥ %g %s", limit, unit), func(r row) float64 { return r.Value }, limit, true}
}
