package livesqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	copyName  = "copy.sqlite"
	copyChunk = 1 << 20
)

// copyFiles copies the main file, then what belongs to it, into a fresh
// directory below tempDir and returns that directory. It fails with
// [ErrChanged] when the originals are no longer as they were seen.
func copyFiles(ctx context.Context, path string, seen files, tempDir string) (_ string, err error) {
	if tempDir == "" {
		return "", ErrNeedsCopy
	}
	dir, err := os.MkdirTemp(tempDir, "database-")
	if err != nil {
		return "", fmt.Errorf("making a directory for a copy: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	for _, part := range []struct {
		suffix string
		file   file
	}{{"", seen.main}, {"-journal", seen.journal}, {"-wal", seen.wal}} {
		if !part.file.filled() {
			continue
		}
		target := filepath.Join(dir, copyName+part.suffix)
		if err := copyFile(ctx, path+part.suffix, target, part.file.info.Size()); err != nil {
			return "", err
		}
	}
	now, err := look(path)
	if err != nil {
		return "", err
	}
	if !now.same(seen) {
		return "", ErrChanged
	}
	return dir, nil
}

// copyFile copies at most size bytes: what the file has grown by since it was
// looked at makes the copy useless anyway.
func copyFile(ctx context.Context, from, to string, size int64) (err error) {
	source, err := openForeign(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing a copy: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	limited := io.LimitReader(source, size)
	for buffer := make([]byte, copyChunk); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := limited.Read(buffer)
		if _, err := target.Write(buffer[:n]); err != nil {
			return fmt.Errorf("writing a copy: %w", err)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return unreadable("copying it", err)
		}
	}
}
