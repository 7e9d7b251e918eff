package query

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A token tells where a page ended, so that messages which arrive between two
// pages neither repeat nor hide others:
//
//   - newest first (list, last): the time of the last result and how many
//     results of exactly that time were given;
//   - within one session: a position counted from its beginning;
//   - for a search: how well the last result fits, its time, and how many results
//     of exactly these were given;
//   - for items: the place of the last one in their order.
//
// Its text is opaque: base64 of "<question>.<time or 0>.<number>".
type token struct {
	question question
	before   int64 // milliseconds
	number   int
}

// question keeps a token from being used where it means something else.
type question string

const (
	questionList   question = "l"
	questionShow   question = "s"
	questionRecent question = "r" // last across sessions
	questionNewest question = "n" // last in one session
	questionSearch question = "q" // see [searched]

	questionDecisions question = "d" // see [itemPlace]
	questionTodos     question = "t" // likewise
)

func (t token) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%d", t.question, t.before, t.number))
}

// errToken stands for a token that is not of the question it comes with.
var errToken = fmt.Errorf("%w: the page token does not belong to this question; start again without it", ErrRequest)

// parseToken reads the token of the page before; nil stands for the first page.
func parseToken(text string, want question) (*token, error) {
	if text == "" {
		return nil, nil
	}
	wrong := errToken
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, wrong
	}
	fields := strings.Split(string(raw), ".")
	if len(fields) != 3 || question(fields[0]) != want {
		return nil, wrong
	}
	before, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || before == math.MaxInt64 {
		return nil, wrong
	}
	number, err := strconv.ParseUint(fields[2], 10, 31)
	if err != nil {
		return nil, wrong
	}
	t := &token{question: want, before: before, number: int(number)}
	if t.String() != text {
		return nil, wrong
	}
	return t, nil
}

// page is where a list that stands newest first goes on. It asks for one result
// more than limit, which tells whether there is another page.
func (t *token) page(limit int) Page {
	if t == nil {
		return Page{Limit: limit + 1}
	}
	return Page{Before: time.UnixMilli(t.before), Skip: t.number, Limit: limit + 1}
}

// after is the token behind results with these times; t is that of the page
// they stand on.
func (t *token) after(q question, times []time.Time) string {
	next := token{question: q, before: milli(times[len(times)-1])}
	for i := len(times) - 1; i >= 0 && milli(times[i]) == next.before; i-- {
		next.number++
	}
	if t != nil && next.number == len(times) && t.before == next.before {
		next.number += t.number
	}
	return next.String()
}

// milli is a time as the archive orders it; unknown times come last.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
