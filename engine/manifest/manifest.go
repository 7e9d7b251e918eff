package manifest

import (
	"github.com/smallccwc/chronosync/sdk/abi"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// Version is that of this source tree, of the program and of the skill.
const Version = "2.0.0-dev"

// Manifest is the skill, in the words of skill.yaml.
type Manifest struct {
	Schema      string            `yaml:"schema" json:"schema"`
	Name        string            `yaml:"name" json:"name"`
	Version     string            `yaml:"version" json:"version"`
	Description string            `yaml:"description" json:"description"`
	License     string            `yaml:"license" json:"license"`
	Homepage    string            `yaml:"homepage" json:"homepage"`
	Entrypoints Entrypoints       `yaml:"entrypoints" json:"entrypoints"`
	Permissions Permissions       `yaml:"permissions" json:"permissions"`
	Reads       []string          `yaml:"reads" json:"reads"`
	Writes      []string          `yaml:"writes" json:"writes"`
	Environment map[string]string `yaml:"environment" json:"environment"` // what each variable is for
	Plugins     []Plugin          `yaml:"plugins" json:"plugins"`
	Compat      Compat            `yaml:"compat" json:"compat"`
}

// Entrypoints are the ways in which the program is run.
type Entrypoints struct {
	CLI  CLI  `yaml:"cli" json:"cli"`
	Cron Cron `yaml:"cron" json:"cron"`
	MCP  MCP  `yaml:"mcp" json:"mcp"`
}

// CLI is the program as people and assistants call it.
type CLI struct {
	Binary    string         `yaml:"binary" json:"binary"`
	Build     string         `yaml:"build" json:"build"` // in the skill's folder
	Go        string         `yaml:"go" json:"go"`       // that building takes
	ExitCodes map[int]string `yaml:"exit_codes" json:"exit_codes"`
}

// Cron is the program as a scheduler calls it.
type Cron struct {
	Argv           []string `yaml:"argv" json:"argv"`
	Every          string   `yaml:"every" json:"every"`
	DeclarationKey string   `yaml:"declaration_key" json:"declaration_key"`
	TimeoutSeconds int      `yaml:"timeout_seconds" json:"timeout_seconds"`
}

// MCP is the program as a server of the Model Context Protocol.
type MCP struct {
	Argv      []string `yaml:"argv" json:"argv"`
	Transport string   `yaml:"transport" json:"transport"`
}

// Permissions are what the skill has to be allowed, and what it does without.
type Permissions struct {
	Asked    []string `yaml:"asked" json:"asked"`
	NotAsked []string `yaml:"not_asked" json:"not_asked"`
}

// Plugin is one that comes with the program.
type Plugin struct {
	Name    string `yaml:"name" json:"name"`
	Version string `yaml:"version" json:"version"`
	Digest  string `yaml:"sha256" json:"sha256"` // of the module, in lower-case hex
}

// Compat says what the program works with.
type Compat struct {
	PluginABI    int      `yaml:"plugin_abi" json:"plugin_abi"`
	OpenClaw     string   `yaml:"openclaw" json:"openclaw"`
	OpenClawCron string   `yaml:"openclaw_cron" json:"openclaw_cron"` // for jobs of its scheduler
	Platforms    []string `yaml:"platforms" json:"platforms"`
}

// Skill gives the manifest. The error is that of the list of built-in plugins.
func Skill() (Manifest, error) {
	builtIn, err := wasmplugins.List()
	if err != nil {
		return Manifest{}, err
	}
	var plugins []Plugin
	for _, p := range builtIn.Plugins {
		plugins = append(plugins, Plugin{p.Name, p.Version, builtIn.Digest})
	}
	return Manifest{
		Schema:  "session-sync/skill@1",
		Name:    "session-sync",
		Version: Version,
		Description: "Shared memory of all OpenClaw sessions: sync, search and read chats of other channels, todos, decisions, backup. " +
			"查看其他渠道的会话、搜索聊天记录、待办、决定、备份。",
		License:     "MIT",
		Homepage:    "https://github.com/smallccwc/chronosync",
		Entrypoints: entrypoints(),
		Permissions: permissions(),
		Reads: []string{
			"<state directory>/agents: transcripts, archives and databases of sessions",
			"<state directory>/openclaw.json: where the workspace is, which agents and channels there are",
			"<state directory>/cron and state databases: whether a sync is scheduled",
			"<workspace>/memory/sync: what people ticked in the lists",
		},
		Writes: []string{
			"<state directory>/session-sync, or SESSION_SYNC_HOME: archive, key, settings, plugins",
			"<workspace>/memory/sync, or SESSION_SYNC_OUTPUT: shared_chat.md, shared_chat.json, decisions, todos",
			"~/.local/bin/session-sync, or SESSION_SYNC_BIN: the program, by check_install",
		},
		Environment: environment(),
		Plugins:     plugins,
		Compat: Compat{
			PluginABI:    abi.Version,
			OpenClaw:     ">=2026.3.13",
			OpenClawCron: ">=2026.7.1",
			Platforms:    []string{"linux/amd64", "linux/arm64", "darwin/arm64", "darwin/amd64", "windows/amd64", "windows/arm64"},
		},
	}, nil
}

func entrypoints() Entrypoints {
	return Entrypoints{
		CLI: CLI{
			Binary: "session-sync",
			Build:  "sh check_install/install.sh",
			Go:     "1.26.0",
			ExitCodes: map[int]string{
				0:   "done",
				1:   "failed; nothing half-written",
				2:   "wrong usage or settings",
				3:   "done, but some input could not be read",
				4:   "another run holds the archive",
				5:   "the archive was made by a newer version; left untouched",
				130: "interrupted; the next run continues",
			},
		},
		Cron: Cron{
			Argv:           []string{"session-sync", "sync", "--scheduled"},
			Every:          "30m",
			DeclarationKey: "session-sync:sync",
			TimeoutSeconds: 600,
		},
		MCP: MCP{Argv: []string{"session-sync", "mcp"}, Transport: "stdio"},
	}
}

func permissions() Permissions {
	return Permissions{
		Asked: []string{
			"read every session that OpenClaw keeps on this machine",
			"keep a redacted copy of them on this machine",
			"run openclaw, or the scheduler of the system, for the commands cron, mcp and uninstall that a person confirms",
			"run a compiler, for the commands plugin build and plugin test",
		},
		NotAsked: []string{
			"network: no connection is opened or accepted, nothing is sent anywhere",
			"credentials, tokens and settings secrets of OpenClaw",
			"changes to files of OpenClaw",
			"calls of a model, messages into a chat",
			"files, network, environment and clock for plugins, which run as WebAssembly",
			"rights of an administrator",
		},
	}
}

func environment() map[string]string {
	return map[string]string{
		"SESSION_SYNC_HOME":      "directory of archive and settings",
		"SESSION_SYNC_OUTPUT":    "directory of the shared files",
		"SESSION_SYNC_LANG":      "language of the terminal, zh or en",
		"SESSION_SYNC_BIN":       "directory that check_install puts the program into",
		"OPENCLAW_STATE_DIR":     "state directory of OpenClaw",
		"CLAWDBOT_STATE_DIR":     "the same by its older name",
		"OPENCLAW_PROFILE":       "profile of OpenClaw whose state directory is read",
		"OPENCLAW_HOME":          "home directory of OpenClaw",
		"OPENCLAW_CONFIG_PATH":   "settings file of OpenClaw",
		"OPENCLAW_INCLUDE_ROOTS": "directories that it may include files from",
		"OPENCLAW_WORKSPACE_DIR": "workspace of OpenClaw",
		"HOME":                   "home directory",
		"USERPROFILE":            "home directory, on Windows",
		"LC_ALL":                 "language of the terminal",
		"LC_MESSAGES":            "language of the terminal",
		"LANG":                   "language of the terminal",
		"PATH":                   "where doctor looks for programs",
		"GOBIN":                  "where doctor looks for programs",
		"GOPATH":                 "where doctor looks for programs",
		"XDG_CONFIG_HOME":        "where doctor looks for timers",
	}
}
