package query

import (
	"errors"
	"fmt"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
)

// Errors that callers tell apart.
var (
	ErrUnknownSession = errors.New("no archived session has this key or session id; list shows the sessions there are")
	ErrUnknownMessage = errors.New("no archived message has this id; last and show give the ids there are")
	ErrUnknownItem    = errors.New("no decision or todo has this id; decisions and todos give the ids there are")
	ErrRequest        = errors.New("wrong request")
)

// maxCandidates bounds what an [AmbiguousError] names.
const maxCandidates = 5

// AmbiguousError says that a name fits several sessions.
type AmbiguousError struct {
	Candidates []string // up to 5 archived keys, by agent and key; none for who asks
	More       int      // how many others fit
}

// Error names the candidates: archived keys are redacted.
func (e *AmbiguousError) Error() string {
	named := ""
	if len(e.Candidates) > 0 {
		named = ": " + strings.Join(e.Candidates, ", ")
	}
	if e.More > 0 {
		named += fmt.Sprintf(" and %d more", e.More)
	}
	return fmt.Sprintf("several sessions fit%s; give a whole key or session id", named)
}

func ambiguous(fitting []session.Session) error {
	e := &AmbiguousError{More: max(0, len(fitting)-maxCandidates)}
	for _, s := range fitting[:min(len(fitting), maxCandidates)] {
		e.Candidates = append(e.Candidates, s.Key)
	}
	return e
}
