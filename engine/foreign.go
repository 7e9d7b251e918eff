package engine

import (
	"context"
	"io"

	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/redactstream"
)

// RedactOptions are the choices for text that is not the archive's. The settings
// can ask for numbers, too.
type RedactOptions = redactstream.Options

// Redact writes what in holds with placeholders, see [redactstream.Copy].
func (e *Engine) Redact(ctx context.Context, in io.Reader, out io.Writer, opt RedactOptions) error {
	opt.Numbered = opt.Numbered || e.Config.Redact.Numbered
	return redactstream.Copy(ctx, e.rules.Rules, in, out, opt)
}

// Explanation answers [Engine.Explain].
type Explanation struct {
	query.Envelope
	Findings []Spot `json:"findings"`
}

// Spot is where a rule finds something.
type Spot = redactstream.Spot

// Explain tells what Redact would replace: the first findings up to limit, and
// how many there are.
func (e *Engine) Explain(ctx context.Context, in io.Reader, lines bool, limit int) (Explanation, error) {
	spots, total, err := redactstream.Explain(ctx, e.rules.Rules, in, lines, limit)
	around := query.Envelope{SchemaVersion: 1, Total: total, Returned: len(spots), Truncated: len(spots) < total}
	return Explanation{around, spots}, err
}

// RedactStats answers [Engine.RedactStats].
type RedactStats = redactstream.Stats

// RedactStats counts what Redact would replace, by kind and by rule.
func (e *Engine) RedactStats(ctx context.Context, in io.Reader, lines bool) (RedactStats, error) {
	return redactstream.Count(ctx, e.rules.Rules, in, lines)
}
