// Command guest is what the tests meter: a module of the Go toolchain whose
// functions use what plugins use.
package main

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {}

// text is ordinary chat of about n bytes.
func text(n uint32) string {
	var b strings.Builder
	for i := 0; b.Len() < int(n); i++ {
		b.WriteString("we decided to move the deploy to day ")
		b.WriteString(strconv.Itoa(i * 7919 % 31))
		b.WriteString("; TODO: tell the others, 明天开会 at 10:30\n")
	}
	return b.String()
}

func sum(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
	}
	return h.Sum64()
}

//go:wasmexport words
func words(n uint32) uint64 {
	counts := map[string]int{}
	for word := range strings.FieldsSeq(text(n)) {
		counts[word]++
	}
	var lines []string
	for word, count := range counts {
		lines = append(lines, word+" "+strconv.Itoa(count))
	}
	slices.Sort(lines)
	return sum(lines...)
}

//go:wasmexport keywords
func keywords(n uint32) uint64 {
	found := 0
	for line := range strings.Lines(text(n)) {
		for _, word := range []string{"FIXME", "agreed", "TODO", "决定", "开会"} {
			if strings.Contains(line, word) {
				found++
			}
		}
	}
	return uint64(found)
}

//go:wasmexport expressions
func expressions(n uint32) uint64 {
	day := regexp.MustCompile(`(?i)day (\d+);\s+(todo):`)
	return sum(day.FindAllString(text(n), -1)...)
}

//go:wasmexport objects
func objects(n uint32) uint64 {
	type message struct {
		ID   int     `json:"id"`
		Text string  `json:"text"`
		Rank float64 `json:"rank"`
	}
	var list []message
	for i, line := range strings.Split(text(n), "\n") {
		list = append(list, message{i, line, float64(i) / 3})
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		return 0
	}
	var again []message
	if json.Unmarshal(encoded, &again) != nil || !slices.Equal(list, again) {
		return 0
	}
	return sum(string(encoded))
}

//go:wasmexport buffers
func buffers(n uint32) uint64 {
	b := bytes.Repeat([]byte("0123456789abcdef"), int(n)/16)
	for size := len(b) / 2; size > 0; size /= 2 {
		copy(b[size:], b[:size])
		clear(b[:size/3])
	}
	return sum(string(b))
}

//go:wasmexport failing
func failing(n uint32) uint64 { return uint64([]byte(text(1))[n]) }
