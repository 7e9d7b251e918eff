package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the tools that deliver a skill take and refuse was observed with skills
// 1.7.4, OpenClaw 2026.9.6 and clawhub 0.23.3 in November 2026.
const (
	maxFile  = 10 << 20 // bytes of one file on ClawHub
	maxSkill = 50 << 20 // bytes of all
	maxFiles = 7500
)

// tracked lists what git knows in this repository, by the options of ls-files.
func tracked(t *testing.T, options ...string) []string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"ls-files", "-z"}, options...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil || len(out) == 0 {
		t.Skip("this is no git repository")
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// published lists the files that ClawHub takes, which is the least that any
// way of installing delivers.
func published(t *testing.T) []string {
	t.Helper()
	ignored := map[string]bool{}
	for _, name := range tracked(t, "--cached", "--ignored", "--exclude-from=.clawhubignore") {
		ignored[name] = true
	}
	return slices.DeleteFunc(tracked(t), func(name string) bool {
		return ignored[name] || strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
	})
}

// TestPackage looks at every file for what installing a skill would drop or
// refuse.
func TestPackage(t *testing.T) {
	for _, entry := range tracked(t, "--stage") {
		if mode, _, _ := strings.Cut(entry, " "); mode != "100644" && mode != "100755" {
			t.Errorf("no plain file: %s", entry)
		}
	}
	for _, name := range tracked(t) {
		switch path.Base(name) {
		case "metadata.json", "skill-card.md", "openclaw.plugin.json", ".gitattributes":
			t.Errorf("%s would be dropped, refused, or stored elsewhere", name)
		}
		data, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		must(t, err)
		if len(data) > maxFile {
			t.Errorf("%s has %d bytes", name, len(data))
		}
		if bytes.HasPrefix(data, []byte("version https://git-lfs")) {
			t.Errorf("%s is a pointer to a large file, not the file", name)
		}
	}
	names, size := published(t), int64(0)
	for _, name := range names {
		info, err := os.Stat(filepath.Join("..", filepath.FromSlash(name)))
		must(t, err)
		size += info.Size()
		if strings.HasPrefix(name, "bench/") || strings.Contains(name, "testdata/") {
			t.Errorf("%s would be published", name)
		}
	}
	if len(names) > maxFiles || size > maxSkill {
		t.Errorf("%d files, %d bytes would be published", len(names), size)
	}
}

// TestNeededFiles: all that the programs are built from is published.
func TestNeededFiles(t *testing.T) {
	delivered := map[string]bool{}
	for _, name := range published(t) {
		delivered[name] = true
	}
	for _, name := range []string{"SKILL.md", "skill.yaml", "README.md", "README.zh-CN.md", "LICENSE", "go.mod", "go.sum",
		"check_install/install.sh", "check_install/install.ps1"} {
		if !delivered[name] {
			t.Errorf("%s is not published", name)
		}
	}
	root, err := filepath.Abs("..")
	must(t, err)
	list := exec.Command("go", "list", "-deps", "-json=Dir,Standard,GoFiles,EmbedFiles", "../cmd/session-sync", ".")
	out, err := list.Output()
	must(t, err)
	seen := 0
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var found struct {
			Dir                 string
			Standard            bool
			GoFiles, EmbedFiles []string
		}
		if err := decoder.Decode(&found); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		dir, err := filepath.Rel(root, found.Dir)
		if err != nil || found.Standard || !filepath.IsLocal(dir) {
			continue
		}
		for _, name := range slices.Concat(found.GoFiles, found.EmbedFiles) {
			seen++
			if name := filepath.ToSlash(filepath.Join(dir, name)); !delivered[name] {
				t.Errorf("%s is needed and not published", name)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d files are needed", seen)
	}
}

// TestModule: `go install path@version` refuses a module with these directives.
func TestModule(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json", "../go.mod").Output()
	must(t, err)
	var file struct{ Replace, Exclude, Toolchain any }
	must(t, json.Unmarshal(out, &file))
	if file.Replace != nil || file.Exclude != nil || file.Toolchain != nil {
		t.Errorf("go.mod has %+v", file)
	}
}

// TestWords: what people and assistants read first holds nothing that a scanner
// of skills takes for an attack.
func TestWords(t *testing.T) {
	references, err := filepath.Glob("../references/*")
	must(t, err)
	suspicious := regexp.MustCompile(`(?i)rm +-[a-z]*r|\| *(?:ba|z)?sh\b|base64|always: *true|` +
		"ignore " + `(?:all |the )*(?:previous|prior|above)|\bsudo\b|https?://\d+\.|--insecure|\beval\b`)
	for _, name := range append(references, "../SKILL.md", "../README.md", "../README.zh-CN.md", "../skill.yaml") {
		text, err := os.ReadFile(name)
		must(t, err)
		if found := suspicious.Find(text); found != nil {
			t.Errorf("%s says %q", name, found)
		}
	}
}
