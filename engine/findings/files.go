package findings

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/items"
)

// Directories and files of what plugins found, below each output directory. A
// plugin that was installed has a directory of its own name.
const (
	DecisionsDir = "decisions"
	TodosDir     = "todos"
	IndexName    = "index.json"
	TodosName    = "todos.md"
	TodoListName = "todos.json"
)

// Watched are those that a run looks at to see whether anything is to be done: a
// directory tells of the files of months that come and go.
func Watched() []string {
	return []string{
		DecisionsDir, filepath.Join(DecisionsDir, IndexName), filepath.Join(TodosDir, TodosName), filepath.Join(TodosDir, TodoListName),
	}
}

var monthFile = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}|undated)\.md$`)

// removeFiles removes our month files in a directory but those to be kept.
func removeFiles(dir string, keep []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if !monthFile.MatchString(entry.Name()) || slices.Contains(keep, entry.Name()) || !isOurs(path) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// RemoveDirs removes all files about items from below an output directory.
func RemoveDirs(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if err == nil && entry.IsDir() {
			err = RemoveDir(filepath.Join(dir, entry.Name()))
		}
	}
	return err
}

// RemoveDir removes our files from a directory of items, and the directory
// when nothing else is in it.
func RemoveDir(dir string) error {
	if !ownfile.IsDir(dir) {
		return nil
	}
	if err := removeFiles(dir, nil); err != nil {
		return err
	}
	for _, name := range []string{IndexName, TodosName, TodoListName} {
		if path := filepath.Join(dir, name); isOurs(path) {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	_ = os.Remove(dir) // stays when there is more in it
	return nil
}

func isOurs(path string) bool {
	return items.Recognize([]byte(ownfile.Head(path, items.RecognizeBytes)))
}
