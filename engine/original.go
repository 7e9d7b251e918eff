package engine

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/source/original"
)

// original is what the first session-sync kept, nil when there is nothing.
func (r *run) original() intake.Source {
	files := r.Places.originals()
	if len(files) == 0 {
		return nil
	}
	return original.New(original.Options{Files: files, Location: location(r.zone), Digest: intake.Digester{Key: r.key}.Bytes})
}

// originals are the files that the first session-sync may have written: the one in
// the place of ours, and those that earlier runs set aside.
func (p Places) originals() []string {
	entries, err := os.ReadDir(p.Output)
	if err != nil {
		return nil
	}
	var files []string
	for _, entry := range entries {
		path := filepath.Join(p.Output, entry.Name())
		mayBe := entry.Name() == jsonName && !writtenByUs(path) || strings.HasPrefix(entry.Name(), jsonName+ownfile.AsideSuffix)
		if mayBe && entry.Type().IsRegular() {
			files = append(files, path)
		}
	}
	return files
}
