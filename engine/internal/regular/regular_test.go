package regular

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOpenRefusesWhatIsNotARegularFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(file, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for name, path := range map[string]string{"directory": dir, "link": link} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := Open(path); !errors.Is(err, ErrNotRegular) {
				t.Errorf("got %v, want ErrNotRegular", err)
			}
		})
	}
	f, info, err := Open(file)
	if err != nil || info.Size() != 1 {
		t.Fatalf("got %v, %v", info, err)
	}
	f.Close()
	if runtime.GOOS != "windows" && Inode(info) == 0 {
		t.Error("no inode on a unix file")
	}
}

func TestInside(t *testing.T) {
	for _, c := range []struct {
		path, dir string
		want      bool
	}{
		{"/a/b", "/a", true},
		{"/a", "/a", true},
		{"/ab", "/a", false},
		{"/a/../b", "/a", false},
		{"/a/..b", "/a", true},
	} {
		if got := Inside(filepath.FromSlash(c.path), filepath.FromSlash(c.dir)); got != c.want {
			t.Errorf("Inside(%q, %q) = %v, want %v", c.path, c.dir, got, c.want)
		}
	}
}
