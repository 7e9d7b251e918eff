package engine_test

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mkdir(t testing.TB, path string) {
	t.Helper()
	must(t, os.MkdirAll(path, 0o700))
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(content), 0o600))
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

// link makes a symbolic link, which not every user of Windows may.
func link(t testing.TB, target, path string) {
	t.Helper()
	err := os.Symlink(target, path)
	if runtime.GOOS == "windows" && err != nil {
		t.Skip("no links here")
	}
	must(t, err)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func digestOf(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:8]
}

// copyTree copies directories and regular files with their modes and times.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	must(t, err)
	mkdir(t, to)
	for _, entry := range entries {
		source, target := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		if entry.IsDir() {
			copyTree(t, source, target)
			continue
		}
		info, err := entry.Info()
		must(t, err)
		writeFile(t, target, readFile(t, source))
		must(t, os.Chtimes(target, info.ModTime(), info.ModTime()))
	}
}
