package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "plain text\n", "plain text\n"},
		{"address", "to a.b+c" + "@" + "mail.example.com now", "to [EMAIL] now"},
		{"mobile", "call 138" + "12345678 or 12812345678", "call [PHONE] or 12812345678"},
		{"key", "use sk" + "-" + strings.Repeat("aB3", 7) + ", not sk-short", "use [API_KEY], not sk-short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			if err := patterns(nil, strings.NewReader(c.in), &out); err != nil || out.String() != c.want {
				t.Errorf("got %q, %v, want %q", out.String(), err, c.want)
			}
		})
	}
}

func TestCreateChat(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	if _, err := createChat(t.Context(), folder, 1, dir); !errors.Is(err, errNoChat) || !strings.Contains(err.Error(), "-redaction") {
		t.Errorf("without a script: %v", err)
	}
	script := filepath.Join(folder, chatScript)
	if err := os.WriteFile(script, []byte("import sys\nopen(sys.argv[1], 'w').write(sys.argv[2])\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		if _, err := createChat(t.Context(), folder, 1, dir); !errors.Is(err, errNoChat) {
			t.Errorf("without python3: %v", err)
		}
		t.Skip("no python3")
	}
	path, err := createChat(t.Context(), folder, 1, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(script); err != nil {
		t.Fatal(err)
	}
	again, err := createChat(t.Context(), folder, 1, dir) // needs no script
	if err != nil || again != path {
		t.Errorf("made again: %q, %v, want %q", again, err, path)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "1" {
		t.Errorf("got %q, %v", text, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestRedactWithoutChat(t *testing.T) {
	b, p := withTestBinary(t)
	if err := b.roundRedact(t.Context(), p); err != nil || len(b.samples) > 0 {
		t.Errorf("measured %v, %v", b.samples, err)
	}
}
