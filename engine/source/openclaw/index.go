package openclaw

import (
	"cmp"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/tidwall/gjson"

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
	data, err := io.ReadAll(io.LimitReader(in, maxIndex))
	if err != nil {
		return source.ReasonUnreadable
	}
	if tooDeep(data) {
		return source.ReasonTooDeep
	}
	rows := gjson.ParseBytes(data)
	if !gjson.ValidBytes(data) || !rows.IsObject() {
		return source.ReasonBadIndex
	}
	rows.ForEach(func(key, row gjson.Result) bool {
		if row.IsObject() {
			r.indexRow(st, w, text(key), row)
		}
		return true
	})
	return ""
}

// indexRow reads one row: the window it points to now, and older windows that
// the same key had.
func (r *reader) indexRow(st *store, w *windows, key string, row gjson.Result) {
	f := entryFacts(row)
	f.Key = key
	if f.SessionID = text(row.Get("sessionId")); plausibleID(f.SessionID) {
		w.learn(f)
	}
	row.Get("usageFamilySessionIds").ForEach(func(_, id gjson.Result) bool {
		if old := text(id); plausibleID(old) && old != f.SessionID {
			if _, known := w.byID[old]; !known {
				w.learn(session.Facts{SessionID: old, Key: key, Channel: f.Channel, Messenger: f.Messenger, Title: f.Title, Peer: f.Peer})
			}
		}
		return true
	})
	r.sessionFile(st, text(row.Get("sessionFile")))
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

// entryFacts reads the fields that sessions.json rows and session_nodes share
// (entry_json), in the places where each release keeps them.
func entryFacts(entry gjson.Result) session.Facts {
	r := rowOf(entry)
	delivery, origin := r.delivery, r.origin
	if !origin.Exists() {
		origin = delivery.Get("origin")
	}
	channels := [...]string{
		text(r.channel),
		text(r.lastChannel),
		text(r.route.Get("channel")),
		text(delivery.Get("route.channel")),
		text(r.deliveryContext.Get("channel")),
		text(delivery.Get("context.channel")),
		text(origin.Get("provider")),
	}
	f := session.Facts{
		Channel: cmp.Or(channels[:]...),
		Title: cmp.Or(text(r.label), text(r.subject), text(origin.Get("label")),
			text(r.displayName)),
	}
	for _, channel := range channels {
		if f.Messenger == "" && isMessenger(channel) {
			f.Messenger = channel
		}
	}
	if f.Channel == "" && delivery.Get("kind").Str == "internal" {
		f.Channel = session.ChannelWeb
	}
	if text(r.hook) != "" {
		f.Kind = session.KindHook
	}
	chatType := text(r.chatType)
	if chatType == "direct" {
		f.Peer = text(origin.Get("label"))
	}
	f.Kind = cmp.Or(f.Kind, sharedKind(chatType))
	return f
}

// row is what counts of an index row.
type row struct {
	channel, lastChannel, route, delivery, deliveryContext, origin, label, subject, displayName, hook, chatType gjson.Result
}

// rowOf goes over a row once: rows are long, and looking for each member from
// the start takes three times as long.
func rowOf(entry gjson.Result) (r row) {
	entry.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "channel":
			r.channel = value
		case "lastChannel":
			r.lastChannel = value
		case "route":
			r.route = value
		case "delivery":
			r.delivery = value
		case "deliveryContext":
			r.deliveryContext = value
		case "origin":
			r.origin = value
		case "label":
			r.label = value
		case "subject":
			r.subject = value
		case "displayName":
			r.displayName = value
		case "hookExternalContentSource":
			r.hook = value
		case "chatType":
			r.chatType = value
		}
		return true
	})
	return r
}

// text is the text of a short string field, see [field].
func text(value gjson.Result) string { return field(jsonscan.Value(value.Raw)) }

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
