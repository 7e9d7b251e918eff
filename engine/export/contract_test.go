package export

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/jsondoc"
	"github.com/smallccwc/chronosync/engine/session"
)

func readContract(t *testing.T, name string) jsondoc.Document {
	t.Helper()
	document, err := jsondoc.Read(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return document
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
		m.Time, m.Channel, m.Sender, m.Class, m.Imported = noon, "telegram", "Ann", session.ClassCommand, true
	}
	return fixture{chats: []chat{c}}
}

func TestDocumentNamesTheFields(t *testing.T) {
	for _, name := range jsondoc.Names() {
		t.Run(name, func(t *testing.T) {
			tables := readContract(t, name).Tables
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
				record := json.RawMessage(renderAll(t, everySession(full), FormatJSONL, Options{}))
				for table, object := range map[int]json.RawMessage{
					jsondoc.Chats: json.RawMessage(text), jsondoc.Session: file.Sessions[0], jsondoc.Message: chat.Messages[0], jsondoc.Record: record,
				} {
					for _, problem := range jsondoc.Check(tables[table], object, full) {
						t.Error(problem)
					}
				}
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
	for _, name := range jsondoc.Names() {
		t.Run(name, func(t *testing.T) {
			got := readContract(t, name).Values
			for enumeration, values := range want {
				if !slices.Equal(got[enumeration], values) {
					t.Errorf("%s: the document says %v, the code %v", enumeration, got[enumeration], values)
				}
			}
		})
	}
}
