package doctor

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// Skill is a copy of the skill's folder.
type Skill struct {
	Path    string
	Version string // by skill.yaml, else SKILL.md, else "unknown"
}

const (
	maxFolders  = 1000      // of one directory of skills
	maxManifest = 256 << 10 // bytes; OpenClaw loads no longer SKILL.md either
)

// Skills finds our skill's folders in directories of skills, in their order. A
// folder may have any name; what SKILL.md calls itself counts. Links to one
// folder count once.
func Skills(dirs []string) []Skill {
	var found []Skill
	seen := map[string]bool{}
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir) // one that is not there holds none
		for _, entry := range entries[:min(len(entries), maxFolders)] {
			folder := filepath.Join(dir, entry.Name())
			real, err := filepath.EvalSymlinks(folder)
			if err != nil || seen[real] {
				continue
			}
			seen[real] = true
			about := manifest(filepath.Join(real, "SKILL.md"))
			if field(about, "name") != programName {
				continue
			}
			skill := Skill{folder, "unknown"}
			for _, text := range [][]byte{about, manifest(filepath.Join(real, "skill.yaml"))} {
				if version := field(text, "version"); version != "" {
					skill.Version = version
				}
			}
			found = append(found, skill)
		}
	}
	return found
}

// manifest reads a small file, nil when there is none.
func manifest(path string) []byte {
	file, _, err := regular.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxManifest))
	if err != nil {
		return nil
	}
	return data
}

// field is the value of a plain `key: value` line at the top level of YAML, or
// of the YAML between the first two --- lines; "" when there is none.
func field(text []byte, key string) string {
	const longest = 100
	fences := 0
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, " \t\r\n")
		if string(line) == "---" {
			if fences++; fences == 2 {
				break
			}
			continue
		}
		if name, value, is := strings.Cut(string(line), ":"); is && name == key {
			value, _, _ = strings.Cut(value, " #")
			value = strings.Trim(strings.TrimSpace(value), `"'`)
			if len(value) <= longest {
				return value
			}
		}
	}
	return ""
}
