//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// saidLine is a line of a transcript.
func saidLine(id, text string) string {
	return fmt.Sprintf(`{"type":"message","id":%q,"parentId":null,"timestamp":"2026-03-14T04:11:29.776Z","message":{"role":"user","content":%q}}`+"\n", id, text)
}

// TestWatchProcess: the program itself, the system's own events, and signals.
func TestWatchProcess(t *testing.T) {
	home := t.TempDir()
	transcript := filepath.Join(home, ".openclaw", "agents", "main", "sessions", "chat-1.jsonl")
	if err := os.MkdirAll(filepath.Dir(transcript), 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(text string) {
		t.Helper()
		file, err := os.OpenFile(transcript, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := io.WriteString(file, text); err != nil {
			t.Fatal(err)
		}
	}
	put(`{"type":"session","version":3,"id":"chat-1","timestamp":"2026-03-14T04:00:00.000Z","cwd":"/home/alice"}` + "\n" + saidLine("a1", "hello"))
	environment := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LANG=en_US.UTF-8", cacheVariable + "=" + pluginCache}
	program := exec.CommandContext(t.Context(), "session-sync", "watch", "--settle", "100ms", "--poll", "24h")
	var stderr bytes.Buffer
	program.Env, program.Stderr = environment, &stderr
	stdout, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	enough := time.AfterFunc(time.Minute, func() { program.Process.Kill() }) // far more than it takes
	defer enough.Stop()
	lines := bufio.NewScanner(stdout)
	next := func(want string) {
		t.Helper()
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("prints %q, want %q in it; %v %s", lines.Text(), want, lines.Err(), stderr.String())
		}
	}
	next("synced 1 session, 1 message, 1 new → ")
	put(saidLine("a2", "what is new?"))
	next("synced 1 session, 2 messages, 1 new → ")
	last := exec.CommandContext(t.Context(), "session-sync", "last", "-n", "1")
	last.Env = environment
	if out, err := last.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("what is new?")) {
		t.Errorf("last gives %v, %s", err, out)
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(stdout); err != nil || len(rest) > 0 {
		t.Errorf("prints more: %v, %q", err, rest)
	}
	if err := program.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("ends with %v, %s", err, stderr.String())
	}
}
