package filelock

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// holderVariable makes the test binary hold the lock at its value instead of
// running tests.
const holderVariable = "FILELOCK_TEST_HOLD"

func TestMain(m *testing.M) {
	if path := os.Getenv(holderVariable); path != "" {
		os.Exit(hold(path))
	}
	os.Exit(m.Run())
}

// hold takes the lock, says so, and keeps it until stdin ends.
func hold(path string) int {
	lock, err := Acquire(context.Background(), path, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	lock.Announce()
	fmt.Println("holding")
	io.Copy(io.Discard, os.Stdin)
	if err := lock.Release(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type otherProcess struct {
	*exec.Cmd
	stdin io.WriteCloser
}

// startHolder returns once another process holds the lock.
func startHolder(t *testing.T, path string) otherProcess {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), holderVariable+"="+path)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || line != "holding\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	return otherProcess{cmd, stdin}
}

func lockPath(t *testing.T) string { return filepath.Join(t.TempDir(), "lock") }

func acquire(t *testing.T, path string, wait time.Duration) *Lock {
	t.Helper()
	lock, err := Acquire(t.Context(), path, wait)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Release() })
	return lock
}

func TestHeldByOtherProcess(t *testing.T) {
	for _, wait := range []time.Duration{0, time.Nanosecond, 3 * retryEvery} {
		t.Run(wait.String(), func(t *testing.T) {
			path := lockPath(t)
			other := startHolder(t, path)
			_, err := Acquire(t.Context(), path, wait)
			var held *HeldError
			if !errors.Is(err, ErrHeld) || !errors.As(err, &held) {
				t.Fatalf("got %v, want ErrHeld", err)
			}
			if held.Path != path || held.Holder.PID != other.Process.Pid || held.Holder.Since.IsZero() {
				t.Errorf("got %+v, want process %d at %q", *held, other.Process.Pid, path)
			}
			if message := err.Error(); !strings.Contains(message, strconv.Itoa(other.Process.Pid)) || !strings.Contains(message, path) {
				t.Errorf("the message does not say who holds what: %s", message)
			}
		})
	}
}

func TestReleasedByOtherProcess(t *testing.T) {
	path := lockPath(t)
	other := startHolder(t, path)
	if err := other.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	acquire(t, path, time.Minute).Announce()
	if got := readNote(path).PID; got != os.Getpid() {
		t.Errorf("the note names process %d, want %d", got, os.Getpid())
	}
}

func TestKilledHolderHoldsNothing(t *testing.T) {
	path := lockPath(t)
	other := startHolder(t, path)
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	other.Wait()
	acquire(t, path, time.Minute)
}

func TestHeldInSameProcess(t *testing.T) {
	path := lockPath(t)
	lock := acquire(t, path, 0)
	if _, err := Acquire(t.Context(), path, 0); !errors.Is(err, ErrHeld) {
		t.Errorf("got %v, want ErrHeld", err)
	}
	for range 2 {
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
	}
	acquire(t, path, 0)
}

func TestCanceled(t *testing.T) {
	path := lockPath(t)
	acquire(t, path, 0)
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Acquire(ctx, path, time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want Canceled", err)
		}
	})
	t.Run("while waiting", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := Acquire(ctx, path, time.Minute)
			done <- err
		}()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want Canceled", err)
		}
	})
	t.Run("deadline of the caller", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		if _, err := Acquire(ctx, path, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want DeadlineExceeded", err)
		}
	})
}

func TestLockFile(t *testing.T) {
	path := lockPath(t)
	lock := acquire(t, path, 0)
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("got %v, %v for a lock nobody announced, want an empty file", info, err)
	}
	lock.Announce()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); runtime.GOOS != "windows" && got != 0o600 {
		t.Errorf("mode is %v, want 0600", got)
	}
	if info.Size() != noteOffset+noteSize {
		t.Errorf("size is %d, want %d", info.Size(), noteOffset+noteSize)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the lock file went away: %v", err)
	}
}

func TestAcquireRefuses(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(path string) error
		want    error
	}{
		{"directory", func(path string) error { return os.Mkdir(path, 0o700) }, ErrNotRegular},
		{"link", func(path string) error { return os.Symlink(path+".target", path) }, ErrNotRegular},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := lockPath(t)
			if err := test.prepare(path); err != nil {
				t.Skipf("not possible here: %v", err)
			}
			if _, err := Acquire(t.Context(), path, time.Minute); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if _, err := os.Stat(path + ".target"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the link was followed: %v", err)
			}
		})
	}
	t.Run("missing directory", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "no", "lock")
		if _, err := Acquire(t.Context(), path, time.Minute); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want ErrNotExist", err)
		}
	})
}

func TestHolderWithoutNote(t *testing.T) {
	path := lockPath(t)
	acquire(t, path, 0)
	_, err := Acquire(t.Context(), path, 0)
	var held *HeldError
	if !errors.As(err, &held) || held.Holder != (Holder{}) {
		t.Fatalf("got %v, want a HeldError without holder", err)
	}
	if strings.Contains(err.Error(), "process") {
		t.Errorf("the message names a process nobody knows: %v", err)
	}
}

func TestNote(t *testing.T) {
	since := time.Date(2026, 3, 14, 12, 21, 28, 0, time.UTC)
	tests := []struct {
		name string
		note string
		want Holder
	}{
		{"as written", string(formatNote(Holder{4711, since.In(time.FixedZone("", 3600))})), Holder{4711, since}},
		{"empty", "", Holder{}},
		{"cut", "pid 4711 since 2026-03", Holder{}},
		{"other words", "run 4711 since 2026-03-14T12:21:28Z", Holder{}},
		{"no number", "pid x since 2026-03-14T12:21:28Z", Holder{}},
		{"impossible process", "pid -1 since 2026-03-14T12:21:28Z", Holder{}},
		{"impossible time", "pid 4711 since 2026-13-14T12:21:28Z", Holder{}},
		{"more behind it", "pid 4711 since 2026-03-14T12:21:28Z x", Holder{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := parseNote([]byte(test.note)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func FuzzNote(f *testing.F) {
	f.Add(formatNote(Holder{1, time.Date(2026, 3, 14, 12, 21, 28, 0, time.UTC)}))
	f.Add([]byte("pid 9223372036854775807 since 9999-12-31T23:59:59.5Z"))
	f.Add([]byte("\x00\xff pid"))
	f.Fuzz(func(t *testing.T, note []byte) {
		h := parseNote(note)
		if h == (Holder{}) {
			return
		}
		line := formatNote(h)
		if len(line) != noteSize {
			t.Errorf("a note of %d bytes, want %d", len(line), noteSize)
		}
		if again := parseNote(line); again != h {
			t.Errorf("%+v came back as %+v", h, again)
		}
	})
}
