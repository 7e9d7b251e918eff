package items

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// linkSame finds todos whose titles have the same words. A todo that is shown
// stands for the others: what a person said about it goes for those said before.
func linkSame(todos []Todo, words [][]string) {
	groups := map[string][]*Todo{}
	for i := range todos {
		if said := strings.Join(words[i], " "); said != "" {
			groups[said] = append(groups[said], &todos[i])
		}
	}
	for _, group := range groups {
		if len(group) > 1 {
			closeSame(group)
			hideSame(group)
		}
	}
}

// closeSame closes open todos of a group with those that a person closed. Dues
// are compared, because what is to be done every week has one title.
func closeSame(group []*Todo) {
	for _, x := range group {
		if x.Open() || x.Verdict == nil || x.Verdict.Status != x.State {
			continue
		}
		for _, y := range group {
			if y.Open() && y.Verdict == nil && sameDue(y, x) && !y.Item.Time.After(x.Verdict.At) {
				y.State, y.ClosedAt, y.SameAs, y.MaybeClosedBy = x.State, x.ClosedAt, x.Item.ID, nil
			}
		}
	}
}

// hideSame marks the open todos of a group that need not be shown: first come
// the certain ones, then those with a due, then the oldest.
func hideSame(group []*Todo) {
	group = slices.DeleteFunc(slices.Clone(group), func(t *Todo) bool { return !t.Open() })
	slices.SortStableFunc(group, func(a, b *Todo) int {
		return cmp.Or(
			cmp.Compare(a.Tier, b.Tier), // "main" is before "suggested"
			-cmp.Compare(min(len(a.Item.Due), 1), min(len(b.Item.Due), 1)),
			a.Item.Time.Compare(b.Item.Time),
			cmp.Compare(a.Item.ID, b.Item.ID),
		)
	})
	var shown []*Todo
	for _, t := range group {
		i := slices.IndexFunc(shown, func(x *Todo) bool { return sameDue(t, x) })
		if i < 0 {
			shown = append(shown, t)
			continue
		}
		t.SameAs = shown[i].Item.ID
	}
}

func sameDue(a, b *Todo) bool {
	return a.Item.Due == b.Item.Due || a.Item.Due == "" || b.Item.Due == ""
}

// Bounds of the search for reports of other sessions.
const (
	maxWords  = 64  // of a title that are looked at
	maxShared = 100 // todos with a word in common; more make it mean nothing
	minCommon = 3   // words that report and todo have in common
)

// suggestClosers finds for each report the one open todo of another session
// that it seems to speak of. Where several fit it stays silent. It sorts words.
func suggestClosers(todos []Todo, words [][]string) {
	with := map[string][]int{} // open todos by word
	for i := range todos {
		words[i] = distinct(words[i])
		if t := &todos[i]; t.Open() && t.SameAs == "" {
			for _, word := range words[i] {
				with[word] = append(with[word], i)
			}
		}
	}
	for i := range todos {
		report := todos[i].report()
		if report == nil {
			continue
		}
		common := map[int]int{}
		for _, word := range words[i] {
			if len(with[word]) <= maxShared {
				for _, at := range with[word] {
					common[at]++
				}
			}
		}
		if t := theOne(todos, report, words[i], common, words); t != nil {
			if t.MaybeClosedBy == nil || report.Time.After(t.MaybeClosedBy.Time) {
				t.MaybeClosedBy = report
			}
		}
	}
}

// report is the message that says that a todo is closed, nil where none does
// for certain.
func (t *Todo) report() *session.Item {
	report := t.ClosedBy
	if report == nil && closed(t.Item.Status) {
		report = t.Item
	}
	if report == nil || !report.Main() {
		return nil
	}
	return report
}

// theOne is the only open todo that a report of these words can mean, by the
// number of words in common.
func theOne(todos []Todo, report *session.Item, said []string, common map[int]int, words [][]string) *Todo {
	var found *Todo
	for i, n := range common {
		t := &todos[i]
		whole := n >= 2 && n == len(words[i])
		most := n >= minCommon && 3*n >= 2*len(words[i])
		elsewhere := t.Item.Agent != report.Agent || t.Item.SessionKey != report.SessionKey
		if (whole || most) && 2*n >= len(said) && elsewhere && t.mayBeClosedBy(report) {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	return found
}

func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// wordsIn cuts a title into the words that carry its meaning, in their order:
// of scripts with spaces the words without their commonest endings, of Chinese
// and Japanese all pairs of characters that stand side by side.
func wordsIn(title string) []string {
	var words []string
	folded := string(textindex.AppendFold(nil, title))
	for run := range strings.FieldsFuncSeq(folded, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) || strings.ContainsRune(emptyCharacters, r)
	}) {
		words = appendWords(words, run)
		if len(words) >= maxWords {
			return words[:maxWords]
		}
	}
	return words
}

// appendWords cuts a run of letters and digits where its script changes.
func appendWords(words []string, run string) []string {
	dense := func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }
	for run != "" {
		end := strings.IndexFunc(run, func(r rune) bool { return !dense(r) })
		if end == 0 {
			if end = strings.IndexFunc(run, dense); end < 0 {
				end = len(run)
			}
			if word := stem(run[:end]); !emptyWord(word) {
				words = append(words, word)
			}
		} else {
			if end < 0 {
				end = len(run)
			}
			words = appendPairs(words, run[:end])
		}
		run = run[end:]
	}
	return words
}

func appendPairs(words []string, run string) []string {
	_, size := utf8.DecodeRuneInString(run)
	if size == len(run) {
		return append(words, run)
	}
	for size < len(run) {
		_, next := utf8.DecodeRuneInString(run[size:])
		words = append(words, run[:size+next])
		run, size = run[size:], next
	}
	return words
}

// stem takes off the endings that set a report apart from the task.
func stem(word string) string {
	for _, ending := range []string{"ing", "ed", "s"} {
		if head, found := strings.CutSuffix(word, ending); found && len(head) >= 3 {
			return head
		}
	}
	return word
}

// emptyCharacters only say that something has happened, or nothing.
const emptyCharacters = "了已经的吧啊呢"

func emptyWord(word string) bool {
	switch word {
	case "a", "an", "the", "to", "of", "for", "and", "with", "in", "on", "at", "my", "your", "our",
		"i", "we", "is", "are", "was", "has", "have", "been", "be", "it", "done", "finish", "already", "please":
		return true
	}
	return false
}
