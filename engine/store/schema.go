package store

import "github.com/smallccwc/chronosync/engine/internal/textindex"

// applicationID marks the file as ours ("ssyn").
const applicationID = 0x7373796e

// FormatVersion is the number of the schema below.
const FormatVersion = 5

// schema is the archive of FormatVersion. Small columns stand before the text,
// because a column behind a long text is reached over its overflow pages.
//
//   - sessions: all but agent and key is derived from the windows at each commit,
//     so that lists need not look at all windows. messages and updated are those
//     of the conversation: no copies, no noise, nothing from deleted windows.
//     revision is that of the last commit which changed anything of the session,
//     rewritten that of the last one which did more than add messages at its end.
//   - windows: key, kind, channel and title are the facts of this window ("" is
//     unknown); session is where key puts it. first is the earliest time of a
//     message, 0 when none has one.
//   - transcripts: name is the source's id; cursor is NULL until the first End.
//   - messages: entry is BLOB for a UUID (16 bytes), else TEXT. Numbers of role,
//     class and origin: codes.go. channel and sender are names, 0 is none. time
//     is in milliseconds since 1970 UTC, 0 is unknown. digest is the 8 bytes as
//     a number. copy is 1 for a message that another window of the session
//     shows. found counts what was redacted, by kind and rule
//     ("EMAIL/email:2"; older versions: "EMAIL:2"), NULL when nothing was. source is the transcript whose version this is. text is TEXT
//     when plain and BLOB when compressed (zstd).
//   - search: the parts of the text index's segments (package textindex) under
//     segment<<24 | index of the part; search_segments: the segments, oldest
//     first; search_gone: messages that became copies after they were indexed.
//   - numbers: of numbered placeholders, within a session; digest is the 8 bytes
//     of the keyed digest of a value as a number.
//   - tallies: messages that are no copies, by window, channel and noise (class
//     other than none), with their earliest and latest time.
//   - extractions: what a version of a plugin read of a session: its revision
//     then, and seen messages of the conversation from the first. failures in a
//     row, and retry, the time in milliseconds of the next attempt.
//   - states: what plugins remember of sessions, compressed (zstd); apart, so that
//     few pages tell what is due. An empty one has no row.
//   - items: what plugins found, by the plugin's own key. public is the public id
//     made of the first message that had the key, message that of the one which
//     says it now. time, channel and sender are as in messages, of that message;
//     kind, origin, owner, due, status, resolves and score as in session.Item, ""
//     for none. tags is a list in JSON.
//   - plugins: how each one does: failures and retry as in extractions, problem
//     in our words, quarantined 0 or 1.
//   - verdicts: what people said last about items, by public id, with the time in
//     milliseconds. They stay when the item goes.
const schema = `
CREATE TABLE meta(
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE names(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
);
CREATE TABLE sessions(
	id INTEGER PRIMARY KEY,
	agent TEXT NOT NULL,
	key TEXT NOT NULL,
	channel TEXT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	deleted INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	rewritten INTEGER NOT NULL,
	UNIQUE(agent, key)
);
CREATE INDEX sessions_by_time ON sessions(updated DESC, agent, key);
CREATE TABLE windows(
	id INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	agent TEXT NOT NULL,
	sid TEXT NOT NULL,
	deleted INTEGER NOT NULL,
	first INTEGER NOT NULL,
	key TEXT NOT NULL,
	kind TEXT NOT NULL,
	channel TEXT NOT NULL,
	title TEXT NOT NULL,
	UNIQUE(agent, sid)
);
CREATE UNIQUE INDEX windows_in_order ON windows(session, first, sid);
CREATE TABLE transcripts(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	window INTEGER,
	rank INTEGER NOT NULL,
	cursor TEXT,
	state BLOB
);
CREATE INDEX transcripts_by_kind ON transcripts(kind) WHERE window IS NOT NULL;
CREATE TABLE messages(
	id INTEGER PRIMARY KEY,
	window INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	entry NOT NULL,
	role INTEGER NOT NULL,
	class INTEGER NOT NULL,
	origin INTEGER NOT NULL,
	channel INTEGER NOT NULL,
	sender INTEGER NOT NULL,
	time INTEGER NOT NULL,
	digest INTEGER NOT NULL,
	copy INTEGER NOT NULL,
	found TEXT,
	source INTEGER NOT NULL,
	text NOT NULL
);
CREATE UNIQUE INDEX messages_by_entry ON messages(entry, window);
CREATE INDEX messages_by_time ON messages(channel, time);
CREATE INDEX messages_redacted ON messages(found) WHERE found IS NOT NULL AND copy = 0;
CREATE TABLE tallies(
	window INTEGER NOT NULL,
	channel INTEGER NOT NULL,
	noise INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY(window, channel, noise)
) WITHOUT ROWID;
` + orderIndex + numbersTable + searchTables + pluginTables + `
INSERT INTO meta(key, value) VALUES('` + indexMeta + `', '` + textindex.Format + `');
`

