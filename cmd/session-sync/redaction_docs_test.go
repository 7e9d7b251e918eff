package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestRedactionPageFlags: the page on redaction tells of every flag of redact,
// in both languages.
func TestRedactionPageFlags(t *testing.T) {
	flags := pflag.NewFlagSet("redact", pflag.ContinueOnError)
	redactCommand().Setup(flags)
	for _, name := range []string{"redaction.md", "redaction.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		flags.VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(string(text), "--"+f.Name) {
				t.Errorf("%s does not tell of --%s", name, f.Name)
			}
		})
	}
}
