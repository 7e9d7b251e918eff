package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// bench is one run of all rounds.
type bench struct {
	options
	work     string // temporary directory, gone at the end
	self     string // this program, for the floors
	binary   string // session-sync
	corpora  generator
	jsonl    input // a copy of the corpus: it grows
	sqlite   input // the corpus
	chat     input // a file of text, "" where none can be made
	searches bool  // the binary has the command
	appended int   // times that the copy grew
	samples  map[string][]sample
}

// input is what a measured program reads.
type input struct {
	path  string
	bytes int64
}

func newInput(path string) (input, error) {
	bytes, err := size(path)
	return input{path, bytes}, err
}

// measure builds, generates, runs all rounds and reports.
func measure(ctx context.Context, o options, progress io.Writer) (report, error) {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return report{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return report{}, err
	}
	b := &bench{options: o, samples: map[string][]sample{}}
	b.dir = dir
	if b.work, err = os.MkdirTemp(dir, "run-*"); err != nil {
		return report{}, err
	}
	defer os.RemoveAll(b.work)
	fmt.Fprintln(progress, "bench: building and generating in", dir)
	if err := b.build(ctx); err != nil {
		return report{}, err
	}
	if err := b.generate(ctx, progress); err != nil {
		return report{}, err
	}
	for n := range o.runs {
		fmt.Fprintf(progress, "bench: round %d of %d\n", n+1, o.runs)
		if err := b.round(ctx); err != nil {
			return report{}, err
		}
	}
	return b.report(), nil
}

// build makes the programs that the rounds start.
func (b *bench) build(ctx context.Context) (err error) {
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	b.binary = b.program("session-sync")
	err = tool(ctx, b.root, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "./cmd/session-sync")
	if err != nil {
		return err
	}
	b.corpora, err = buildGenerator(ctx, b.generator, b.program("corpusgen"))
	if err != nil {
		return err
	}
	_, err = child{path: b.binary, args: []string{"search", "--help"}}.run(ctx)
	b.searches = err == nil
	return nil
}

// program is where a program is built to.
func (b *bench) program(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(b.work, name)
}

// generate makes what the rounds read.
func (b *bench) generate(ctx context.Context, progress io.Writer) error {
	files, err := b.corpora.create(ctx, b.files, b.dir)
	if err != nil {
		return err
	}
	copied := filepath.Join(b.work, "jsonl")
	if err := duplicate(files, copied); err != nil {
		return fmt.Errorf("copying the corpus: %w", err)
	}
	if err := age(copied); err != nil {
		return fmt.Errorf("setting times of the corpus: %w", err)
	}
	if b.jsonl, err = newInput(copied); err != nil {
		return err
	}
	database, err := b.corpora.create(ctx, b.database, b.dir)
	if err != nil {
		return err
	}
	if b.sqlite, err = newInput(database); err != nil {
		return err
	}
	chat, err := createChat(ctx, b.redaction, b.chatMB, b.dir)
	if errors.Is(err, errNoChat) {
		fmt.Fprintln(progress, "bench:", err)
		return nil
	}
	if err != nil {
		return err
	}
	b.chat, err = newInput(chat)
	return err
}
