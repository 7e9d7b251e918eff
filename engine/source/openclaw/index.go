package openclaw

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// windows is what indexes and databases of one store know about its sessions.
type windows struct {
	agent     string // of the store; "" when it is shared
	byID      map[string]session.Facts
	published map[string]bool // ids of archive files that a database row holds too
}

// facts of a window; known is false for one that nothing names.
func (w *windows) facts(sessionID string) (f session.Facts, known bool) {
	if f, known = w.byID[sessionID]; known {
		return f, true
	}
	return session.Facts{Agent: cmp.Or(w.agent, "main"), SessionID: sessionID}, false
}

// learn adds what a later, better source knows; it overrides field by field.
func (w *windows) learn(f session.Facts) {
	f.Agent = cmp.Or(w.agent, session.ParseKey(f.Key).Agent, "main")
	old := w.byID[f.SessionID]
	if f.Key == "" || old.Key != "" && session.CanonicalKey(f.Key) == old.Key {
		f.Key = old.Key // a run's alias says less than the job's key
	}
	f.Kind = cmp.Or(f.Kind, old.Kind)
	if told := session.ParseKey(f.Key).Kind; f.Kind.Shared() && told != session.KindOther {
		f.Kind = "" // the key tells topics from groups, and prompts of jobs from both
	}
	// A chat stays where its key says, also when its owner last wrote to it
	// from the Control UI.
	f.Channel = cmp.Or(session.ParseKey(f.Key).Channel, f.Channel, old.Channel)
	f.Messenger = cmp.Or(f.Messenger, old.Messenger)
	f.Title = cmp.Or(f.Title, old.Title)
	f.Peer = cmp.Or(f.Peer, old.Peer)
	w.byID[f.SessionID] = f
}

// report hands all facts over, in stable order.
func (w *windows) report(sink source.Sink) error {
	for _, id := range slices.Sorted(maps.Keys(w.byID)) {
		if err := sink.Facts(w.byID[id]); err != nil {
			return err
		}
	}
	return nil
}

// indexes reads every session index of a store: those that a migration left
// first, the live one last, so that newer knowledge overrides older.
func (r *reader) indexes(st *store, w *windows) error {
	files := slices.Clone(st.indexes)
	slices.SortStableFunc(files, func(a, b file) int {
		return cmp.Compare(rankOfIndex(a), rankOfIndex(b))
	})
	for _, f := range files {
		reason := r.index(st, w, f)
		if reason == "" {
			continue
		}
		r.sink.Skip(source.Skip{Where: f.id, Reason: reason, Count: 1})
	}
	return nil
}

func rankOfIndex(f file) int {
	if filepath.Base(f.path) == indexName {
		return 1
	}
	return 0
}

// index reads one session index. The reason is empty when it could be read.
func (r *reader) index(st *store, w *windows, f file) source.Reason {
	in, info, err := regular.Open(f.path)
	if err != nil {
		return openReason(err)
	}
	defer in.Close()
	if info.Size() > maxIndex {
		return source.ReasonTooBig
	}
	var data bytes.Buffer
	data.Grow(int(info.Size()) + bytes.MinRead)
	if _, err := data.ReadFrom(io.LimitReader(in, maxIndex)); err != nil {
		return source.ReasonUnreadable
	}
	if !valid(data.Bytes()) {
		if tooDeep(data.Bytes()) {
			return source.ReasonTooDeep
		}
		return source.ReasonBadIndex
	}
	rows := jsonscan.New(data.Bytes(), maxDepth)
	if rows.Kind() != jsonscan.Object {
		return source.ReasonBadIndex
	}
	for key := range rows.Members {
		if rows.Kind() == jsonscan.Object {
			r.indexRow(st, w, validText(key[:min(len(key), maxField)]), rowOf(rows))
		}
	}
	return ""
}

// indexRow reads one row: the window it points to now, and older windows that
// the same key had.
func (r *reader) indexRow(st *store, w *windows, key string, row row) {
	f := row.facts()
	f.Key = key
	if f.SessionID = field(row.sessionID); plausibleID(f.SessionID) {
		w.learn(f)
	}
	family := jsonscan.New(row.family, maxDepth)
	for range family.Elements {
		if old := field(family.Value()); plausibleID(old) && old != f.SessionID {
			if _, known := w.byID[old]; !known {
				w.learn(session.Facts{SessionID: old, Key: key, Channel: f.Channel, Messenger: f.Messenger, Title: f.Title, Peer: f.Peer})
			}
		}
	}
	r.sessionFile(st, field(row.sessionFile))
}

