package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

// TestSharedFiles: a sync writes the files that programs are told of, in the
// version that they are told.
func TestSharedFiles(t *testing.T) {
	w := toldWorld(t, task("paint the fence", 1))
	w.sync()
	for _, name := range engine.SharedFiles() {
		data, err := os.ReadFile(filepath.Join(w.out, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		if filepath.Ext(name) != ".json" {
			continue
		}
		var head struct {
			SchemaVersion int `json:"schema_version"`
		}
		must(t, json.Unmarshal(data, &head))
		if want := engine.CurrentFormats().SharedFiles; head.SchemaVersion != want {
			t.Errorf("%s has version %d, want %d", name, head.SchemaVersion, want)
		}
	}
}
