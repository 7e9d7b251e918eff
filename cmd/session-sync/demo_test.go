package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemoSteps: each step is a command as the table has it, or something to
// show, and says why in both languages.
func TestDemoSteps(t *testing.T) {
	for _, step := range demoSteps() {
		t.Run(step.about.EN, func(t *testing.T) {
			if step.about.ZH == "" || step.about.EN == "" || step.about.ZH == step.about.EN {
				t.Errorf("is not explained in both languages: %+v", step.about)
			}
			if (step.line == "") == (step.show == nil) {
				t.Error("is neither a command nor something to show, or both")
			}
			if problem := checkShown("session-sync " + step.line); step.line != "" && problem != "" {
				t.Errorf("%q: %s", step.line, problem)
			}
		})
	}
}

// TestDemoFails: a demo that fails leaves nothing behind.
func TestDemoFails(t *testing.T) {
	o := newOutside(t)
	dir := filepath.Join(t.TempDir(), "tour")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, []string{"demo", "-o", dir}, o.World); code != exitInterrupted {
		t.Errorf("exits with %d: %s", code, o.err.String())
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// TestReadmeShowsDemo: the run at the top of each README is what the demo
// prints, but for the directory.
func TestReadmeShowsDemo(t *testing.T) {
	for name, lang := range map[string]string{readme: "en", readmeChinese: "zh"} {
		t.Run(lang, func(t *testing.T) {
			o := newOutside(t)
			if code := run(t.Context(), []string{"demo", "--lang", lang, "-o", filepath.Join(t.TempDir(), "tour")}, o.World); code != exitDone {
				t.Fatalf("exits with %d: %s", code, o.err.String())
			}
			text, err := os.ReadFile(filepath.Join("..", "..", name))
			if err != nil {
				t.Fatal(err)
			}
			_, shown, _ := strings.Cut(string(text), "    $ session-sync sync\n")
			shown, _, _ = strings.Cut(shown, "\n\n")
			lines := strings.Split(shown, "\n")
			if len(lines) != 4 {
				t.Errorf("shows %d lines behind session-sync sync, want 4", len(lines))
			}
			for _, line := range lines {
				line, _, _ = strings.Cut(strings.TrimPrefix(line, "    "), " → ")
				if !strings.Contains(o.out.String(), line) {
					t.Errorf("shows %q, which the demo does not print", line)
				}
			}
		})
	}
}
