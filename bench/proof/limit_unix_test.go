//go:build linux || darwin

package proof

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
)

// limitVariable makes the test binary start the program with a limit on the
// size of files.
const limitVariable = "PROOF_FILE_SIZE"

// TestFileSizeLimit bounds the size of every file, which works where no small
// file system can be mounted.
func TestFileSizeLimit(t *testing.T) {
	self, err := os.Executable()
	must(t, err)
	kinds := []space{{name: "limit", earlier: true, place: atBoth}}
	if *full {
		kinds = append(kinds, space{name: "limit, first sync", place: atBoth})
	}
	for _, s := range kinds {
		s.enter, s.widen, s.leave = func(*world) {}, func(*world) {}, func(*world) {}
		s.narrow = func(_ *world, bytes int64, sync *exec.Cmd) {
			sync.Env = append(sync.Env, fmt.Sprint(limitVariable, "=", bytes))
			sync.Path, sync.Args[0] = self, *program
		}
		t.Run(s.name, s.test)
	}
}

// runAsChild becomes the program under a limit, when that is asked for.
func runAsChild() error {
	size, asked := os.LookupEnv(limitVariable)
	if !asked {
		return nil
	}
	n, err := strconv.ParseUint(size, 10, 32)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		return err
	}
	return syscall.Exec(os.Args[0], os.Args, os.Environ())
}
