package main

import (
	"cmp"
	"encoding/json"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"
)

// sample is what one run of a work gave.
type sample struct {
	cost
	ratio float64 // processor time against that of what ran right before it
	value float64 // in the unit of the work
}

func (b *bench) add(work string, s sample) { b.samples[work] = append(b.samples[work], s) }

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// report is everything that a run found out. Megabytes are 10^6 bytes.
type report struct {
	SchemaVersion int     `json:"schema_version"`
	System        string  `json:"system"`
	CPUs          int     `json:"cpus"`
	Go            string  `json:"go"`
	Rounds        int     `json:"rounds"`
	JSONL         state   `json:"jsonl"`
	SQLite        state   `json:"sqlite"`
	ChatMB        float64 `json:"chat_mb,omitzero"` // 0 where there was none to redact
	Rows          []row   `json:"rows"`
}

// state is the size of a corpus.
type state struct {
	Sessions int     `json:"sessions"`
	MB       float64 `json:"mb"`
}

// row is one work with its medians. Zeros are what was not measured.
type row struct {
	Work   string  `json:"work"`
	WallMS float64 `json:"wall_ms,omitzero"`
	CPUMS  float64 `json:"cpu_ms,omitzero"`
	PeakMB float64 `json:"peak_mb,omitzero"`
	Ratio  float64 `json:"ratio,omitzero"` // median of the ratios, not ratio of the medians
	Value  float64 `json:"value,omitzero"`
	Unit   string  `json:"unit,omitempty"`
	Goal   string  `json:"goal,omitempty"`
	Met    *bool   `json:"met,omitempty"` // missing when there is no goal or nothing was measured
}

func (b *bench) report() report {
	b.add(workPeak, sample{cost: cost{peak: b.largestPeak(false)}})
	b.add(workPeakPlugins, sample{cost: cost{peak: b.largestPeak(true)}})
	r := report{
		SchemaVersion: 2, System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version(), Rounds: b.runs,
		JSONL: state{b.files.sessions, round2(megabytes(b.jsonl.bytes))}, SQLite: state{b.database.sessions, round2(megabytes(b.sqlite.bytes))},
		ChatMB: round2(megabytes(b.chat.bytes)),
	}
	for _, w := range works() {
		r.Rows = append(r.Rows, w.row(b.samples[w.name]))
	}
	return r
}

// largestPeak is that of every program of ours, with or without plugins, but
// redact, which takes its input whole.
func (b *bench) largestPeak(plugins bool) int64 {
	var largest int64
	for name, samples := range b.samples {
		if name == workRedact || name == workPatterns || strings.HasPrefix(name, floorWork("")) || withPlugins(name) != plugins {
			continue
		}
		for _, s := range samples {
			largest = max(largest, s.peak)
		}
	}
	return largest
}

// row takes the medians of the samples.
func (w work) row(samples []sample) row {
	r := row{Work: w.name, Goal: w.goal.text}
	if len(samples) == 0 {
		return r
	}
	r.WallMS = round2(milliseconds(median(samples, func(s sample) time.Duration { return s.wall })))
	r.CPUMS = round2(milliseconds(median(samples, func(s sample) time.Duration { return s.cpu })))
	r.PeakMB = round2(megabytes(median(samples, func(s sample) int64 { return s.peak })))
	r.Ratio = round2(median(samples, func(s sample) float64 { return s.ratio }))
	if w.unit != "" {
		r.Value, r.Unit = round2(median(samples, func(s sample) float64 { return s.value })), w.unit
	}
	r.Met = w.goal.met(r)
	return r
}

// median is the lower one of an even number of samples.
func median[T cmp.Ordered](samples []sample, of func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }

func (r report) printJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
