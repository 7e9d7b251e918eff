package jsondoc

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Tables of the document, in its order.
const (
	Chats = iota
	Session
	Message
	Record
	DecisionList
	Month
	Decision
	TodoList
	Todo
	Report
	Verdict
	tables
)

// Names lists the document in all its languages.
func Names() []string { return []string{"json.md", "json.zh-CN.md"} }

// Field is a row of a table.
type Field struct {
	Name, Type string
	Always     bool
}

// Document is what is said about objects and about the values of enumerations.
type Document struct {
	Tables [][]Field
	Values map[string][]string
}

var (
	fieldRow = regexp.MustCompile("^\\| `([a-z_]+)` \\| ([a-z ]+) \\| (always|optional) \\| .+ \\|$")
	valueRow = regexp.MustCompile("^\\| `([a-z]+)` \\| `([a-z-]+)` \\| .+ \\|$")
)

// Read reads the document at path.
func Read(path string) (Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Document{}, err
	}
	d := Document{Values: map[string][]string{}}
	inTable := false
	for line := range strings.SplitSeq(string(text), "\n") {
		if m := valueRow.FindStringSubmatch(line); m != nil {
			d.Values[m[1]] = append(d.Values[m[1]], m[2])
			continue
		}
		m := fieldRow.FindStringSubmatch(line)
		if m != nil {
			if !inTable {
				d.Tables = append(d.Tables, nil)
			}
			last := len(d.Tables) - 1
			d.Tables[last] = append(d.Tables[last], Field{m[1], m[2], m[3] == "always"})
		}
		inTable = m != nil
	}
	if len(d.Tables) != tables {
		return d, fmt.Errorf("%s has %d tables of fields; jsondoc knows %d", path, len(d.Tables), tables)
	}
	return d, nil
}

// Check says how an object differs from its table; full is one that has all that
// is optional, another has none of it.
func Check(table []Field, object json.RawMessage, full bool) (problems []string) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(object, &values); err != nil {
		return []string{err.Error()}
	}
	var want []string
	for _, f := range table {
		if !full && !f.Always {
			continue
		}
		want = append(want, f.Name)
		if value, there := values[f.Name]; there && !fits(f.Type, value) {
			problems = append(problems, fmt.Sprintf("%s: the document says %s, got %s", f.Name, f.Type, value))
		}
	}
	if got := members(object); !slices.Equal(got, want) {
		problems = append(problems, fmt.Sprintf("got members %v, the document says %v", got, want))
	}
	return problems
}

// members gives the names of an object in their order.
func members(object json.RawMessage) []string {
	var names []string
	d := json.NewDecoder(strings.NewReader(string(object)))
	_, _ = d.Token() // it is an object
	for d.More() {
		name, _ := d.Token()
		names = append(names, fmt.Sprint(name))
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
	}
	return names
}

var (
	moment = regexp.MustCompile(`^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$`)
	due    = regexp.MustCompile(`^"\d{4}-\d\d-\d\d(T\d\d:\d\d)?"$`)
)

func fits(kind string, value json.RawMessage) bool {
	can := func(v any) bool { return json.Unmarshal(value, v) == nil }
	switch kind {
	case "string":
		return can(new(string))
	case "time":
		return moment.Match(value)
	case "local time":
		return due.Match(value)
	case "integer":
		return can(new(int64))
	case "boolean":
		return can(new(bool))
	case "array of string":
		return can(new([]string))
	case "array of session", "array of message", "array of month", "array of item", "array of todo":
		return can(new([]map[string]json.RawMessage))
	case "report", "verdict":
		return can(new(map[string]json.RawMessage))
	}
	return false
}
