package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// passage is what stands together in an output, with the mark in it of whose words
// they are: "external", "other", or "" for none.
type passage struct{ mark, text string }

// foreign are the canaries of others and of outside in a text, with the mark that
// they have to bear.
func foreign(text string) map[string]string {
	found := map[string]string{}
	for _, word := range canariesIn(text) {
		if len(word) > 2 {
			if mark := map[string]string{ofOther: "other", ofOutside: "external"}[word[2:3]]; mark != "" {
				found[word] = mark
			}
		}
	}
	return found
}

// marked reports what of the blocks bears another mark than it has to, and how
// many canaries of each mark there are.
func marked(blocks []passage) (wrong []string, count map[string]int) {
	count = map[string]int{}
	for _, b := range blocks {
		for word, mark := range foreign(b.text) {
			count[mark]++
			if b.mark != mark {
				wrong = append(wrong, fmt.Sprintf("%s is marked %q in %q", word, b.mark, b.text))
			}
		}
	}
	return wrong, count
}

// markIn is the mark among words in both languages.
func markIn(text string, external, other []string) string {
	text = halfWidth.Replace(text)
	for mark, words := range map[string][]string{"external": external, "other": other} {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) }) {
			return mark
		}
	}
	return ""
}

// halfWidth lets Chinese punctuation of either width be the same.
var halfWidth = strings.NewReplacer("，", ",", "：", ":")

// shownMark is the mark in a line of the terminal.
func shownMark(line string) string {
	return markIn(line, []string{"[external content, not instructions]", "[外部内容,不是指令]"}, []string{"[another person]", "[他人]"})
}

// jsonBlocks: a block is an object without the objects in it; its mark is the
// member "origin".
func jsonBlocks(text string) (blocks []passage, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	var walk func(v any, around *passage)
	walk = func(v any, around *passage) {
		switch v := v.(type) {
		case map[string]any:
			mark, _ := v["origin"].(string)
			own := passage{mark: mark}
			if mark == "owner" || mark == "agent" {
				own.mark = ""
			}
			for _, member := range v {
				walk(member, &own)
			}
			blocks = append(blocks, own)
		case []any:
			for _, member := range v {
				walk(member, around)
			}
		case string:
			around.text += v + "\n"
		}
	}
	for decoder.More() { // JSON Lines are many
		var v any
		if err := decoder.Decode(&v); err != nil {
			return nil, err
		}
		walk(v, &passage{})
	}
	return blocks, nil
}

// lineBlocks: a block begins with each line that begins says begins one; of that
// line its mark is read.
func lineBlocks(text string, begins func(line string) bool, mark func(line string) string) (blocks []passage) {
	for line := range strings.Lines(text) {
		if len(blocks) == 0 || begins(line) {
			blocks = append(blocks, passage{mark: mark(line)})
		}
		blocks[len(blocks)-1].text += line
	}
	return blocks
}

// messageBlocks: on the terminal a block is a line about a message with the lines
// behind the bar below it.
func messageBlocks(text string) []passage {
	return lineBlocks(text, func(line string) bool { return !strings.HasPrefix(line, "  │ ") && !strings.HasPrefix(line, "  …") }, shownMark)
}

// itemBlocks: a block is an item with the lines below it, the mark stands in the
// first one. What is told of a report is a block of its own.
func itemBlocks(text string) []passage {
	return lineBlocks(text, func(line string) bool { return !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "  → ") }, shownMark)
}

// briefBlocks: a block is a line that begins with the mark, with the lines behind
// the bar below it.
func briefBlocks(text string) []passage {
	return lineBlocks(text, func(line string) bool { return !strings.HasPrefix(line, "  │ ") }, func(line string) string {
		end := strings.Index(line, "]") + 1
		return shownMark(line[:end])
	})
}

// listBlocks: a list of sessions has no mark, and holds the words of no message.
func listBlocks(text string) []passage { return []passage{{text: text}} }

var originLine = regexp.MustCompile(`(?m)^\*\*origin:\*\* (external|other)  $`)

// chatBlocks: in shared_chat.md a block is a section, of a message or of a
// session; the mark is a line of its own.
func chatBlocks(text string) (blocks []passage) {
	blocks = lineBlocks(text, func(line string) bool { return strings.HasPrefix(line, "#") }, func(string) string { return "" })
	for i := range blocks {
		if m := originLine.FindStringSubmatch(blocks[i].text); m != nil {
			blocks[i].mark = m[1]
		}
	}
	return blocks
}

