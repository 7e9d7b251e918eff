package doctor

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Copy is a file with the name of our program.
type Copy struct {
	Path    string
	Version string // as Go recorded it, "unknown" where it did not
	Ours    bool   // built from our module
	OnPath  bool
	Self    bool // the program that asks
}

const (
	module      = "github.com/smallccwc/chronosync"
	programName = "session-sync"
)

// Copies finds the program in the directories of PATH, in further ones, and at
// self, the path of the program that asks ("" for another program). None is
// run: versions come out of the files. Links to one file count once.
func Copies(path, more []string, self string) []Copy {
	name := executable(programName)
	var found []Copy
	seen := map[string]bool{}
	look := func(file string, onPath bool) {
		real, err := filepath.EvalSymlinks(file)
		if err != nil || seen[real] || !runs(real) {
			return
		}
		seen[real] = true
		c := Copy{Path: file, Version: "unknown", OnPath: onPath}
		if info, err := buildinfo.ReadFile(real); err == nil {
			c.Ours = info.Main.Path == module
			c.Version = strings.Trim(info.Main.Version, "()")
		}
		found = append(found, c)
	}
	for _, dir := range path {
		if filepath.IsAbs(dir) {
			look(filepath.Join(dir, name), true)
		}
	}
	if self != "" && !Transient(self) {
		look(self, false)
	}
	for _, dir := range more {
		look(filepath.Join(dir, name), false)
	}
	mine, err := os.Stat(self)
	for i, c := range found {
		info, err2 := os.Stat(c.Path)
		found[i].Self = err == nil && err2 == nil && os.SameFile(mine, info)
	}
	return found
}

// Find gives the path of a program on PATH, "" when there is none.
func Find(path []string, name string) string {
	for _, dir := range path {
		if file := filepath.Join(dir, executable(name)); filepath.IsAbs(dir) && runs(file) {
			return file
		}
	}
	return ""
}

// GoVersion is the Go that a program was built with, "" when it does not tell.
// For the command go it is its own version.
func GoVersion(path string) string {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return ""
	}
	return info.GoVersion
}

// runs reports whether a file is a program.
func runs(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode().Perm()&0o111 != 0)
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// Transient tells the programs that `go run` makes, which are gone after it.
func Transient(path string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(path), "/"), func(part string) bool {
		return strings.HasPrefix(part, "go-build")
	})
}

// NeededGo is the Go that the source tree in a directory asks for, "" when the
// directory is not in our source tree.
func NeededGo(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for ; ; dir = filepath.Dir(dir) {
		text := manifest(filepath.Join(dir, "go.mod"))
		if directive(text, "module") == module {
			return directive(text, "go")
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
	}
}

// directive is the word behind a directive of go.mod.
func directive(text []byte, name string) string {
	for line := range bytes.Lines(text) {
		if words := strings.Fields(string(line)); len(words) >= 2 && words[0] == name {
			return words[1]
		}
	}
	return ""
}
