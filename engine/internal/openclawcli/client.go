package openclawcli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/subprocess"
)

// What people can mend.
var (
	ErrMissing = errors.New("openclaw is not on PATH")
	ErrGateway = errors.New("OpenClaw's gateway does not answer")
	// ErrCredentials is an [ErrGateway] of one that was never set up here, or wants
	// a password.
	ErrCredentials = fmt.Errorf("%w without credentials", ErrGateway)
	ErrOwner       = errors.New("OpenClaw has several agents and does not know which of them owns the job")
	ErrGarbage     = errors.New("openclaw printed something else than JSON")
)

// Options say which openclaw is meant.
type Options struct {
	Path    string   // directories to look in, as in PATH
	Environ []string // KEY=VALUE, of the openclaw that is run; nil for ours
	Profile string   // OpenClaw's profile, "" for the one the environment leads to
	Limit   time.Duration
}

// Client runs one openclaw. It is safe for concurrent use.
type Client struct {
	opt    Options
	before []string // program and arguments before all others
}

// Find looks for openclaw. The error is [ErrMissing].
func Find(opt Options) (*Client, error) {
	before := find(opt.Path)
	if before == nil {
		return nil, ErrMissing
	}
	if opt.Profile != "" {
		before = append(before, "--profile", opt.Profile)
	}
	return &Client{opt, before}, nil
}

// Command is a command line of this openclaw as people type it.
func (c *Client) Command(args ...string) []string { return Typed(c.opt.Profile, args...) }

// Typed is a command line of the openclaw of a profile as people type it.
func Typed(profile string, args ...string) []string {
	if profile == "" {
		return append([]string{"openclaw"}, args...)
	}
	return append([]string{"openclaw", "--profile", profile}, args...)
}

// Run runs a command and returns what it printed. See [Client.JSON] for errors.
func (c *Client) Run(ctx context.Context, args ...string) ([]byte, error) {
	return c.run(ctx, 0, args)
}

func (c *Client) run(ctx context.Context, size int, args []string) ([]byte, error) {
	out, err := subprocess.Run(ctx, subprocess.Call{
		Path: c.before[0], Args: slices.Concat(c.before[1:], args),
		Env: c.environ(), Limit: c.opt.Limit, MaxSize: size,
	})
	var failed *subprocess.Error
	if errors.As(err, &failed) {
		return nil, refusal(failed, args)
	}
	return out, err
}

// environ asks for output without colors.
func (c *Client) environ() []string {
	if c.opt.Environ == nil {
		return nil
	}
	return append(slices.Clone(c.opt.Environ), "NO_COLOR=1")
}

// JSON runs a command and decodes the JSON that it prints, of at most size
// bytes, 0 for 1 MiB. Where OpenClaw says what went wrong, that is in the error;
// it is [ErrGateway], [ErrCredentials] or [ErrOwner] when it means that.
func (c *Client) JSON(ctx context.Context, size int, into any, args ...string) error {
	out, err := c.run(ctx, size, args)
	if err != nil {
		return err
	}
	found := document(out)
	if found == nil || json.Unmarshal(found, into) != nil {
		return &Error{Command: called(args), Cause: ErrGarbage}
	}
	return nil
}

// Has reports whether the help of a command knows all of some flags. A command
// that is not there has none.
func (c *Client) Has(ctx context.Context, command []string, flags ...string) (bool, error) {
	help, err := c.Run(ctx, append(slices.Clone(command), "--help")...)
	var failed *Error
	if errors.As(err, &failed) && failed.Exit > 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	words := strings.FieldsFunc(string(help), func(r rune) bool { return strings.ContainsRune(" \t\r\n,[]<>=|", r) })
	for _, flag := range flags {
		if !slices.Contains(words, flag) {
			return false, nil
		}
	}
	return true, nil
}