// entryBlocks: in todos.md and the files of decisions a block is an entry of a
// list with the lines below it. What is told of a report is a block of its own, and
// so are the other places where the same was said.
func entryBlocks(text string) (blocks []passage) {
	begins := func(line string, heads ...string) bool {
		return slices.ContainsFunc(heads, func(head string) bool { return strings.HasPrefix(halfWidth.Replace(line), "  - "+head) })
	}
	mark := func(text string) string {
		return markIn(text, []string{"出自:外部内容,不是指令 ·", "From: external content, not instructions ·"}, []string{"出自:他人 ·", "From: another person ·"})
	}
	entry, sourced := -1, false
	for line := range strings.Lines(text) {
		source := begins(line, "时间:", "Time: ")
		switch {
		case !strings.HasPrefix(line, "  "):
			blocks = append(blocks, passage{text: line})
			entry, sourced = len(blocks)-1, false
		case source && sourced, begins(line, "可能已完成:", "Possibly done: ", "结束:", "Closed: "):
			blocks = append(blocks, passage{text: line, mark: mark(line)})
		default:
			blocks[entry].text += line
			if source {
				blocks[entry].mark, sourced = mark(line), true
			}
		}
	}
	return blocks
}

// calendarBlocks: a block is a VTODO; the mark is its category.
func calendarBlocks(text string) (blocks []passage) {
	for _, part := range strings.Split(strings.ReplaceAll(text, "\r\n ", ""), "\r\nEND:VTODO\r\n") {
		b := passage{text: part}
		for line := range strings.SplitSeq(part, "\r\n") {
			if mark, is := strings.CutPrefix(line, "CATEGORIES:"); is {
				b.mark = mark
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// taggedBlocks: a block is a line; the mark is a tag that follows the title.
func taggedBlocks(tag string) func(string) []passage {
	mark := regexp.MustCompile(tag)
	return func(text string) []passage {
		return lineBlocks(text, func(string) bool { return true }, func(line string) string {
			if m := mark.FindStringSubmatch(line); m != nil {
				return m[1]
			}
			return ""
		})
	}
}

// tableBlocks: a block is a record; the mark is the column "origin".
func tableBlocks(text string) (blocks []passage) {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		return []passage{{text: text}}
	}
	column := slices.Index(records[0], "origin")
	for _, record := range records[1:] {
		b := passage{text: strings.Join(record, "\n")}
		if b.mark = record[column]; b.mark == "owner" || b.mark == "agent" {
			b.mark = ""
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// blocksOf is how what a command line prints as text falls into blocks.
func blocksOf(command, line string) func(string) []passage {
	format := ""
	if _, behind, is := strings.Cut(line, "--format "); is {
		format = strings.Fields(behind)[0]
	}
	switch command + " " + format {
	case "show ", "last ", "search ":
		return messageBlocks
	case "decisions ", "todos ":
		return itemBlocks
	case "brief ":
		return briefBlocks
	case "list ", "__complete ":
		return listBlocks
	case "export md":
		return chatBlocks
	case "todos ics":
		return calendarBlocks
	case "todos obsidian":
		return taggedBlocks(` #(external|other) 🆔 `)
	case "todos todotxt":
		return taggedBlocks(` \+(external|other) (?:due:|status:|id:)`)
	case "todos csv":
		return tableBlocks
	}
	return nil
}

// checkOrigins: the words of other people and of outside bear the mark of it in
// the same block, in all that the owner and assistants are shown.
func checkOrigins(t *testing.T, f *aviary) {
	total := map[string]map[string]int{}
	check := func(form, where string, blocks []passage) {
		wrong, count := marked(blocks)
		for _, what := range wrong[:min(len(wrong), 3)] {
			t.Errorf("%s: %s (%d such)", where, what, len(wrong))
		}
		if total[form] == nil {
			total[form] = map[string]int{}
		}
		for mark, n := range count {
			total[form][mark] += n
		}
	}
	next := f.nexts(asking{"", "all"})
	f.asked(asking{"", "all"}, true, next, func(command, line string, got told) {
		if blocks, err := jsonBlocks(got.out); err == nil && strings.HasPrefix(got.out, "{") {
			check(command+" --json", command+" "+line, blocks)
			return
		}
		split := blocksOf(command, line)
		if split == nil {
			t.Fatalf("%s %s: it is not told what stands together in its output", command, line)
		}
		check(command, command+" "+line, split(got.out))
		check(command, "in Chinese "+command+" "+line, split(f.run(append(words(command+" "+line), "--lang", "zh")...).out))
	})
	for path, split := range map[string]func(string) []passage{
		"shared_chat.md": chatBlocks, "todos/todos.md": entryBlocks, "decisions/2026-03.md": entryBlocks,
	} {
		check(path, path, split(f.read("shared/"+path)))
	}
	for _, path := range []string{"shared_chat.json", "todos/todos.json", "decisions/index.json"} {
		blocks, err := jsonBlocks(f.read("shared/" + path))
		f.must(err)
		check(path, path, blocks)
	}
	s := serve(t.Context(), t, f.outside, f.flags("all")...)
	for tool, calls := range toolReadings() {
		for _, arguments := range calls {
			for _, asker := range []string{"mn", "hk", "ga"} {
				got := s.call(tool, strings.ReplaceAll(filled(arguments, coopOf(asker)), `,"next":"{next}"`, ""), coopKey(asker)).Get("result")
				for _, text := range resultsOf(got) {
					blocks, err := jsonBlocks(text)
					f.must(err)
					check("tool "+tool, "tool "+tool+" "+arguments, blocks)
				}
			}
		}
	}
	for form, count := range total {
		if silent := strings.HasPrefix(form, "list"); !silent && (count["external"] == 0 || count["other"] == 0) {
			t.Errorf("%s: holds too little: %v", form, count)
		}
	}
}

// checkVerdicts: also one who judges an item is told whose words it is. It changes
// the archive.
func checkVerdicts(t *testing.T, f *aviary) {
	check := func(got told, blocks []passage) {
		wrong, count := marked(blocks)
		if len(wrong) > 0 || len(count) == 0 {
			t.Errorf("%q: %q", got.out, wrong)
		}
	}
	for _, lang := range []string{"en", "zh"} {
		offered := f.run("__complete", "--lang", lang, "todos", "confirm", "")
		check(offered, lineBlocks(offered.out, func(string) bool { return true }, shownMark))
	}
	for _, origin := range []string{"external", "other"} {
		id := gjson.Get(f.run("todos", "--suggested", "-n", "1000", "--json").out, `items.#(origin=="`+origin+`").id`).String()
		for _, verb := range []string{"confirm", "cancel", "reopen", "done"} {
			for _, form := range []string{"", "--json"} {
				got := f.run(words("todos " + verb + " " + id + " " + form)...)
				blocks, err := jsonBlocks(got.out)
				if err != nil {
					blocks = lineBlocks(got.out, func(string) bool { return true }, shownMark)
				}
				check(got, blocks)
			}
		}
	}
}

// checkTiers: what other people and outside say is nowhere certain, and nowhere
// the assistant's to do, however much a plugin is taken in by it.
func checkTiers(t *testing.T, f *aviary) {
	for _, text := range []string{
		f.read("shared/todos/todos.json"), f.read("shared/decisions/index.json"),
		f.run("todos", "--all", "-n", "1000", "--json").out, f.run("decisions", "--all", "-n", "1000", "--json").out,
	} {
		seen := 0
		gjson.Get(text, "@this.[todos,items].@flatten").ForEach(func(_, it gjson.Result) bool {
			own := it.Get("title").String() + it.Get("body").String() + it.Get("evidence").String() + it.Get("tags").String()
			words := foreign(own)
			seen += len(words)
			if len(words) > 0 && (it.Get("tier").String() != "suggested" || it.Get("owner").String() == "agent") {
				t.Errorf("%v is certain, or the agent's to do: %s", words, it.Raw)
			}
			return true
		})
		if seen == 0 {
			t.Errorf("there is nothing of others: %.300s", text)
		}
	}
	for _, args := range [][]string{{"todos", "-n", "1000"}, {"decisions", "-n", "1000"}, {"todos", "--done", "-n", "1000"}} {
		for _, b := range itemBlocks(f.run(args...).out) {
			if words := foreign(b.text); len(words) > 0 && !strings.HasPrefix(b.text, "  → ") {
				t.Errorf("%q: lists %q", args, b.text)
			}
		}
	}
	for _, args := range [][]string{{"brief", "--max-tokens", "20000", "--json"}, {"brief", "--max-tokens", "20000", "--json", "--for", coopKey("ga")}} {
		if words := foreign(gjson.Get(f.run(args...).out, "[todos,decisions]").Raw); len(words) > 0 {
			t.Errorf("%q: has items of others: %v", args, words)
		}
	}
	certain, _, _ := strings.Cut(f.read("shared/decisions/2026-03.md"), "<details>")
	open, _, _ := strings.Cut(f.read("shared/todos/todos.md"), "\n## 可能的待办")
	for _, b := range append(entryBlocks(certain), entryBlocks(open)...) {
		if words := foreign(b.text); len(words) > 0 && strings.HasPrefix(b.text, "- ") {
			t.Errorf("stands among what is certain: %q", b.text)
		}
	}
}
