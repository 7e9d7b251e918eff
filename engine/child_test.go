package engine_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
)

// child prepares a run of this test binary in another mode.
func child(t testing.TB, mode string, env map[string]string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = []string{modeVariable + "=" + mode, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// namedErrors are what [syncInChild] tells apart.
var namedErrors = map[string]error{
	"full": engine.ErrFull, "not-writable": engine.ErrNotWritable, "locked": engine.ErrLocked, "none-readable": engine.ErrNoneReadable,
}

// syncInChild syncs the installation that the environment names. Its output is
// "ok" or the name of the error, then the reasons of what was skipped.
func syncInChild() error {
	signal.Ignore(fileSizeSignals()...)
	if size := os.Getenv("TEST_FILE_SIZE"); size != "" {
		if err := limitFileSize(size); err != nil {
			return err
		}
	}
	e, err := engine.Open(engine.Options{Env: os.LookupEnv, OSHome: "/nowhere", Now: time.Now, Local: time.UTC, Version: "test"})
	if err != nil {
		return err
	}
	e.WithoutPlugins()
	report, err := e.Sync(context.Background(), engine.SyncOptions{})
	outcome := "ok"
	if err != nil {
		outcome = "other"
		for name, known := range namedErrors {
			if errors.Is(err, known) {
				outcome = name
			}
		}
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Println(outcome, strings.Join(reasons(report), " "))
	return nil
}

// checkupInChild prints the codes of what a checkup finds, an empty line, and
// what people read.
func checkupInChild() error {
	diagnosis, err := engine.Checkup(context.Background(), engine.CheckupOptions{
		Options: engine.Options{Env: os.LookupEnv, OSHome: "/nowhere", Now: time.Now, Local: time.UTC, Version: "test"},
		Root:    os.Getenv("TEST_ROOT"),
	})
	if err != nil {
		return err
	}
	for _, f := range diagnosis.Findings {
		fmt.Print(f.Code, " ")
	}
	fmt.Print("\n\n")
	return diagnosis.Write(os.Stdout)
}

// syncAs runs a sync in a child and returns what it prints.
func (w *world) syncAs(prepare func(*exec.Cmd)) (outcome string, message string) {
	w.t.Helper()
	cmd := child(w.t, "sync", w.env)
	if prepare != nil {
		prepare(cmd)
	}
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("sync in a child: %v\n%s", err, said.String())
	}
	return strings.TrimSpace(string(out)), strings.TrimSpace(said.String())
}

// writeInChild plays a running gateway: it commits one event and keeps the
// database open until its input ends.
func writeInChild() error {
	db, err := sql.Open("sqlite", "file:"+os.Getenv("TEST_DATABASE")+"?_pragma=journal_mode(WAL)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("INSERT INTO transcript_events(session_id, seq, event_json, created_at) VALUES(?, 100, ?, 0)", idDirect, os.Getenv("TEST_EVENT"))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// running starts a gateway in another process that has just written an event.
// It runs until the test ends.
func (w *world) running(event object) {
	w.t.Helper()
	cmd := child(w.t, "gateway", map[string]string{"TEST_DATABASE": filepath.Clean(w.path(database)), "TEST_EVENT": asJSON(event)})
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(w.t, err)
	out, err := cmd.StdoutPipe()
	must(w.t, err)
	must(w.t, cmd.Start())
	w.t.Cleanup(func() { in.Close(); cmd.Wait() })
	if said, err := bufio.NewReader(out).ReadString('\n'); err != nil || said != "ready\n" {
		w.t.Fatalf("gateway said %q, %v", said, err)
	}
}
