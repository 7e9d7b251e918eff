package redact

import (
	"errors"
	"fmt"
	"regexp/syntax"
)

// notCompiled says why a regex does not compile. Of the regex it shows no more
// than a sign: the part that the error holds may be a secret in full.
func notCompiled(err error) string {
	wrong := &syntax.Error{Code: "it is no RE2 regex"}
	errors.As(err, &wrong)
	if wrong.Expr == "" || len(wrong.Expr) >= ShortestKnown {
		return string(wrong.Code)
	}
	return fmt.Sprintf("%s: %q", wrong.Code, wrong.Expr)
}
