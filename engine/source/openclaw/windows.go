package openclaw

import (
	"cmp"
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
	"github.com/smallccwc/chronosync/engine/session"
)

// windows reads what the database knows about its sessions, in whichever of
// the known shapes: session_nodes with session_windows since schema 14, before
// it session_entries with sessions. Columns that a shape lacks read as NULL.
func (db *database) windows(ctx context.Context, w *windows) error {
	nodes := map[string]session.Facts{} // by session key
	for _, shape := range []struct{ table, id string }{{"session_entries", "session_id"}, {"session_nodes", "current_session_id"}} {
		if !db.has(shape.table, "session_key", "entry_json") {
			continue
		}
		err := db.query(ctx, func(rows *sql.Rows) error {
			var key, id, label, display sql.NullString
			var entry sql.RawBytes
			if err := rows.Scan(&key, &id, &entry, &label, &display); err != nil {
				return err
			}
			f := session.Facts{}
			// Beyond the bound it reads as NULL: a name is lost, no message.
			if valid(entry) {
				row := rowOf(jsonscan.New(entry, maxDepth))
				f = row.facts()
			}
			f.Title = cmp.Or(label.String, f.Title, display.String)
			f.Key = key.String
			if !takesPlace(cmp.Or(f.Kind, session.ParseKey(f.Key).Kind)) {
				f.Channel = "" // where its replies are delivered to
			}
			nodes[key.String] = f
			if plausibleID(id.String) {
				f.SessionID = id.String
				w.learn(f)
			}
			return nil
		}, "SELECT session_key, "+db.column(shape.table, shape.id)+
			", CASE WHEN octet_length(entry_json) <= "+strconv.Itoa(maxLine)+" THEN entry_json END, "+db.column(shape.table, "label")+", "+db.column(shape.table, "display_name")+" FROM "+shape.table+" ORDER BY session_key")
		if err != nil {
			return err
		}
	}
	for _, table := range []string{"sessions", "session_windows"} {
		if db.has(table, "session_id", "session_key") {
			if err := db.windowRows(ctx, w, nodes, table); err != nil {
				return err
			}
		}
	}
	return nil
}

// windowRows reads one row for each session id, which says the key that the
// window belongs to and how the chat took place.
func (db *database) windowRows(ctx context.Context, w *windows, nodes map[string]session.Facts, table string) error {
	columns := []string{"session_id", "session_key", "channel", "chat_type", "hook_external_content_source", "display_name", "primary_conversation_id"}
	for i, column := range columns {
		columns[i] = db.column(table, column)
	}
	labels, err := db.conversations(ctx)
	if err != nil {
		return err
	}
	return db.query(ctx, func(rows *sql.Rows) error {
		var id, key, channel, chatType, hook, display, conversation sql.NullString
		if err := rows.Scan(&id, &key, &channel, &chatType, &hook, &display, &conversation); err != nil {
			return err
		}
		if !plausibleID(id.String) {
			return nil
		}
		f := nodes[key.String]
		f.SessionID, f.Key = id.String, key.String
		talk := labels[conversation.String]
		f.Channel = cmp.Or(channel.String, f.Channel, talk.Channel)
		f.Messenger = cmp.Or(f.Messenger, talk.Channel)
		f.Title = cmp.Or(f.Title, talk.Title, display.String)
		if chatType.String == "direct" {
			f.Peer = cmp.Or(f.Peer, talk.Title)
		}
		if hook.String != "" {
			f.Kind = session.KindHook
		}
		f.Kind = cmp.Or(f.Kind, sharedKind(chatType.String))
		w.learn(f)
		return nil
	}, "SELECT "+strings.Join(columns, ", ")+" FROM "+table+" ORDER BY session_id")
}

// takesPlace reports whether sessions of a kind are chats on some channel. The
// others run without one, whatever channel their replies go to.
func takesPlace(kind session.Kind) bool {
	switch kind {
	case session.KindMain, session.KindDirect, session.KindGroup, session.KindTopic, session.KindChannel, session.KindWebchat:
		return true
	}
	return false
}

// conversations gives channel and label of each conversation by its id.
func (db *database) conversations(ctx context.Context) (map[string]session.Facts, error) {
	labels := map[string]session.Facts{}
	if !db.has("conversations", "conversation_id", "channel") {
		return labels, nil
	}
	err := db.query(ctx, func(rows *sql.Rows) error {
		var id, channel, label sql.NullString
		if err := rows.Scan(&id, &channel, &label); err != nil {
			return err
		}
		if isMessenger(channel.String) {
			labels[id.String] = session.Facts{Channel: channel.String, Title: label.String}
		}
		return nil
	}, "SELECT conversation_id, channel, "+db.column("conversations", "label")+" FROM conversations")
	return labels, err
}

// column is the name of a column, or NULL in schemas that do not have it.
func (db *database) column(table, name string) string {
	if db.has(table, name) {
		return name
	}
	return "NULL"
}
