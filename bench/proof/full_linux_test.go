package proof

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// insideVariable tells a test that it runs in a name space of its own.
const insideVariable = "PROOF_INSIDE"

// TestFullDisk lets a small file system run full, below home and below the
// output directory.
func TestFullDisk(t *testing.T) {
	if os.Getenv(insideVariable) == "" {
		inNameSpace(t)
		return
	}
	for _, s := range []space{
		{name: "home, first sync", place: atHome},
		{name: "home", earlier: true, place: atHome},
		{name: "output", earlier: true, place: atOut},
	} {
		disk := func(w *world) string { return s.place(w)[0] }
		const plenty = 64 << 20
		s.enter = func(w *world) {
			if err := syscall.Mount("tmpfs", disk(w), "tmpfs", 0, fmt.Sprint("mode=700,size=", plenty)); err != nil {
				w.t.Skipf("no small file system: %v", err)
			}
		}
		resize := func(w *world, bytes int64) {
			must(w.t, syscall.Mount("tmpfs", disk(w), "tmpfs", syscall.MS_REMOUNT, fmt.Sprint("size=", bytes)))
		}
		s.narrow = func(w *world, bytes int64, _ *exec.Cmd) {
			var stat syscall.Statfs_t
			must(w.t, syscall.Statfs(disk(w), &stat))
			used := int64(stat.Blocks-stat.Bfree) * stat.Bsize
			resize(w, max(page, used+bytes)) // 0 would be no limit
		}
		s.widen = func(w *world) { resize(w, plenty) }
		s.leave = func(w *world) { must(w.t, syscall.Unmount(disk(w), 0)) }
		t.Run(s.name, s.test)
	}
}

// inNameSpace runs the test again where it may mount file systems.
func inNameSpace(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	again := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-program="+*program, fmt.Sprintf("-full=%v", *full))
	again.Env = append(os.Environ(), insideVariable+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := again.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Skipf("no name space for a small file system: %v", err)
	}
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	if strings.Contains(string(out), "--- SKIP") {
		t.Skip()
	}
}
