package proof

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

var (
	program  = flag.String("program", "", "the session-sync to test; built when empty")
	seed     = flag.Uint64("seed", 1, "what is random is drawn from this")
	kills    = flag.Int("kills", 6, "how many syncs to kill")
	corpus   = flag.String("corpus", "", "size of a generated state to kill over, such as 50M; a small one is written when empty")
	duration = flag.Duration("live", time.Second, "how long the live writer writes")
	rate     = flag.Int("rate", 200, "messages that the live writer writes in a second")
	full     = flag.Bool("full", false, "fill the disk at every page instead of at some")
)

func TestMain(m *testing.M) {
	if err := runAsChild(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(run(m))
}

// run builds the program once for all tests.
func run(m *testing.M) int {
	flag.Parse()
	if *program == "" {
		dir, err := os.MkdirTemp("", "session-sync-proof-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		*program = filepath.Join(dir, executable("session-sync"))
		if err := build(*program, "../../cmd/session-sync"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// build compiles the command in dir, whose module it may be.
func build(to, dir string) error {
	cmd := exec.Command("go", "build", "-o", to, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", dir, err, out)
	}
	return nil
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
