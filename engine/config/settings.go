package config

import "cmp"

// Languages of the files and of the terminal.
const (
	LangChinese = "zh"
	LangEnglish = "en"
)

// Share says what of shared conversations goes where.
type Share string

// Sharing policies. ShareAll is the default.
const (
	ShareAll      Share = "all"      // every session in one place
	ShareDirect   Share = "direct"   // group content stays out of the shared files
	ShareSeparate Share = "separate" // group and direct content in different directories
)

// Settings is what the settings file says. A zero field stands for its
// default.
type Settings struct {
	Lang         string // language of the files: zh (default) or en
	Output       string // directory of the shared files; default: memory/sync in OpenClaw's workspace
	Timezone     string // IANA name; default: OpenClaw's, else the system's
	Share        Share
	Include      []string // globs for [Match]; default: everything
	Exclude      []string // globs for [Match]; stronger than Include
	IncludeTools bool     // keep excerpts of tool results
	Shared       Shared
	Redact       Redact
}

// Shared bounds the shared files.
type Shared struct {
	MarkdownBytes      int // size of shared_chat.md
	JSONBytes          int // size of shared_chat.json
	MessagesPerSession int // newest messages of each session in shared_chat.json
}

// OpenClaw's memory search reads a Markdown file whole after each change, so
// nobody gets more than the default there.
const (
	minMarkdownBytes     = 16 << 10
	defaultMarkdownBytes = 256 << 10
	maxMarkdownBytes     = defaultMarkdownBytes

	minJSONBytes     = 64 << 10
	defaultJSONBytes = 8 << 20
	maxJSONBytes     = 64 << 20

	minMessages     = 1
	defaultMessages = 200
	maxMessages     = 10_000
)

// Filled returns the settings with the defaults in place of zero fields. Output
// and Timezone stay empty: their defaults depend on OpenClaw's settings.
func (s Settings) Filled() Settings {
	s.Lang = cmp.Or(s.Lang, LangChinese)
	s.Share = cmp.Or(s.Share, ShareAll)
	s.Shared.MarkdownBytes = cmp.Or(s.Shared.MarkdownBytes, defaultMarkdownBytes)
	s.Shared.JSONBytes = cmp.Or(s.Shared.JSONBytes, defaultJSONBytes)
	s.Shared.MessagesPerSession = cmp.Or(s.Shared.MessagesPerSession, defaultMessages)
	return s
}
