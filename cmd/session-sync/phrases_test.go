package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestChinesePunctuation: beside a Chinese character stands Chinese punctuation,
// in everything that the commands and the checkup print.
func TestChinesePunctuation(t *testing.T) {
	narrow := regexp.MustCompile(`\p{Han}[,:;?!()]|[,;()]\p{Han}`)
	// The last line of a checkup is, to the letter, that of the first session-sync.
	const asItWas = `"检查完成,可以正常使用!"`
	for _, dir := range []string{".", "../../engine/doctor"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			source, err := fs.ReadFile(os.DirFS(dir), name)
			if err != nil {
				return err
			}
			files := token.NewFileSet()
			parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if text, is := n.(*ast.BasicLit); is && text.Kind == token.STRING && text.Value != asItWas && narrow.MatchString(text.Value) {
					t.Errorf("%s: %s", files.Position(text.Pos()), text.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
