package fakeopenclaw

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Answer ends a process that was called by the name of openclaw with the answer
// of the fake; others go on. It is the first thing that a TestMain does.
func Answer() {
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") == "openclaw" {
		os.Exit(Run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
	}
}

// Install makes the running program, whose TestMain calls [Answer], the openclaw
// of a directory.
func Install(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" {
		return os.Symlink(self, filepath.Join(dir, "openclaw"))
	}
	from, err := os.Open(self)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(filepath.Join(dir, "openclaw.exe"))
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		return err
	}
	return to.Close()
}
