package sdk_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk"
)

// TestSourceIsWhole: a copy of the package builds only when no file is missing.
func TestSourceIsWhole(t *testing.T) {
	want := []string{"ABI.md"}
	for _, pattern := range []string{"*.go", "abi/*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if path != "source.go" && !strings.HasSuffix(path, "_test.go") {
				want = append(want, filepath.ToSlash(path))
			}
		}
	}
	var got []string
	err := fs.WalkDir(sdk.Source(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("embedded are %q, and there are %q", got, want)
	}
}
