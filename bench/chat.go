package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// chatScript writes chat text with secrets in it.
const chatScript = "gen_speed.py"

// errNoChat says that the machine can't make chat text, so redaction is not
// measured.
var errNoChat = errors.New("redaction is not measured")

// createChat returns the file below dir with so many megabytes of chat text and
// makes it if it isn't there.
func createChat(ctx context.Context, folder string, megabytes int, dir string) (string, error) {
	chat := filepath.Join(dir, fmt.Sprintf("chat-%dM.txt", megabytes))
	if _, err := os.Stat(chat); err == nil {
		return chat, nil
	}
	script, err := filepath.Abs(filepath.Join(folder, chatScript))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(script); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: no %s in %q, name its folder with -redaction", errNoChat, chatScript, folder)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return "", fmt.Errorf("%w: %s needs python3: %w", errNoChat, chatScript, err)
	}
	// Under another name until it is complete.
	partial, err := os.MkdirTemp(dir, "partial-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	made := filepath.Join(partial, "chat.txt")
	if err := tool(ctx, dir, python, script, made, strconv.Itoa(megabytes)); err != nil {
		return "", err
	}
	return chat, os.Rename(made, chat)
}

// patterns is bench patterns: it redacts text as version 1 did, with a regular
// expression each for addresses, mobile numbers and keys.
func patterns(args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 {
		return fmt.Errorf("%w: patterns takes no argument", errUsage)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	for _, p := range []struct{ regex, placeholder string }{
		{`[\w.+-]+@[\w-]+\.[\w.]+`, "[EMAIL]"},
		{`1[3-9]\d{9}`, "[PHONE]"},
		{`sk-[A-Za-z0-9]{20,}`, "[API_KEY]"},
	} {
		text = regexp.MustCompile(p.regex).ReplaceAllLiteral(text, []byte(p.placeholder))
	}
	_, err = out.Write(text)
	return err
}

// roundRedact holds the three patterns and, right after them, the program to
// one core; their processor time is what counts.
func (b *bench) roundRedact(ctx context.Context, p place) error {
	if b.chat.path == "" {
		return nil
	}
	env := append(p.env(), "GOMAXPROCS=1")
	for range shortRuns {
		least, err := child{path: b.self, args: []string{"patterns"}, env: env, stdin: b.chat.path}.run(ctx)
		if err != nil {
			return err
		}
		b.add(workPatterns, sample{cost: least, value: b.chat.perSecond(least)})
		took, err := child{path: b.binary, args: []string{"redact"}, env: env, stdin: b.chat.path}.run(ctx)
		if err != nil {
			return err
		}
		b.add(workRedact, sample{cost: took, value: b.chat.perSecond(took)})
		b.add(workRedactRatio, sample{ratio: took.against(least)})
	}
	return nil
}

// perSecond is how many megabytes of the input a second of processor time took,
// 0 where a coarse clock has not seen any.
func (in input) perSecond(c cost) float64 {
	if c.cpu <= 0 {
		return 0
	}
	return megabytes(in.bytes) / c.cpu.Seconds()
}
