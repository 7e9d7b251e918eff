package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// corpus is a generated state directory of OpenClaw's.
type corpus struct {
	era      string
	bytes    string // as the generator takes it
	sessions int
}

func (c corpus) name() string { return fmt.Sprintf("%s-%s-%d", c.era, c.bytes, c.sessions) }

// generator is the built corpus generator.
type generator struct{ path string }

// buildGenerator builds the generator from its folder, a module of its own.
func buildGenerator(ctx context.Context, folder, to string) (generator, error) {
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err != nil {
		return generator{}, fmt.Errorf("looking for the corpus generator, name its folder with -generator: %w", err)
	}
	return generator{to}, tool(ctx, folder, "go", "build", "-o", to, ".")
}

// create returns the corpus below dir and makes it if it isn't there.
func (g generator) create(ctx context.Context, c corpus, dir string) (string, error) {
	state := filepath.Join(dir, c.name())
	if _, err := os.Stat(state); err == nil {
		return state, nil
	}
	// Under another name until it is complete.
	partial, err := os.MkdirTemp(dir, "partial-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	made := filepath.Join(partial, "state")
	err = tool(ctx, dir, g.path, "-out", made, "-era", c.era, "-bytes", c.bytes, "-sessions", strconv.Itoa(c.sessions))
	if err != nil {
		return "", err
	}
	return state, os.Rename(made, state)
}

// extend adds messages to a state as the gateway does. The same seed adds the
// same messages.
func (g generator) extend(ctx context.Context, state string, messages, sessions, seed int) error {
	err := tool(ctx, state, g.path, "-out", state, "-append", strconv.Itoa(messages),
		"-append-sessions", strconv.Itoa(sessions), "-seed", strconv.Itoa(seed))
	if err != nil {
		return err
	}
	return age(state)
}

// age sets files that were modified within the last hour back by an hour. What
// was modified right before a sync is read again by the next one; a scheduled
// sync seldom meets that, so it is not what we measure.
func age(state string) error {
	now := time.Now()
	return filepath.WalkDir(state, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil || now.Sub(info.ModTime()) > time.Hour {
			return err
		}
		return os.Chtimes(path, time.Time{}, info.ModTime().Add(-time.Hour))
	})
}

// duplicate copies a state with the times of its files.
func duplicate(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		return duplicateFile(path, target)
	})
}

func duplicateFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// size is the number of bytes of a file or of all files below a directory.
func size(path string) (int64, error) {
	var total int64
	err := filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
