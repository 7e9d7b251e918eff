package main

import (
	"slices"
	"strings"
	"testing"
)

// readings are the command lines that show what is archived, by command. Each
// is carried out for every chat that asks, as text and as JSON. In a line stands
//
//	{key} {id} {short} {message}   for a chat: its key, its session id, the
//	                               beginning of one, and the id of a message
//	{next}                         for the token behind the owner's first page
//	{for}                          for the chat that asks, where --for can't stand last
//
// The lines that begin with [wideMark] show the most: they are for all who ask,
// under every policy, the others only for some.
// Whoever adds a command with --for adds lines that show all it can show.
func readings() map[string][]string {
	const whole = " --class all --include-deleted --limit 1000"
	return map[string][]string{
		"list": {
			"* " + whole, "", "--kind group --include-deleted", "--channel telegram", "--agent work", "--since 2026-03-14T05:00", "-n 1", "-n 1 --next {next}", "* --channel nowhere",
		},
		"show": {
			"* canary", "* {key}" + whole, "canary" + whole, "{key}", "{id}", "unknown:{id}", "{short}", "--session {key} -n 1 --max-bytes 9",
			"{message}", "{message} --max-bytes 12", "{key} -n 1 --next {next}", "{key} --channel nowhere",
		},
		"last": {
			"* " + whole, "", "-n 3 --channel telegram", "--agent work --class inter-session", "canary", "{key}", "{id} -n 1", "--session {short}",
			"-n 1 --next {next}", "{key} -n 1 --next {next}", "* --channel nowhere",
		},
		"search": {
			"* canary" + whole, "canary -C 20", "fence --snippet 1", "garden -C 1 -n 3", "--exact canaryga", "canaryhkxjson OR", "canary --role assistant",
			"canary --session {key} -C 2", "canary --session {short} --snippet 1000", "canary -n 1 --next {next}", "用 -n 2", "canary --channel nowhere",
		},
		"brief": {
			"* --max-tokens 20000", "", "--max-tokens 200", "--channel telegram --max-tokens 4000", "--agent work --since 1d", "--until 2026-03-14T05:00",
			"--since 2026-03-14T05:10 --until 2026-03-14T05:20 --max-tokens 10000", "* --channel nowhere",
		},
		"decisions": {
			"* --all -n 1000", "", "--suggested -n 1000", "--kind preference", "--agent work --all", "--channel telegram --all", "--all -n 1 --next {next}", "--channel nowhere",
		},
		"todos": {
			"* --all -n 1000", "* --format csv --all", "", "--suggested -n 1000", "--done -n 1000", "--overdue", "--owner agent", "--all --channel telegram", "-n 1 --next {next}", "--channel nowhere",
			"--format ics --all", "--format obsidian --all", "--format todotxt --all", "--format csv --done",
		},
		"export": {
			"* --format jsonl --class all --include-deleted", "* --format md", "--format json", "--format json --class all --include-deleted --kind group",
			"--format md --channel telegram --agent main", "--format jsonl", "* --channel nowhere",
		},
		"__complete": {
			`* show --for {for} ""`, `last --for {for} --session ""`, `search --for {for} --session agent:`, `list --for {for} --channel ""`, `list --for {for} --agent ""`,
			`todos --for {for} --channel ""`, `list --for {for} --for ""`,
		},
	}
}

// wideMark begins a line that shows the most.
const wideMark = "* "

// silent are the command lines of commands that show nothing of a chat, and so
// need not know who asks.
func silent() map[string][]string {
	return map[string][]string{
		"status": {"", "--json", "-v"}, "sync": {"", "--json", "--dry-run"}, "doctor": {"", "--json"}, "config": {"show", "show --json", "path"},
		"plugin list": {"", "--json"}, "capabilities": {"", "--json"}, "version": {"", "--json"}, "help": {"", "last"}, "completion": {"bash"},
		"mcp": {""}, "redact": {"", "--stats", "--rules"}, "plugin run": {"--jsonl"},
	}
}

// unheard are commands that are not carried out here, and why.
func unheard() map[string]string {
	const (
		owners = "is for people who keep their lists, and shows the titles of what they name"
		files  = "works on the files that it names, and reads no archive"
		system = "changes the system, and reads no archive"
		group  = "is nothing without a verb"
	)
	return map[string]string{
		"todos done": owners, "todos cancel": owners, "todos confirm": owners, "todos reopen": owners,
		"plugin": group, "plugin new": files, "plugin build": files, "plugin test": files, "plugin inspect": files,
		"plugin install": system, "plugin enable": system, "plugin disable": system, "plugin remove": system,
		"cron": group, "cron install": system, "cron status": system, "cron remove": system, "mcp install": system, "mcp remove": system,
		"uninstall": system, "watch": "syncs until it is stopped", "demo": "has a sample of its own",
	}
}

