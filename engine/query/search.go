package query

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of a search.
const (
	DefaultSnippet = 160 // runes
	MaxSnippet     = 2000
	MaxContext     = 20
)

// SearchRequest asks for messages that contain something.
type SearchRequest struct {
	Scope
	// Query is terms separated by white space, which must all occur somewhere
	// in the text; "quotes" keep white space. Case and width do not count.
	Query string
	Exact bool // Query is one substring as typed
	Role  session.Role

	Snippet int // runes around the hits; 0 is DefaultSnippet
	Context int // messages to show before and behind each
}

// Search is what an archive is asked for.
type Search struct {
	Filter
	Query *textindex.Query
	Role  session.Role
	After *textindex.Place // what stands there or before it is left out
	Skip  int              // of the results behind it, so many are left out too
	Limit int
	// Around is how many messages are wanted before and behind each result.
	Around int
}

// Found is a message that matches.
type Found struct {
	Session       session.Session
	Message       session.Message
	Place         textindex.Place
	Before, After []session.Message // what was said around it, oldest first
}

// SearchResult is one page of what an archive found.
type SearchResult struct {
	Found  []Found
	More   bool // there are further ones
	Total  int  // on all pages
	AtMost bool // Total is an upper bound
}

// SearchPage answers [Queries.Search].
type SearchPage struct {
	Answer
	// TotalAtMost: there are Total results at most. Telling exactly would have
	// taken reading every message that may match.
	TotalAtMost bool  `json:"total_at_most,omitempty"`
	Messages    []Hit `json:"messages"`
}

// Hit is a message that matches. In place of its text it has a snippet.
type Hit struct {
	ID         string         `json:"id"`
	Role       session.Role   `json:"role"`
	Snippet    string         `json:"snippet"` // what matches stands in « »
	Match      string         `json:"match"`   // word, prefix or part: the worst of all terms
	Timestamp  string         `json:"timestamp,omitempty"`
	Channel    string         `json:"channel,omitempty"`
	Sender     string         `json:"sender,omitempty"`
	Origin     session.Origin `json:"origin"`
	Class      session.Class  `json:"class,omitempty"`
	Imported   bool           `json:"imported,omitempty"` // only the first session-sync still had it
	Agent      string         `json:"agent"`
	SessionKey string         `json:"session_key"`
	Truncated  bool           `json:"truncated,omitempty"` // the snippet is not the whole text
	Before     []Message      `json:"before,omitempty"`
	After      []Message      `json:"after,omitempty"`
}

// Search returns the messages that contain what was asked: those first where it
// stands as whole words, then beginnings of words, then parts; among equals the
// newest first.
func (q *Queries) Search(ctx context.Context, r SearchRequest) (SearchPage, error) {
	page := SearchPage{Answer: emptyAnswer(), Messages: []Hit{}}
	ask, err := q.searchOf(ctx, r)
	if err != nil {
		return page, err
	}
	from, err := parseSearched(r.Next)
	if err != nil {
		return page, err
	}
	ask.After, ask.Skip = from.place()
	result, err := q.Archive.Search(ctx, ask)
	if err != nil {
		return page, err
	}
	for _, found := range result.Found {
		page.Messages = append(page.Messages, hitOf(ask.Query, found, r.Snippet))
	}
	page.Total, page.TotalAtMost, page.Returned = result.Total, result.AtMost, len(page.Messages)
	if result.More && page.Returned > 0 {
		page.continueAt(from.after(result.Found).String())
	}
	return page, q.explainNothing(ctx, r.Scope, &page.Answer)
}

