package subprocess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestMain makes the test binary the program that is run, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "act" {
		os.Exit(act(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

func act(role string, args []string) int {
	switch role {
	case "echo":
		in, _ := io.ReadAll(os.Stdin)
		fmt.Printf("%q %q", args, in)
	case "environment":
		fmt.Print(os.Getenv("MARK"))
	case "fail":
		fmt.Print("half of it")
		fmt.Fprint(os.Stderr, strings.Repeat("noise\n", 10_000), "\x1b[31mone\x1b[0m\ttwo\x07\n\nthree\n")
		return 7
	case "flood":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return 1
			}
		}
	case "hang":
		fmt.Fprint(os.Stderr, "waiting")
		never := make(chan os.Signal, 1)
		signal.Notify(never)
		for {
			<-never
		}
	case "parent": // its child holds the pipes
		child := exec.Command(os.Args[0], "act", "hang")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return 1
		}
		fmt.Print(child.Process.Pid)
		if len(args) > 0 {
			_ = child.Wait()
		}
	}
	return 0
}

func call(role string, args ...string) Call {
	return Call{Path: os.Args[0], Args: append([]string{"act", role}, args...)}
}

func TestRun(t *testing.T) {
	words := []string{"", "a b", `"q"`, "it's", "$HOME %PATH% `id`", `C:\x\`, "家\n", "--flag=[1,\"2\"]"}
	out, err := Run(t.Context(), Call{Path: os.Args[0], Args: append([]string{"act", "echo"}, words...), Input: "in"})
	if want := fmt.Sprintf("%q %q", words, "in"); err != nil || string(out) != want {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
	environment := call("environment")
	environment.Env = append(os.Environ(), "MARK=x y")
	if out, err := Run(t.Context(), environment); err != nil || string(out) != "x y" {
		t.Errorf("got %q, %v from the environment", out, err)
	}
}

func TestRunFails(t *testing.T) {
	short, small := call("hang"), call("flood")
	short.Limit, small.MaxSize = 100*time.Millisecond, 100
	family := call("parent", "wait")
	family.Limit = 100 * time.Millisecond
	tests := []struct {
		name   string
		call   Call
		exit   int
		cause  error
		stdout int // bytes that are kept
		said   string
	}{
		{"exit code", call("fail"), 7, nil, len("half of it"), "one two� three"},
		{"hangs", short, -1, ErrTimeout, 0, ""},
		{"hangs with a child", family, -1, ErrTimeout, len("1234567"), ""},
		{"prints without end", small, -1, ErrTooMuch, 100, ""},
		{"not there", Call{Path: filepath.Join(t.TempDir(), "none")}, -1, os.ErrNotExist, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Run(t.Context(), test.call)
			var failed *Error
			if !errors.As(err, &failed) {
				t.Fatalf("got %v", err)
			}
			if failed.Exit != test.exit || !errors.Is(err, test.cause) && test.cause != nil || test.cause == nil && failed.Cause != nil {
				t.Errorf("exit %d, cause %v, want %d, %v", failed.Exit, failed.Cause, test.exit, test.cause)
			}
			if len(failed.Stdout) > test.stdout || test.cause == nil && len(failed.Stdout) != test.stdout {
				t.Errorf("kept %d bytes of stdout, want %d", len(failed.Stdout), test.stdout)
			}
			if !strings.HasSuffix(failed.Detail, test.said) || len(failed.Detail) > 4*600 {
				t.Errorf("said %q, want %q", failed.Detail, test.said)
			}
		})
	}
}

// TestChildLivesOn: a program that ended well has ended, whoever holds its pipes.
func TestChildLivesOn(t *testing.T) {
	out, err := Run(t.Context(), call("parent"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(out))
	if err != nil {
		t.Fatal(err)
	}
	child, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Kill(); err != nil {
		t.Errorf("the child is not there any more: %v", err)
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, call("hang")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"a/tool.exe": 0o755, "b/tool.exe": 0o755, "c/tool.exe": 0o644} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, mode)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	path := func(dirs ...string) string { return strings.Join(dirs, string(filepath.ListSeparator)) }
	tests := []struct{ name, path, want string }{
		{"first directory wins", path(filepath.Join(dir, "none"), filepath.Join(dir, "b"), filepath.Join(dir, "a")), "b"},
		{"relative", path("a", ".", ""), ""},
		{"empty", "", ""},
	}
	if runtime.GOOS != "windows" {
		tests = append(tests, struct{ name, path, want string }{"no program", path(filepath.Join(dir, "c"), filepath.Join(dir, "a")), "a"})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := ""
			if test.want != "" {
				want = filepath.Join(dir, test.want, "tool.exe")
			}
			if got := Find(test.path, "tool", "tool.exe"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func FuzzShown(f *testing.F) {
	f.Add([]byte("\x1b[31mred\x1b[0m\r\n\u202eback\xff\n"))
	f.Add([]byte(strings.Repeat("long ", 1000)))
	f.Fuzz(func(t *testing.T, output []byte) {
		text := Shown(output)
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 600 {
			t.Errorf("%d bytes, valid: %v", len(text), utf8.ValidString(text))
		}
		if strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
			t.Errorf("%q shows more than itself", text)
		}
		if again := Shown([]byte(text)); again != text {
			t.Errorf("%q becomes %q", text, again)
		}
	})
}
