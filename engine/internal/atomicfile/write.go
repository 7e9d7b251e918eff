package atomicfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const tempPrefix = ".session-sync-"

// ErrNotRegular says that the target is a link, a directory or something else
// that is not ours to replace.
var ErrNotRegular = errors.New("not a regular file")

// Write gives the file at path the bytes that write produces. It reports false
// when the file has them already and is left as it is, mode included. A perm of
// 0 stands for 0600. The directory must exist.
//
// After an error the file is as it was before. The one exception is an error
// together with changed: the file was replaced, but the file system did not
// confirm that this outlasts a power failure.
func Write(path string, perm fs.FileMode, write func(io.Writer) error) (changed bool, err error) {
	p, err := Prepare(path, perm, write)
	if err != nil {
		return false, err
	}
	return p.Commit()
}

// Note is [Write] for a file that may be lost with the power: nobody waits for
// the disk. Readers still find the old bytes or the new ones, whole, until then.
func Note(path string, perm fs.FileMode, write func(io.Writer) error) error {
	p, err := pend(path, perm, write, false)
	if err != nil {
		return err
	}
	_, err = p.Commit()
	return err
}

// Pending is a file whose new bytes lie ready beside it. It ends with Commit or
// Discard.
type Pending struct {
	path    string
	temp    string // "" when the file has the bytes already
	lasting bool   // the disk is waited for
}

// Prepare does all of [Write] that needs space on the disk, and leaves the file
// at path as it is. Several files that belong together are prepared first and
// committed then, so that a full disk leaves all of them as they were.
func Prepare(path string, perm fs.FileMode, write func(io.Writer) error) (*Pending, error) {
	return pend(path, perm, write, true)
}

func pend(path string, perm fs.FileMode, write func(io.Writer) error, lasting bool) (*Pending, error) {
	temp, err := prepare(path, perm, write, lasting)
	if err != nil {
		return nil, fmt.Errorf("writing %q: %w", path, err)
	}
	return &Pending{path, temp, lasting}, nil
}

func prepare(path string, perm fs.FileMode, write func(io.Writer) error, lasting bool) (name string, err error) {
	exists, err := checkTarget(path)
	if err != nil {
		return "", err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), tempPrefix+"*")
	if err != nil {
		return "", err
	}
	defer func() { // also when write panics
		temp.Close()
		if name == "" {
			os.Remove(temp.Name())
		}
	}()
	if err := fill(temp, perm, write); err != nil {
		return "", err
	}
	// Compared before syncing: most runs end here, and syncing is what costs.
	if exists {
		if same, err := sameBytes(temp, path); err != nil || same {
			return "", err
		}
	}
	if lasting {
		if err := temp.Sync(); err != nil {
			return "", err
		}
	}
	if err := temp.Close(); err != nil {
		return "", err
	}
	return temp.Name(), nil
}

// Commit puts the new bytes in place. Its results are those of [Write].
func (p *Pending) Commit() (changed bool, err error) {
	if p.temp == "" {
		return false, nil
	}
	err = rename(p.temp, p.path)
	if err == nil {
		p.temp, changed = "", true
		if p.lasting {
			err = syncDir(filepath.Dir(p.path))
		}
	}
	if err != nil {
		p.Discard()
		return changed, fmt.Errorf("writing %q: %w", p.path, err)
	}
	return true, nil
}

// Discard removes the new bytes. It does nothing after Commit.
func (p *Pending) Discard() {
	if p.temp != "" {
		os.Remove(p.temp)
		p.temp = ""
	}
}

// checkTarget reports whether there is a file at path, and refuses what must
// not be replaced.
func checkTarget(path string) (exists bool, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, ErrNotRegular
	}
	return true, nil
}

func fill(temp *os.File, perm fs.FileMode, write func(io.Writer) error) error {
	if perm != 0 {
		if err := temp.Chmod(perm); err != nil {
			return err
		}
	}
	buffered := bufio.NewWriterSize(temp, 64<<10)
	if err := write(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

// sameBytes compares what was written to temp with the file at path.
func sameBytes(temp *os.File, path string) (bool, error) {
	old, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) { // removed in the meantime
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer old.Close()
	oldInfo, err := old.Stat()
	if err != nil {
		return false, err
	}
	tempInfo, err := temp.Stat()
	if err != nil || oldInfo.Size() != tempInfo.Size() {
		return false, err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return equal(temp, old)
}

func equal(a, b io.Reader) (bool, error) {
	bufferA, bufferB := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, errA := io.ReadFull(a, bufferA)
		m, errB := io.ReadFull(b, bufferB)
		if !bytes.Equal(bufferA[:n], bufferB[:m]) {
			return false, nil
		}
		if err := errors.Join(notEnd(errA), notEnd(errB)); err != nil {
			return false, err
		}
		if errA != nil || errB != nil {
			return errA != nil && errB != nil, nil
		}
	}
}

// notEnd drops the errors that only tell that a reader is at its end.
func notEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// Sweep removes the temporary files that killed runs left in dir. A writer that
// is at work there loses its file and fails, so call it under the lock that
// keeps runs apart. A directory that does not exist is clean.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for left-over files: %w", err)
	}
	var errs []error
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !strings.HasPrefix(entry.Name(), tempPrefix) {
			continue
		}
		err := os.Remove(filepath.Join(dir, entry.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("removing a left-over file: %w", err))
		}
	}
	return errors.Join(errs...)
}
