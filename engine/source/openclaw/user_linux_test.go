package openclaw

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asOrdinaryUser runs f as a user whom permissions bind, and who owns dir.
func asOrdinaryUser(t *testing.T, dir string, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	const nobody = 65534
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
	// Only this thread, and only for files; the right to pass over permissions
	// goes and comes back with it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Skip("can not become another user:", err)
	}
	defer syscall.Setfsuid(0)
	if _, err := os.ReadFile("/etc/shadow"); err == nil {
		t.Skip("permissions do not bind other users here")
	}
	f()
}
