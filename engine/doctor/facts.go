package doctor

import (
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/source"
)

// Facts is everything that [Check] judges. The zero value of a part says that
// nothing is known of it.
type Facts struct {
	Now   time.Time
	Local *time.Location // in which times are shown

	Version   string     // of the program that asks, "" when it is another one
	Toolchain *Toolchain // nil where nothing has to be built
	Copies    []Copy     // of the program: those on PATH first, in its order
	Skills    []Skill    // in the order in which OpenClaw takes them
	// UnseenSkills lie where it takes none from.
	UnseenSkills []Skill

	Settings Settings
	State    State
	Disk     *Disk // nil when the state directory could not be listed
	Output   Output
	Home     Home
	Archive  Archive
	Schedule Schedule
	Others   []Other // state directories beside this one
	LastRun  LastRun
}

// Toolchain is the Go that builds the program. Versions are as in go.mod or as
// Go tells them: 1.26.0, go1.26.0.
type Toolchain struct {
	Running string // that built and runs this check
	Needed  string // by go.mod, "" when there is none here
	Path    string // of the command go on PATH, "" when there is none
	Found   string // version of that command, "" when it is not known
}

// Settings are ours.
type Settings struct {
	Path   string
	Wrong  string // what is wrong with them, in English; "" for nothing
	Advice string // what to do about it, in English; "" when Wrong says it
	Share  config.Share
	Unused []config.Unused // variables that were to give known values
}

// State is OpenClaw's state directory.
type State struct {
	Path    string
	Why     string // why this directory, in English
	Missing bool
	// Config is OpenClaw's settings file, "" when there is none.
	Config string
}

// Disk is what the state directory holds, by kind of transcript.
type Disk struct {
	Transcripts map[source.Kind]int
	Databases   int
	Leftovers   Leftovers
	Skips       []source.Skip
}

// Leftovers are transcripts that OpenClaw's migration left in files.
type Leftovers struct {
	Files      int
	InDatabase int // of these, those whose session a database knows
	Archived   int // of these, those that were read into the archive
}

// Output is the directory of the shared files.
type Output struct {
	Dir
	Why string // in English
	// Refused says why no sync would write there, in English; "" for no reason.
	Refused   string
	Workspace string   // OpenClaw's settings name it and it does not exist; "" otherwise
	Foreign   []string // files of others that lie in the place of ours
	Large     []LargeFile
}

// LargeFile is a Markdown file that costs OpenClaw's memory search a lot.
type LargeFile struct {
	Path string
	Size int64
}

// Home is the directory of the archive.
type Home struct {
	Dir
	Refused string   // why nothing would be read or written there, in English
	Loose   []string // what others than its owner may read or write
	Copies  int      // copies of databases that killed runs left
}

// Archive is what is kept for good.
type Archive struct {
	Path     string
	Status   ArchiveStatus
	NoKey    bool // the key is missing or is none
	Sessions int
	Messages int
	Groups   int // sessions that several people can read
	Stored   map[source.Kind]Stored
}

// Stored counts what the archive holds of one kind.
type Stored struct {
	Transcripts int // that were read
	Sessions    int // with messages that were taken from them
	Messages    int
}

// ArchiveStatus is the state of the archive.
type ArchiveStatus string

// States of the archive.
const (
	ArchiveNone       ArchiveStatus = "" // not there yet
	ArchiveReady      ArchiveStatus = "ready"
	ArchiveNewer      ArchiveStatus = "newer" // than this program
	ArchiveOlder      ArchiveStatus = "older" // the next sync brings it up to date
	ArchiveDamaged    ArchiveStatus = "damaged"
	ArchiveBusy       ArchiveStatus = "busy"       // being written, or left by a killed run
	ArchiveUnreadable ArchiveStatus = "unreadable" // permissions
)

// Schedule is what runs a sync by itself.
type Schedule struct {
	Jobs       []Job
	Unreadable bool   // OpenClaw's scheduler could not be read
	Profile    string // OpenClaw's profile, "" for the default
	Register   string // command that registers one
}

// Job is a scheduled sync.
type Job struct {
	Where   string // "OpenClaw", or the file that says it
	ID      string // in OpenClaw's scheduler
	Enabled bool
	Every   time.Duration // 0 when unknown
}

// Other is a further state directory.
type Other struct {
	Path    string
	Stores  int    // places with sessions
	Profile bool   // a profile of OpenClaw's; otherwise an installation under another name
	Command string // that syncs it
}

// LastRun is the outcome of the last sync; zero times when there was none.
type LastRun struct {
	Finished  time.Time
	Succeeded time.Time
	Error     string
	Unread    []source.Skip // without notes
}
