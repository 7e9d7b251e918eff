package export

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// field is a row of a table in docs/json.md.
type field struct{ name, kind, there string }

var (
	fieldRow = regexp.MustCompile("^\\| `([a-z_]+)` \\| ([a-z ]+) \\| (always|optional) \\| .+ \\|$")
	valueRow = regexp.MustCompile("^\\| `(role|kind|origin|class)` \\| `([a-z-]+)` \\| .+ \\|$")
)

// contract is what a document says: the field tables in order and the values
// of every enumeration.
type contract struct {
	tables [][]field
	values map[string][]string
}

func readContract(t *testing.T, name string) contract {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	c := contract{values: map[string][]string{}}
	inTable := false
	for line := range strings.SplitSeq(string(text), "\n") {
		if m := valueRow.FindStringSubmatch(line); m != nil {
			c.values[m[1]] = append(c.values[m[1]], m[2])
			continue
		}
		m := fieldRow.FindStringSubmatch(line)
		if m != nil {
			if !inTable {
				c.tables = append(c.tables, nil)
			}
			last := len(c.tables) - 1
			c.tables[last] = append(c.tables[last], field{m[1], m[2], m[3]})
		}
		inTable = m != nil
	}
	if len(c.tables) != 4 {
		t.Fatalf("%s: got %d field tables, want file, session, message and record", name, len(c.tables))
	}
	return c
}

// members returns the names of an object in their order.
func members(t *testing.T, object json.RawMessage) []string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(object)))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func checkObject(t *testing.T, fields []field, object json.RawMessage, full bool) {
	t.Helper()
	var want []string
	var values map[string]any
	if err := json.Unmarshal(object, &values); err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if full || f.there == "always" {
			want = append(want, f.name)
			checkType(t, f, values[f.name])
		}
	}
	if got := members(t, object); !slices.Equal(got, want) {
		t.Errorf("got members %v, the document says %v", got, want)
	}
}

var isoForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

func checkType(t *testing.T, f field, value any) {
	t.Helper()
	var fits bool
	switch f.kind {
	case "string":
		_, fits = value.(string)
	case "time":
		text, isText := value.(string)
		fits = isText && isoForm.MatchString(text)
	case "integer":
		n, isNumber := value.(float64)
		fits = isNumber && n == float64(int64(n))
	case "boolean":
		_, fits = value.(bool)
	case "array of string":
		var list []any
		if list, fits = value.([]any); fits {
			fits = !slices.ContainsFunc(list, func(v any) bool { _, isText := v.(string); return !isText })
		}
	case "array of session", "array of message":
		_, fits = value.([]any)
	}
	if !fits {
		t.Errorf("%s: the document says %s, got %v", f.name, f.kind, value)
	}
}

// everySession has every optional field (full) or none of them.
func everySession(full bool) fixture {
	c := chat{
		session:  session.Session{Agent: "main", Key: "agent:main:main", SessionIDs: []string{"abc12345"}},
		messages: []session.Message{{ID: "abc12345:1", Role: session.RoleUser, Origin: session.OriginOwner}},
	}
	if full {
		c.session.Updated = noon
		m := &c.messages[0]
		m.Time, m.Channel, m.Sender, m.Class = noon, "telegram", "Ann", session.ClassCommand
	}
	return fixture{chats: []chat{c}}
}

func TestDocumentNamesTheFields(t *testing.T) {
	for _, name := range []string{"json.md", "json.zh-CN.md"} {
		t.Run(name, func(t *testing.T) {
			tables := readContract(t, name).tables
			for _, full := range []bool{true, false} {
				text := renderAll(t, everySession(full), FormatJSON, Options{})
				var file struct{ Sessions []json.RawMessage }
				var chat struct{ Messages []json.RawMessage }
				if err := json.Unmarshal([]byte(text), &file); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(file.Sessions[0], &chat); err != nil {
					t.Fatal(err)
				}
				checkObject(t, tables[0], json.RawMessage(text), full)
				checkObject(t, tables[1], file.Sessions[0], full)
				checkObject(t, tables[2], chat.Messages[0], full)
				checkObject(t, tables[3], json.RawMessage(renderAll(t, everySession(full), FormatJSONL, Options{})), full)
			}
		})
	}
}

// constants reads the enumerations from their source, so that a value that is
// added there and not in the document is noticed.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "session", "values.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isValue := n.(*ast.ValueSpec)
		if !isValue {
			return true
		}
		typeName, isTyped := spec.Type.(*ast.Ident)
		if !isTyped {
			return true
		}
		for _, v := range spec.Values {
			value, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if value != "" {
				name := strings.ToLower(typeName.Name)
				found[name] = append(found[name], value)
			}
		}
		return true
	})
	return found
}

func TestDocumentNamesTheValues(t *testing.T) {
	want := constants(t)
	if len(want) != 4 {
		t.Fatalf("got enumerations %v, want 4", slices.Sorted(maps.Keys(want)))
	}
	for _, name := range []string{"json.md", "json.zh-CN.md"} {
		t.Run(name, func(t *testing.T) {
			got := readContract(t, name).values
			for enumeration, values := range want {
				if !slices.Equal(got[enumeration], values) {
					t.Errorf("%s: the document says %v, the code %v", enumeration, got[enumeration], values)
				}
			}
		})
	}
}
