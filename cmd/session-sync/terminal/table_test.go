package terminal

import "testing"

func TestTable(t *testing.T) {
	tests := []struct {
		name string
		rows [][]string
		want string
	}{
		{"nothing", nil, ""},
		{"one row", [][]string{{"a", "b"}}, "a  b\n"},
		{"lined up", [][]string{{"a", "bb", "c"}, {"aaa", "b", "cc"}}, "a    bb  c\naaa  b   cc\n"},
		{"Chinese", [][]string{{"文本", "1"}, {"kinds", "2"}}, "文本   1\nkinds  2\n"},
		{"cells missing", [][]string{{"a", "b", "c"}, {"aaa"}, {"a", "", "c"}}, "a    b  c\naaa\na       c\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Table(test.rows); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	tests := []struct {
		name   string
		counts map[string]int
		want   string
	}{
		{"none", nil, "-"},
		{"one", map[string]int{"EMAIL": 3}, "EMAIL 3"},
		{"most frequent first, then by name", map[string]int{"EMAIL": 1, "PHONE": 3, "API_KEY": 1}, "PHONE 3, API_KEY 1, EMAIL 1"},
		{"hostile name", map[string]int{"A\x1b[2J": 1}, "A\uFFFD[2J 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Counts(test.counts); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
