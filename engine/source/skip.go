package source

import "slices"

// Skip is something that was found and not read. It never holds text of a
// message.
type Skip struct {
	// Where is the transcript or file, relative to the state directory where
	// possible, with the line or row: "main/sessions/3f2a.jsonl:17".
	Where  string `json:"where"`
	Reason Reason `json:"reason"`
	Count  int    `json:"count"` // how many entries, at least 1
	// Fatal: the whole place is unreadable, not just some of its entries.
	Fatal bool `json:"fatal,omitempty"`
	// Note: everything was read all the same; it is reported but does not
	// count as unread.
	Note bool `json:"note,omitempty"`
	// Once: the source does not look there again, so only the run that found it
	// tells.
	Once bool `json:"-"`
}

// Reason is a stable code; commands hold the sentence and the remedy for each.
type Reason string

// Reasons.
const (
	ReasonBadJSON           Reason = "bad-json"           // a line or event is not JSON
	ReasonCutArchive        Reason = "cut-archive"        // an archive ends in the middle
	ReasonTooLong           Reason = "too-long"           // a line or event beyond the bound
	ReasonTextTooLong       Reason = "text-too-long"      // one message's text beyond the bound
	ReasonTooDeep           Reason = "too-deep"           // nested beyond the bound
	ReasonTooBig            Reason = "too-big"            // decompressed size beyond the bound
	ReasonTooMany           Reason = "too-many"           // entries of one session, or imported sessions, beyond the bound
	ReasonBadIndex          Reason = "bad-index"          // sessions.json is not a JSON object
	ReasonBadConfig         Reason = "bad-config"         // openclaw.json can't be read
	ReasonBadZstd           Reason = "bad-zstd"           // damaged compressed data
	ReasonBadEvent          Reason = "bad-event"          // a row without a readable payload
	ReasonBadDatabase       Reason = "bad-database"       // not a database, or corrupt
	ReasonBadWAL            Reason = "bad-wal"            // write-ahead log cut or foreign
	ReasonUnknownSchema     Reason = "unknown-schema"     // no known tables
	ReasonUnknownShape      Reason = "unknown-shape"      // JSON, but not as it is known, or no JSON
	ReasonNewerSchema       Reason = "newer-schema"       // read, but newer than known
	ReasonBusy              Reason = "busy"               // locked for too long
	ReasonColdMissing       Reason = "cold-missing"       // cold file named by the database is gone
	ReasonColdMismatch      Reason = "cold-mismatch"      // cold file is not the one named
	ReasonHashMismatch      Reason = "archive-mismatch"   // archive bytes do not match their digest
	ReasonOutside           Reason = "outside"            // leads outside the state directory
	ReasonNotRegular        Reason = "not-regular"        // FIFO, device, directory, link
	ReasonUnreadable        Reason = "unreadable"         // permission or I/O error
	ReasonPluginFailed      Reason = "plugin-failed"      // sessions that a plugin has still to read
	ReasonPluginQuarantined Reason = "plugin-quarantined" // likewise, and it is not run any more
	ReasonPluginList        Reason = "plugin-list"        // the list of installed plugins
	ReasonVanished          Reason = "vanished"           // went away while being read
)

// MayMend reports whether something can be readable now without any file
// having another size or time: permissions and locks leave no trace in them.
func MayMend(skips []Skip) bool {
	return slices.ContainsFunc(skips, func(s Skip) bool {
		switch s.Reason {
		case ReasonUnreadable, ReasonBusy, ReasonVanished:
			return true
		}
		return false
	})
}