// orderIndex gives messages in the order of a session: to sort those of equal seq
// SQLite would copy all of them.
const orderIndex = `
CREATE INDEX messages_in_order ON messages(window, seq, entry);
`

const numbersTable = `
CREATE TABLE numbers(
	session INTEGER NOT NULL,
	kind TEXT NOT NULL,
	digest INTEGER NOT NULL,
	number INTEGER NOT NULL,
	PRIMARY KEY(session, kind, digest),
	UNIQUE(session, kind, number)
) WITHOUT ROWID;
`

// searchTables are empty in an archive of an older format: its index is built
// by the next sync.
const searchTables = `
CREATE TABLE search(
	id INTEGER PRIMARY KEY,
	data BLOB NOT NULL
);
CREATE TABLE search_segments(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	documents INTEGER NOT NULL
);
CREATE TABLE search_gone(
	message INTEGER PRIMARY KEY
);
`

// pluginTables have keys that begin with the session, by which rows are dropped.
const pluginTables = `
CREATE TABLE extractions(
	session INTEGER NOT NULL,
	plugin TEXT NOT NULL,
	version TEXT NOT NULL,
	revision INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	failures INTEGER NOT NULL,
	retry INTEGER NOT NULL,
	PRIMARY KEY(session, plugin)
) WITHOUT ROWID;
CREATE TABLE states(
	session INTEGER NOT NULL,
	plugin TEXT NOT NULL,
	state BLOB NOT NULL,
	PRIMARY KEY(session, plugin)
);
CREATE TABLE items(
	id INTEGER PRIMARY KEY,
	session INTEGER NOT NULL,
	plugin TEXT NOT NULL,
	key TEXT NOT NULL,
	public TEXT NOT NULL,
	kind TEXT NOT NULL,
	message TEXT NOT NULL,
	time INTEGER NOT NULL,
	channel INTEGER NOT NULL,
	sender INTEGER NOT NULL,
	origin TEXT NOT NULL,
	owner TEXT NOT NULL,
	due TEXT NOT NULL,
	status TEXT NOT NULL,
	resolves TEXT NOT NULL,
	score INTEGER NOT NULL,
	tags TEXT NOT NULL,
	title TEXT NOT NULL,
	evidence TEXT NOT NULL,
	body TEXT NOT NULL,
	UNIQUE(session, plugin, key)
);
CREATE INDEX items_in_order ON items(time DESC, public);
CREATE INDEX items_by_public ON items(public);
CREATE TABLE plugins(
	name TEXT PRIMARY KEY,
	version TEXT NOT NULL,
	failures INTEGER NOT NULL,
	retry INTEGER NOT NULL,
	problem TEXT NOT NULL,
	quarantined INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE verdicts(
	item TEXT PRIMARY KEY,
	status TEXT NOT NULL,
	at INTEGER NOT NULL
) WITHOUT ROWID;
`