// TestEveryCommandIsHeard: whoever adds a command decides whether it shows what
// is archived, and if so adds it to the canary tests.
func TestEveryCommandIsHeard(t *testing.T) {
	known := map[string]int{}
	for path := range unheard() {
		known[path]++
	}
	for path := range silent() {
		known[path]++
	}
	for path := range readings() {
		known[path]++
	}
	all := []string{"__complete"}
	for _, c := range everyCommand() {
		all = append(all, c.path)
		_, reads := readings()[c.path]
		if asks := c.Flags().Lookup("for") != nil; asks != reads {
			t.Errorf("%s: has --for: %v, is among the readings: %v", c.path, asks, reads)
		}
	}
	for _, path := range all {
		if known[path] != 1 {
			t.Errorf("%s: is in %d of the tables readings, silent and unheard, want 1", path, known[path])
		}
		delete(known, path)
	}
	for path := range known {
		t.Errorf("%s: there is no such command", path)
	}
}

// toolReadings are the arguments with which the tools of the MCP server are
// called, as readings are for commands; the first calls show the most. Only those of silentTools take no for.
func toolReadings() map[string][]string {
	return map[string][]string{
		"search": {
			`{"query":"canary","limit":50}`, `{"query":"canary","exact":true}`, `{"query":"fence","session":"{key}"}`, `{"query":"canary","session":"{short}"}`,
			`{"query":"canary","limit":1,"next":"{next}"}`, `{"query":"garden","channel":"telegram","agent":"main"}`, `{"query":"garden","channel":"nowhere"}`,
		},
		"last":  {`{"limit":50}`, `{}`, `{"channel":"telegram"}`, `{"session":"{key}"}`, `{"session":"{short}"}`, `{"limit":1,"next":"{next}"}`, `{"agent":"work"}`, `{"channel":"nowhere"}`},
		"show":  {`{"session":"{key}","limit":50}`, `{"session":"canary"}`, `{"session":"{id}"}`, `{"session":"{message}"}`, `{"session":"{short}"}`},
		"brief": {`{"max_tokens":5000}`, `{}`, `{"channel":"telegram"}`, `{"channel":"nowhere"}`},
		"decisions": {
			`{"list":"all","limit":50}`, `{}`, `{"list":"suggested","limit":50}`, `{"kind":"preference","list":"all"}`, `{"list":"all","limit":1,"next":"{next}"}`,
		},
		"todos": {
			`{"list":"all","limit":50}`, `{}`, `{"list":"suggested","limit":50}`, `{"list":"done","limit":50}`, `{"list":"overdue"}`, `{"owner":"agent","list":"all"}`,
			`{"list":"all","limit":1,"next":"{next}"}`,
		},
	}
}

func silentTools() []string { return []string{"status"} }

// TestEveryToolIsHeard is [TestEveryCommandIsHeard] for what the MCP server lists.
func TestEveryToolIsHeard(t *testing.T) {
	listed := serve(t.Context(), t, newOutside(t)).ask(`"method":"tools/list"`).Get("result.tools").Array()
	var names []string
	for _, tool := range listed {
		name := tool.Get("name").String()
		names = append(names, name)
		_, reads := toolReadings()[name]
		if silent := slices.Contains(silentTools(), name); reads == silent || tool.Get("inputSchema.properties.for").Exists() != reads {
			t.Errorf("%s: takes for: %s, is among the readings: %v", name, tool.Get("inputSchema.properties.for").Raw, reads)
		}
	}
	if want := len(toolReadings()) + len(silentTools()); len(names) != want {
		t.Errorf("the server has the tools %q, the tables %d", names, want)
	}
}

// filled puts a chat into a line; a line that names none is as it was.
func filled(line string, c coop) string {
	return strings.NewReplacer("{key}", c.key, "{id}", c.id(), "{short}", c.id()[:9], "{message}", c.id()[:8]+":e1").Replace(line)
}

// words are the arguments of a line.
func words(line string) []string {
	all := strings.Fields(line)
	for i, word := range all {
		if word == `""` {
			all[i] = ""
		}
	}
	return all
}
