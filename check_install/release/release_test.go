package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// unpack reads an archive of either form and checks that all of it lies in the
// folder and nothing tells of a time or a user.
func unpack(t *testing.T, folder string, archive []byte) (files []file) {
	t.Helper()
	add := func(name string, mode fs.FileMode, r io.Reader) {
		data, err := io.ReadAll(r)
		must(t, err)
		inside, is := strings.CutPrefix(name, folder+"/")
		if !is {
			t.Errorf("%s is not in %s", name, folder)
		}
		files = append(files, file{inside, mode, data})
	}
	if zipReader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive))); err == nil {
		for _, f := range zipReader.File {
			r, err := f.Open()
			must(t, err)
			add(f.Name, f.Mode(), r)
			if !f.Modified.Equal(changed()) {
				t.Errorf("%s changed at %v", f.Name, f.Modified)
			}
		}
		return files
	}
	compressed, err := gzip.NewReader(bytes.NewReader(archive))
	must(t, err)
	if compressed.Name != "" || !compressed.ModTime.IsZero() {
		t.Errorf("the archive tells of %+v", compressed.Header)
	}
	for r := tar.NewReader(compressed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		must(t, err)
		add(h.Name, h.FileInfo().Mode(), r)
		if !h.ModTime.Equal(changed()) || h.Uid != 0 || h.Uname != "" || h.Typeflag != tar.TypeReg {
			t.Errorf("%s has the header %+v", h.Name, h)
		}
	}
}

func TestArchives(t *testing.T) {
	files := []file{{"program", 0o755, []byte("\x7fELF")}, {"references/a.md", 0o644, []byte("# A\n")}, {"空", 0o644, []byte{}}}
	for name, pack := range map[string]func(string, []file) ([]byte, error){"tarball": tarball, "zipped": zipped} {
		t.Run(name, func(t *testing.T) {
			archive, err := pack("session-sync-1", files)
			must(t, err)
			if got := unpack(t, "session-sync-1", archive); !reflect.DeepEqual(got, files) {
				t.Errorf("got %+v, want %+v", got, files)
			}
			again, err := pack("session-sync-1", files)
			must(t, err)
			if !bytes.Equal(archive, again) {
				t.Error("other bytes the second time")
			}
		})
	}
}

// TestRelease makes the archive of this platform twice, in other directories
// and under other settings of Go.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program twice")
	}
	t.Chdir(filepath.Join("..", ".."))
	platform := runtime.GOOS + "/" + runtime.GOARCH
	var archives [2][]byte
	var name string
	for i := range archives {
		out := filepath.Join(t.TempDir(), "new", "dir")
		var list, errs strings.Builder
		if code := run(t.Context(), []string{"-o", out, platform}, &list, &errs); code != 0 {
			t.Fatalf("exit code %d: %s", code, &errs)
		}
		sum := ""
		_, err := fmt.Sscanf(list.String(), "%s  %s\n", &sum, &name)
		must(t, err)
		archives[i], err = os.ReadFile(filepath.Join(out, name))
		must(t, err)
		sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		must(t, err)
		if string(sums) != list.String() || sum != fmt.Sprintf("%x", sha256.Sum256(archives[i])) {
			t.Errorf("SHA256SUMS says %q, %q was printed", sums, &list)
		}
		t.Setenv("GOFLAGS", "-race")
		t.Setenv("CGO_ENABLED", "1")
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("other bytes the second time")
	}
	folder := strings.TrimSuffix(strings.TrimSuffix(name, ".zip"), ".tar.gz")
	files := unpack(t, folder, archives[0])
	var names []string
	for _, f := range files {
		names = append(names, f.name)
	}
	if got, want := strings.Join(names[1:], " "), "LICENSE README.md README.zh-CN.md SKILL.md check_install/install.ps1 check_install/install.sh references/commands.md references/results.md references/setup.md skill.yaml"; got != want {
		t.Errorf("it holds %s, want %s", got, want)
	}
	program := filepath.Join(t.TempDir(), files[0].name)
	must(t, os.WriteFile(program, files[0].data, files[0].mode))
	said, err := exec.Command(program, "version").CombinedOutput()
	if version := strings.TrimPrefix(strings.TrimSuffix(folder, "-"+strings.ReplaceAll(platform, "/", "-")), "session-sync-"); err != nil || !strings.HasPrefix(string(said), "session-sync "+version+"\n") {
		t.Errorf("the program of %s says %q, %v", folder, said, err)
	}
	installs(t, files)
}

// installs checks that an archive is installed by the script that its texts name.
func installs(t *testing.T, files []file) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // install.ps1 is for this system
	}
	dir, home := t.TempDir(), t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, f.data, f.mode))
	}
	cmd := exec.Command("sh", filepath.Join(dir, "check_install", "install.sh"))
	cmd.Env = []string{"HOME=" + home, "PATH=/usr/bin:/bin", "LANG=C"}
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), "Installed session-sync ") {
		t.Errorf("install.sh says %q, %v", said, err)
	}
	if _, err := os.Stat(filepath.Join(home, ".local", "bin", files[0].name)); err != nil {
		t.Error(err)
	}
}

func TestReleaseFails(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		root string
		code int
		want string
	}{
		{"usage", []string{"-x"}, "../..", 2, "-x"},
		{"platform", []string{"linux"}, "../..", 1, `"linux" is no platform`},
		{"unknown platform", []string{"cp/m"}, "../..", 1, "building for cp/m"},
		{"elsewhere", nil, ".", 1, "run this at the top of the repository"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := t.TempDir()
			t.Chdir(test.root)
			var list, errs strings.Builder
			code := run(t.Context(), append([]string{"-o", out}, test.args...), &list, &errs)
			if code != test.code || !strings.Contains(errs.String(), test.want) || list.Len() > 0 {
				t.Errorf("exit code %d, %q, %q", code, &errs, &list)
			}
			if entries, err := os.ReadDir(out); err != nil || len(entries) > 0 {
				t.Errorf("it made %v, %v", entries, err)
			}
		})
	}
}
