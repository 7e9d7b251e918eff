package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// TestReasons: every reason code of sources is explained, and nothing else is.
func TestReasons(t *testing.T) {
	codes := reasonCodes(t)
	if len(codes) == 0 {
		t.Fatal("no reason codes found")
	}
	explained := reasons()
	for code := range codes {
		t.Run(code, func(t *testing.T) {
			w, is := explained[code]
			if !is {
				t.Fatal("is not explained")
			}
			for _, p := range []terminal.Phrase{w.reason, w.hint} {
				if p.ZH == "" || p.EN == "" || p.ZH == p.EN {
					t.Errorf("is not explained in both languages: %+v", p)
				}
			}
		})
	}
	for code := range explained {
		if !codes[code] {
			t.Errorf("%s is explained, but no source gives it", code)
		}
	}
}

// reasonCodes reads the constants of type Reason from their source.
func reasonCodes(t *testing.T) map[string]bool {
	t.Helper()
	path := filepath.Join("..", "..", "..", "engine", "source", "skip.go")
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return true
		}
		if kind, is := spec.Type.(*ast.Ident); !is || kind.Name != "Reason" {
			return true
		}
		for _, value := range spec.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[code] = true
		}
		return true
	})
	return codes
}

func TestUnknownReason(t *testing.T) {
	w := reasonOf("made-up")
	if w.reason.EN != "made-up" || w.hint.ZH == "" || w.hint.EN == "" {
		t.Errorf("got %+v", w)
	}
}
