package openclawcli

import (
	"encoding/json"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/subprocess"
)

// Error is a command that OpenClaw did not carry out. Command is without flags,
// Detail what OpenClaw says, on one line, fit to show. Cause is [ErrGateway],
// [ErrCredentials], [ErrOwner], [ErrGarbage], or why it did not end by itself; nil when Exit says all.
type Error subprocess.Error

func (e *Error) Error() string { return (*subprocess.Error)(e).Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// refusal reads what OpenClaw said about a command that failed.
func refusal(failed *subprocess.Error, args []string) error {
	refused := &Error{Command: called(args), Exit: failed.Exit, Detail: failed.Detail, Cause: failed.Cause}
	var told struct{ Error struct{ Message string } }
	if found := document(failed.Stdout); found != nil && json.Unmarshal(found, &told) == nil && told.Error.Message != "" {
		refused.Detail = subprocess.Shown([]byte(told.Error.Message))
	}
	if refused.Cause == nil {
		refused.Cause = meant(refused.Detail)
	}
	return refused
}

// called is how errors call a command: by what stands before its first flag.
func called(args []string) string {
	words := []string{"openclaw"}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") || len(words) == 3 {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// meant finds the failures that people can mend by OpenClaw's words for them,
// which is all that it gives. Seen in 2026.9.6; the words about the connection
// are those of Node as well.
func meant(message string) error {
	for words, is := range map[string]error{
		"Gateway not reachable":                       ErrGateway,
		"ECONNREFUSED":                                ErrGateway,
		"gateway closed":                              ErrGateway,
		"gateway timeout":                             ErrGateway,
		"credentials before opening a websocket":      ErrCredentials,
		"Agent-less cron job has no resolvable owner": ErrOwner,
	} {
		if strings.Contains(message, words) {
			return is
		}
	}
	return nil
}