// sessionFile checks where a row says its transcript lies. The path is stale
// after a move, so a file of that name in the session directory is what is
// meant; another place is read only where we may, and only what is named like
// a transcript: a row must not make us read settings or credentials.
func (r *reader) sessionFile(st *store, path string) {
	if path == "" {
		return
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(st.dir, path)
	}
	base := filepath.Base(path)
	if r.listed[filepath.Join(st.dir, base)] {
		return
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil || r.listed[real] {
		return // a row may have no file
	}
	r.listed[real] = true
	name, isTranscript := classify(filepath.Base(real))
	if !isTranscript || !r.inside(real) {
		r.sink.Skip(source.Skip{Where: r.name(path), Reason: source.ReasonOutside, Count: 1})
		return
	}
	extra := &listing{}
	if f, ok := r.stat(extra, real); ok {
		f.name = name
		st.files = append(st.files, f)
	}
	for _, skip := range extra.skips {
		r.sink.Skip(skip)
	}
}

// row is what counts of what sessions.json rows and session_nodes share
// (entry_json).
type row struct {
	channel, lastChannel, route, delivery, deliveryContext, origin, label, subject, displayName, hook, chatType jsonscan.Value
	// These are in sessions.json only.
	sessionID, family, sessionFile jsonscan.Value
}

// rowOf reads the next value of a text and goes over it once: rows are long, and
// looking for each member from the start takes three times as long.
func rowOf(text *jsonscan.Scanner) (r row) {
	for key := range text.Members {
		switch string(key) {
		case "channel":
			r.channel = text.Value()
		case "lastChannel":
			r.lastChannel = text.Value()
		case "route":
			r.route = text.Value()
		case "delivery":
			r.delivery = text.Value()
		case "deliveryContext":
			r.deliveryContext = text.Value()
		case "origin":
			r.origin = text.Value()
		case "label":
			r.label = text.Value()
		case "subject":
			r.subject = text.Value()
		case "displayName":
			r.displayName = text.Value()
		case "hookExternalContentSource":
			r.hook = text.Value()
		case "chatType":
			r.chatType = text.Value()
		case "sessionId":
			r.sessionID = text.Value()
		case "usageFamilySessionIds":
			r.family = text.Value()
		case "sessionFile":
			r.sessionFile = text.Value()
		}
	}
	return r
}

// facts takes the fields from the places in which each release keeps them.
func (r *row) facts() session.Facts {
	origin := r.origin
	if origin == nil {
		origin = r.delivery.Get("origin")
	}
	channels := [...]string{
		field(r.channel),
		field(r.lastChannel),
		field(r.route.Get("channel")),
		field(r.delivery.Get("route").Get("channel")),
		field(r.deliveryContext.Get("channel")),
		field(r.delivery.Get("context").Get("channel")),
		field(origin.Get("provider")),
	}
	f := session.Facts{
		Channel: cmp.Or(channels[:]...),
		Title:   cmp.Or(field(r.label), field(r.subject), field(origin.Get("label")), field(r.displayName)),
	}
	for _, channel := range channels {
		if f.Messenger == "" && isMessenger(channel) {
			f.Messenger = channel
		}
	}
	if f.Channel == "" && r.delivery.Get("kind").Is("internal") {
		f.Channel = session.ChannelWeb
	}
	if field(r.hook) != "" {
		f.Kind = session.KindHook
	}
	chatType := field(r.chatType)
	if chatType == "direct" {
		f.Peer = field(origin.Get("label"))
	}
	f.Kind = cmp.Or(f.Kind, sharedKind(chatType))
	return f
}

// sharedKind is the kind of chats that several people read; "" for others. It
// matters where the key says nothing of the sort: what is said in a group must
// never be taken for private.
func sharedKind(chatType string) session.Kind {
	switch chatType {
	case "group":
		return session.KindGroup
	case "channel", "room":
		return session.KindChannel
	}
	return ""
}

// isMessenger tells channels where people write from the ways by which
// programs and the Control UI reach the gateway.
func isMessenger(channel string) bool {
	switch channel {
	case "", session.ChannelWeb, "internal", "cron", "hook", "cli", "api", "none":
		return false
	}
	return true
}