func (q *Queries) searchOf(ctx context.Context, r SearchRequest) (ask Search, err error) {
	ask = Search{Role: r.Role, Around: r.Context}
	switch {
	case r.Snippet < 0 || r.Snippet > MaxSnippet:
		return ask, fmt.Errorf("%w: snippets of %d characters; use 1 to %d", ErrRequest, r.Snippet, MaxSnippet)
	case r.Context < 0 || r.Context > MaxContext:
		return ask, fmt.Errorf("%w: %d messages around each; use 0 to %d", ErrRequest, r.Context, MaxContext)
	}
	parse := textindex.Parse
	if r.Exact {
		parse = textindex.ParseExact
	}
	if ask.Query, err = parse(r.Query); err != nil {
		return ask, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if ask.Limit, err = r.limit(); err != nil {
		return ask, err
	}
	ask.Filter, _, err = q.filter(ctx, r.Scope)
	return ask, err
}

var matches = map[textindex.Level]string{textindex.Word: "word", textindex.Prefix: "prefix", textindex.Part: "part"}

func hitOf(q *textindex.Query, found Found, runes int) Hit {
	m := messageOf(found.Session, found.Message, len(found.Message.Text)+1)
	h := Hit{
		ID: m.ID, Role: m.Role, Match: matches[found.Place.Level], Timestamp: m.Timestamp, Channel: m.Channel, Sender: m.Sender,
		Origin: m.Origin, Class: m.Class, Imported: m.Imported, Agent: m.Agent, SessionKey: m.SessionKey,
	}
	if runes == 0 {
		runes = DefaultSnippet
	}
	h.Snippet, h.Truncated = snippet(m.Content, q.Marks(m.Content, mostMarks), runes)
	for _, around := range found.Before {
		h.Before = append(h.Before, messageOf(found.Session, around, contextBytes))
	}
	for _, around := range found.After {
		h.After = append(h.After, messageOf(found.Session, around, contextBytes))
	}
	return h
}

const (
	mostMarks    = 1000 // in one text; the snippet shows the first ones
	contextBytes = 400  // of a message around a result
)

// What matches stands between these; where a text has them itself, it gets
// their single forms, so that a mark is always a mark.
const (
	markOpen, markClose = "«", "»"
)

var unmark = strings.NewReplacer(markOpen, "‹", markClose, "›")

// snippet is a part of text with at most so many runes, in which the first mark
// stands a third behind the beginning, and all marks in it are marked. A part
// that does not begin or end where the text does has an ellipsis there.
func snippet(text string, marks [][2]int, runes int) (marked string, cut bool) {
	from := 0
	if len(marks) > 0 {
		from = back(text, marks[0][0], runes/3)
	}
	to := forth(text, from, runes)
	if to == len(text) { // then there is room in front
		from = back(text, to, runes)
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	at := from
	for _, mark := range marks {
		start, end := max(mark[0], from), min(mark[1], to)
		if start >= end {
			continue
		}
		b.WriteString(unmark.Replace(text[at:start]))
		b.WriteString(markOpen + unmark.Replace(text[start:end]) + markClose)
		at = end
	}
	b.WriteString(unmark.Replace(text[at:to]))
	if to < len(text) {
		b.WriteString("…")
	}
	return b.String(), from > 0 || to < len(text)
}

// back is the offset n runes before at, forth n runes behind it.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

func forth(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// searched is where a page of a search ended: the level and the time of its last
// result, and how many results of exactly these were given. So it tells nothing of
// messages that the asker may not see, as their numbers in the archive would.
type searched struct {
	level textindex.Level
	time  int64
	given int
}

// place is what to ask for behind the page; nil stands for the first page.
func (s *searched) place() (after *textindex.Place, skip int) {
	if s == nil {
		return nil, 0
	}
	return &textindex.Place{Level: s.level, Time: s.time, ID: math.MaxInt64}, s.given
}

// after is where the page behind s ended that has these results.
func (s *searched) after(found []Found) searched {
	last := found[len(found)-1].Place
	ended := searched{level: last.Level, time: last.Time}
	for i := len(found) - 1; i >= 0 && found[i].Place.Level == last.Level && found[i].Place.Time == last.Time; i-- {
		ended.given++
	}
	if s != nil && ended.given == len(found) && s.level == ended.level && s.time == ended.time {
		ended.given += s.given
	}
	return ended
}

func (s searched) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%d.%d", questionSearch, s.level, s.time, s.given))
}

func parseSearched(text string) (*searched, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	fields := strings.Split(string(raw), ".")
	if err != nil || len(fields) != 4 || question(fields[0]) != questionSearch {
		return nil, errToken
	}
	level, errLevel := strconv.ParseUint(fields[1], 10, 8)
	at, errTime := strconv.ParseInt(fields[2], 10, 64)
	given, errGiven := strconv.ParseUint(fields[3], 10, 31)
	s := &searched{textindex.Level(level), at, int(given)}
	if errLevel != nil || errTime != nil || errGiven != nil || s.String() != text {
		return nil, errToken
	}
	return s, nil
}
