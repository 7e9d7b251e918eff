package openclaw

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tidwall/gjson"
)

// readLine is one answer of a line reader.
type readLine struct {
	text     string
	complete bool
	tooLong  bool
	offset   int64 // behind the line
}

func readLines(t testing.TB, r io.Reader, offset int64, bounds lineBounds) []readLine {
	t.Helper()
	var lines []readLine
	l := newLineReader(r, offset, bounds)
	for {
		line, complete, err := l.next()
		if err == io.EOF {
			return lines
		}
		if err != nil && !errors.Is(err, errLineTooLong) {
			t.Fatal(err)
		}
		lines = append(lines, readLine{string(line), complete, err != nil, l.offset})
	}
}

// slowLines does the same with everything in memory.
func slowLines(data []byte, offset int64, bounds lineBounds) []readLine {
	var lines []readLine
	for first := true; len(data) > 0; first = false {
		line, rest, complete := bytes.Cut(data, []byte{'\n'})
		offset += int64(len(data) - len(rest))
		r := readLine{complete: complete, tooLong: len(line) > bounds.line, offset: offset}
		if len(line) > bounds.text {
			s := shrinker{max: bounds.text}
			s.write(line)
			line = s.out
		}
		if first && offset == int64(len(data)-len(rest)) {
			line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		}
		if !r.tooLong {
			r.text = string(line)
		}
		lines = append(lines, r)
		data = rest
	}
	return lines
}

func TestLines(t *testing.T) {
	bounds := lineBounds{line: 64, text: 16}
	long := strings.Repeat("a", 40)
	for _, c := range []struct {
		name, data string
		want       []string
	}{
		{"nothing", "", nil},
		{"one", "a\n", []string{"a"}},
		{"no line feed at the end", "a\nb", []string{"a", "b"}},
		{"blank lines", "\n\na\n", []string{"", "", "a"}},
		{"CR LF stays for the caller", "a\r\n", []string{"a\r"}},
		{"byte order mark", "\uFEFFa\n\uFEFFb\n", []string{"a", "\uFEFFb"}},
		{"at the bound", strings.Repeat("1", 64) + "\nb\n", []string{strings.Repeat("1", 64), "b"}},
		{"beyond the bound", strings.Repeat("1", 65) + "\nb\n", []string{"", "b"}},
		{"a long string", `{"a":"` + long + `","b":1}` + "\nb\n", []string{`{"a":false,"b":1}`, "b"}},
		{"a long string with quotes", `{"a":"` + strings.Repeat(`\"`, 20) + `","b":"x"}`, []string{`{"a":false,"b":"x"}`}},
		{"strings at and beyond the bound", `["` + long[:16] + `","` + long[:17] + `"]`, []string{`["` + long[:16] + `",false]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(c.data), "bytewise": iotest.OneByteReader(strings.NewReader(c.data))} {
				var got []string
				for _, line := range readLines(t, r, 0, bounds) {
					got = append(got, line.text)
				}
				compare(t, name, got, c.want)
			}
		})
	}
}

func TestLinesEndWithTheError(t *testing.T) {
	damage := errors.New("damage")
	for name, data := range map[string]string{"short": "a\nbc", "long": "a\n" + strings.Repeat("b", 100)} {
		t.Run(name, func(t *testing.T) {
			l := newLineReader(io.MultiReader(strings.NewReader(data), iotest.ErrReader(damage)), 0, lineBounds{line: 1000, text: 16})
			if line, complete, err := l.next(); string(line) != "a" || !complete || err != nil {
				t.Fatalf("got %q, %v, %v", line, complete, err)
			}
			if _, _, err := l.next(); !errors.Is(err, damage) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestShrinkerKeepsJSON(t *testing.T) {
	long := strings.Repeat("x", 100)
	in := `{"keep":"short","list":["` + long + `","\\","\"` + long + `"],"nested":{"n":-1.5e3,"t":true,"z":null,"s":"` + long + `\\"}}`
	want := `{"keep":"short","list":[false,"\\",false],"nested":{"n":-1.5e3,"t":true,"z":null,"s":false}}`
	s := shrinker{max: 16}
	for _, part := range []string{in[:30], in[30:31], in[31:]} {
		s.write([]byte(part))
	}
	if string(s.out) != want || !gjson.ValidBytes(s.out) {
		t.Errorf("got %s", s.out)
	}
}

func TestTooDeep(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       bool
	}{
		{"flat", strings.Repeat("{}", 5000), false},
		{"at the bound", strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), false},
		{"beyond", strings.Repeat("[", maxDepth+1), true},
		{"mixed", strings.Repeat(`{"a":[`, maxDepth), true},
		{"in a string", `"` + strings.Repeat("[", 5000) + `"`, false},
		{"behind an escaped quote", `"\"` + strings.Repeat("[", 5000) + `"`, false},
		{"string without an end", `"` + strings.Repeat("[", 5000), false},
		{"escape at the end", strings.Repeat("[]", 600) + `"\`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tooDeep([]byte(c.data)); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "a\nb", "\uFEFFa\n", "\uFEFF", strings.Repeat("x", 200) + "\nb\n", `{"a":"` + strings.Repeat("y", 50) + `"}` + "\n1",
		`["` + strings.Repeat(`\"`, 30) + `"` + "\n" + `"`, strings.Repeat("\"", 90),
	} {
		f.Add([]byte(seed), uint8(40), uint8(3), uint16(5))
	}
	f.Fuzz(func(t *testing.T, data []byte, lineBound, textBound uint8, cut uint16) {
		bounds := lineBounds{line: 16 + int(lineBound), text: 16 + int(min(textBound, lineBound))}
		want := slowLines(data, 0, bounds)
		if got := readLines(t, bytes.NewReader(data), 0, bounds); !slices.Equal(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
		if got := readLines(t, iotest.HalfReader(bytes.NewReader(data)), 0, bounds); !slices.Equal(got, want) {
			t.Fatalf("in halves: got %+v\nwant %+v", got, want)
		}
		// What was cut anywhere and read in two goes is what is read in one.
		before := data[:int(cut)%(len(data)+1)]
		var inTwo []readLine
		var offset int64
		for _, line := range readLines(t, bytes.NewReader(before), 0, bounds) {
			if line.complete {
				inTwo, offset = append(inTwo, line), line.offset
			}
		}
		if inTwo = append(inTwo, readLines(t, bytes.NewReader(data[offset:]), offset, bounds)...); !slices.Equal(inTwo, want) {
			t.Fatalf("in two goes: got %+v\nwant %+v", inTwo, want)
		}
		last := int64(0)
		for _, line := range want {
			if line.offset <= last || len(line.text) > bounds.line+5 {
				t.Fatalf("offset %d after %d, line of %d bytes", line.offset, last, len(line.text))
			}
			last = line.offset
		}
	})
}
