package textindex_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, query string
		matches     []string
		others      []string
	}{
		{"all terms", "foo 部署", []string{"部署 foo", "已部署。Foobar"}, []string{"foo", "部署"}},
		{"wide space", "foo　bar", []string{"bar foo"}, []string{"foo"}},
		{"phrase", `"foo bar"`, []string{"a foo bar"}, []string{"foo  bar", "bar foo"}},
		{"curly phrase", "“foo bar”", []string{"foo bar"}, []string{"bar foo"}},
		{"corner phrase", "「foo bar」", []string{"foo bar"}, []string{"bar foo"}},
		{"space kept at the border", `"foo "`, []string{"foo bar"}, []string{"foobar"}},
		{"phrase and word without space", `"foo bar"baz`, []string{"baz, foo bar"}, []string{"foo bar"}},
		{"open quote is a character", `"foo bar`, []string{`bar "foo`}, []string{"foo bar"}},
		{"quote inside is a character", `a"b c"`, []string{`c" a"b`}, []string{"ab c"}},
		{"lonely quote", `"`, []string{`say "`}, []string{"say"}},
		{"quotes of two kinds", `“foo bar"`, []string{`bar" “foo`}, []string{"foo bar"}},
		{"empty phrase asks nothing", `"" foo`, []string{"foo"}, []string{"bar"}},
		{"inside words", "sessionkey", []string{"theSessionKey_2"}, []string{"session key"}},
		{"punctuation", "...", []string{"so..."}, []string{"so.."}},
		{"case and width", "ａPi", []string{"APIs"}, []string{"a pi"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			q, err := textindex.Parse(test.query)
			must(t, err)
			for _, text := range test.matches {
				if !q.Match(text) {
					t.Errorf("%q does not match %q", test.query, text)
				}
			}
			for _, text := range test.others {
				if q.Match(text) {
					t.Errorf("%q matches %q", test.query, text)
				}
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		name, query string
		parse       func(string) (*textindex.Query, error)
		want        error
	}{
		{"empty", "", textindex.Parse, textindex.ErrEmpty},
		{"white space", " \t\u3000", textindex.Parse, textindex.ErrEmpty},
		{"empty phrases", `"" 「」`, textindex.Parse, textindex.ErrEmpty},
		{"32 terms", strings.Repeat("a ", 32), textindex.Parse, nil},
		{"33 terms", strings.Repeat("a ", 33), textindex.Parse, textindex.ErrTooMany},
		{"1000 bytes", strings.Repeat("a", 1000), textindex.Parse, nil},
		{"1001 bytes", strings.Repeat("a", 1001), textindex.Parse, textindex.ErrTooLong},
		{"broken", "a\xff", textindex.Parse, nil},
		{"exact, empty", "", textindex.ParseExact, textindex.ErrEmpty},
		{"exact, white space", " ", textindex.ParseExact, nil},
		{"exact, 1001 bytes", strings.Repeat("a", 1001), textindex.ParseExact, textindex.ErrTooLong},
		{"exact, broken", "a\xff", textindex.ParseExact, textindex.ErrEncoding},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.parse(test.query); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestCertain(t *testing.T) {
	for query, want := range map[string]bool{
		"foo": true, "部署": true, "部": true, "foo 部署 bar2": true, "数据库": false, "foo_bar": false, "foo.": false, "用foo": false,
		`"foo bar"`: false, "...": false, "foo ...": false, "... foo": false,
	} {
		q, err := textindex.Parse(query)
		must(t, err)
		if q.Certain() != want {
			t.Errorf("%q is certain: %v, want %v", query, q.Certain(), want)
		}
	}
	q, err := textindex.ParseExact("foo")
	must(t, err)
	if q.Certain() {
		t.Error("an exact query is certain, though the index knows no case")
	}
}

func TestMarks(t *testing.T) {
	for _, test := range []struct {
		name, query, text string
		limit             int
		want              string // the text with the marks in brackets
	}{
		{"case and width", "api", "ＡＰＩ and Api", 9, "[ＡＰＩ] and [Api]"},
		{"several terms", "部署 数据", "数据库的部署", 9, "[数据]库的[部署]"},
		{"overlapping", "aa", "baaaab", 9, "b[aaaa]b"},
		{"touching", "决 定", "决定了", 9, "[决定]了"},
		{"limit", "a", "a-a-a", 2, "[a]-[a]-a"},
		{"limit, hits joined behind it", "aa", "aaa-a-aaa", 1, "[aaa]-a-aaa"},
		{"no room", "a", "a", 0, "a"},
		{"after runes that change length", "x", "ȺKİẞ\xffX", 9, "ȺKİẞ\xff[X]"},
		{"one term missing", "foo bar", "a foo", 9, "a [foo]"},
		{"nothing", "foo", "bar", 9, "bar"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q, err := textindex.Parse(test.query)
			must(t, err)
			marks, got := q.Marks(test.text, test.limit), test.text
			for _, mark := range slices.Backward(marks) {
				got = got[:mark[0]] + "[" + got[mark[0]:mark[1]] + "]" + got[mark[1]:]
			}
			if got != test.want {
				t.Errorf("marks %q, want %q", got, test.want)
			}
		})
	}
}

// naiveMarks covers every hit rune by rune and returns what is covered.
func naiveMarks(text string, terms []string, exact bool) [][2]int {
	covered := make([]bool, len(text)+1)
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(text))
	for i, start := range starts[:len(starts)-1] {
		rest := text[start:]
		if !exact {
			rest = naiveFold(rest)
		}
		for _, term := range terms {
			if !strings.HasPrefix(rest, term) {
				continue
			}
			for at := start; at < starts[i+utf8.RuneCountInString(term)]; at++ {
				covered[at] = true
			}
		}
	}
	var marks [][2]int
	for i := 0; i < len(text); i++ {
		if start := i; covered[i] {
			for covered[i] {
				i++
			}
			marks = append(marks, [2]int{start, i})
		}
	}
	return marks
}

// FuzzQuery checks that the index never misses what a text contains, and that
// marks are what plain search covers.
func FuzzQuery(f *testing.F) {
	for i, piece := range pieces {
		f.Add(strings.Join(pieces[i:min(i+6, len(pieces))], ""), piece, i%2 == 0)
		f.Add(strings.Join(pieces[max(0, i-3):i], ""), strings.Join(pieces[max(0, i-2):i], ""), i%2 == 1)
	}
	f.Add("aaaa bb", `"a b" aa`, false)
	f.Fuzz(func(t *testing.T, text, query string, exact bool) {
		if len(text) > 2000 {
			return
		}
		asked := question{text: query, exact: exact, terms: []string{query}}
		q, err := textindex.ParseExact(query)
		if !exact {
			asked = termsQuestion(query)
			q, err = textindex.Parse(asked.text)
		}
		if err != nil {
			return
		}
		matches := asked.matches(text)
		if q.Match(text) != matches {
			t.Fatalf("%q matches %q: %v, want %v", asked.text, text, q.Match(text), matches)
		}
		segments := []*textindex.Segment{open(t, build([]document{{text: text}, {Doc: textindex.Doc{ID: 1}, text: query}}))}
		hits, err := textindex.Find(segments, q)
		must(t, err)
		_, found := hits.Select(func(h *textindex.Hit) bool { return h.ID == 0 }, nil, 1)
		if matches && found == 0 || q.Certain() && !matches && found > 0 {
			t.Errorf("%q in %q: found %d, matches %v, certain %v", asked.text, text, found, matches, q.Certain())
		}
		want := naiveMarks(text, asked.terms, exact)
		for _, limit := range []int{len(text) + 1, 2} {
			if got := q.Marks(text, limit); !slices.Equal(got, want[:min(limit, len(want))]) {
				t.Errorf("marks of %q in %q: %v, want the first %d of %v", asked.text, text, got, limit, want)
			}
		}
	})
}
