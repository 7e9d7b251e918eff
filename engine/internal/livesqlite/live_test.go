package livesqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// childRole makes the test binary act as another process instead of testing.
const childRole = "LIVESQLITE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "writer":
		childWriter(os.Args[1])
	case "closer":
		childCloser(os.Args[1])
	case "stranger":
		childStranger(os.Args[1], os.Args[2])
	}
}

func child(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

func childFailed(err error) {
	fmt.Fprintln(os.Stderr, "child:", err)
	os.Exit(1)
}

// childWriter appends rows in transactions of 1 to 7 and checkpoints often,
// until its standard input ends. It then prints how many rows it wrote.
func childWriter(path string) {
	db, err := newWriter(path, "WAL")
	if err != nil {
		childFailed(err)
	}
	stop := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	if _, err := db.Exec("PRAGMA wal_autocheckpoint=40"); err != nil {
		childFailed(err)
	}
	fmt.Println("ready")
	rows := 0
	for round := 0; ; round++ {
		select {
		case <-stop:
			db.Close()
			fmt.Println(rows)
			return
		default:
		}
		insert := "INSERT INTO events (text) VALUES (?)" + strings.Repeat(", (?1)", round%7)
		if _, err := db.Exec(insert, strings.Repeat("event ", 100)); err != nil {
			childFailed(err)
		}
		rows += 1 + round%7
		if round%50 == 49 {
			if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
				childFailed(err)
			}
		}
	}
}

// childCloser opens the database as an owner would, reads and closes it. The
// last to close a database moves the -wal into the main file and deletes it.
func childCloser(path string) {
	db, err := newWriter(path, "WAL")
	if err != nil {
		childFailed(err)
	}
	if err := db.Close(); err != nil {
		childFailed(err)
	}
}

// childStranger reads a database as a user who may write nothing there.
func childStranger(path, temp string) {
	if err := dropPrivileges(); err != nil {
		childFailed(err)
	}
	rows, mode, err := readAll(path, Options{TempDir: temp})
	if errors.Is(err, ErrUnreadable) {
		fmt.Print("unreadable")
		return
	}
	if err != nil {
		childFailed(err)
	}
	fmt.Print(mode, " ", rows)
}

// readAll opens, reads, verifies and closes once, starting over when the owner
// changed the file meanwhile.
func readAll(path string, opt Options) (rows int, mode Mode, err error) {
	ctx := context.Background()
	for {
		db, err := Open(ctx, path, opt)
		if errors.Is(err, ErrChanged) {
			continue
		}
		if err != nil {
			return 0, 0, err
		}
		rows, err := countRows(ctx, db)
		mode, verdict := db.Mode(), db.Verify()
		if err := db.Close(); err != nil {
			return 0, mode, err
		}
		if errors.Is(verdict, ErrChanged) {
			continue
		}
		return rows, mode, errors.Join(err, verdict)
	}
}

func TestReadBesideWritingProcess(t *testing.T) {
	path, temp := filepath.Join(t.TempDir(), "agent.sqlite"), emptyDir(t)
	writer := child(t, "writer", path)
	stdin, err := writer.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the writer did not start: %q", lines.Text())
	}

	modes := map[Mode]int{}
	last := 0
	for reads := 0; reads < 60 || last < 500; reads++ {
		rows, mode, err := readAll(path, Options{TempDir: temp})
		if err != nil {
			t.Errorf("after %d rows, %v: %v", last, mode, err)
			break
		}
		if rows < last {
			t.Errorf("%d rows after %d", rows, last)
		}
		modes[mode]++
		last = rows
	}
	stdin.Close()
	lines.Scan()
	if err := writer.Wait(); err != nil {
		t.Fatalf("the writer failed: %v", err)
	}
	rows, _, err := readAll(path, Options{TempDir: temp})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(rows) != lines.Text() {
		t.Errorf("read %d rows, written %s", rows, lines.Text())
	}
	t.Logf("%d rows written; modes %v", rows, modes)
	if modes[Live] == 0 {
		t.Errorf("not one live read: %v", modes)
	}
}

func TestReadBesideWriterInProcess(t *testing.T) {
	path, temp := filepath.Join(t.TempDir(), "agent.sqlite"), emptyDir(t)
	writer := openWriter(t, path, "WAL")
	appendRows(t, writer, 10)
	for written := 10; written < 100; written += 10 {
		db := mustOpen(t, path, Options{TempDir: temp})
		wantRows(t, db, written)
		appendRows(t, writer, 10)
		if db.Mode() == Live {
			wantRows(t, db, written) // still the snapshot
		}
		mustClose(t, db)
		if written%30 == 0 {
			mustExec(t, writer, "PRAGMA wal_checkpoint(TRUNCATE)")
		}
	}
}

// A second handle must not take away the locks of the first: without them
// another process believes to be alone and deletes the -wal.
func TestLocksSurviveSecondHandle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.sqlite")
	makeCrashed(t, path, 20, 30)
	first := mustOpen(t, path, Options{})
	defer mustClose(t, first)
	wantState(t, first, Live)

	second := mustOpen(t, path, Options{})
	wantRows(t, second, 50)
	mustClose(t, second)
	if err := child(t, "closer", path).Run(); err != nil {
		t.Fatal(err)
	}
	if fileSize(t, path+"-wal") == 0 {
		t.Error("the -wal was emptied under a reader")
	}
	wantRows(t, first, 50)
}
