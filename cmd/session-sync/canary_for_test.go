package main

import (
	"cmp"
	"encoding/base64"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// policies are the settings of sharing, by what they are called.
func policies() map[string]string {
	return map[string]string{"unset": "", "all": "share: all\n", "direct": "share: direct\n", "separate": "share: separate\n"}
}

// mcpTool stands for the tools of the MCP server where commands are named.
const mcpTool = "mcp"

// maySee is who may see what, by the codes of chats; asker "" is the owner. It
// is written down from the design alone:
//
//   - the owner sees all, but what is exported and what assistants are told is
//     under the policy;
//   - main, direct and web chats see themselves and what the policy shares;
//   - all others see themselves;
//   - all shares everything, direct and separate only what is known to be
//     nobody else's; without a policy assistants are told as under direct, and
//     everything else is as under all.
func maySee(asker, policy, command string) []string {
	everything := []string{"mn", "tg", "wa", "wc", "ga", "gb", "tp", "hk", "cr", "sb", "dl", "uk", "wm", "wg"}
	private := []string{"mn", "tg", "wa", "wc", "hk", "cr", "dl", "wm"}
	shared := private
	if policy == "all" || policy == "unset" && command != "brief" && command != mcpTool {
		shared = everything
	}
	switch asker {
	case "":
		if command == "export" || command == "brief" {
			return shared
		}
		return everything
	case "mn", "tg", "wa", "wc", "dl", "wm":
		return shared
	}
	return []string{asker}
}

// pageToken is the token of the next page, in JSON and in words.
var pageToken = regexp.MustCompile(`(?:"next": ?"|--next )([A-Za-z0-9_-]+)`)

// canariesIn are the canaries of a text, those in its page token too, without
// the word that they have in common. What matches in a search is marked.
func canariesIn(text string) []string {
	text = strings.NewReplacer("«", "", "»", "").Replace(text)
	if m := pageToken.FindStringSubmatch(text); m != nil {
		raw, _ := base64.RawURLEncoding.DecodeString(m[1])
		text += "\n" + string(raw)
	}
	found := map[string]bool{}
	for {
		_, behind, is := strings.Cut(text, canaryWord)
		if !is {
			return slices.Sorted(maps.Keys(found))
		}
		end := strings.IndexFunc(behind, func(r rune) bool { return r < 'a' || r > 'z' })
		if end < 0 {
			end = len(behind)
		}
		found[behind[:end]], text = true, behind[end:]
	}
}

// wrongly are the canaries of a text that may not be there for one who sees
// these chats.
func wrongly(text string, sees []string) (wrong []string) {
	for _, word := range canariesIn(text) {
		fits := slices.ContainsFunc(sees, func(code string) bool {
			own := strings.HasPrefix(word, code) || strings.HasPrefix(code, word) // or cut
			return own || code == "tp" && strings.HasPrefix("gapkey", word)       // a topic's key begins with its group's
		})
		if !fits || len(word) > 2 && word[2:3] == ofNobody {
			wrong = append(wrong, word)
		}
	}
	return wrong
}

// asking is one who asks under a policy.
type asking struct{ asker, policy string }

// askings are all pairs that differ: what a chat that sees itself is told
// depends on no policy, so it asks under the widest.
func askings() (all []asking) {
	for policy := range policies() {
		for _, asker := range []string{"", "mn", "dl", "wm"} {
			all = append(all, asking{asker, policy})
		}
	}
	for _, c := range coops() {
		if !slices.Contains([]string{"mn", "dl", "wm"}, c.code) {
			all = append(all, asking{c.code, "all"})
		}
	}
	return append(all, asking{"ga", "unset"}, asking{"tg", "unset"}, asking{"wa", "direct"}, asking{"wc", "separate"})
}

// thorough reports whether the asker tries everything.
func (a asking) thorough() bool {
	return slices.Contains([]asking{{"ga", "all"}, {"mn", "direct"}}, a)
}

func (a asking) String() string { return cmp.Or(a.asker, "owner") + " under " + a.policy }

// flags are those under which a policy holds.
func (f *aviary) flags(policy string) []string {
	return []string{"--config", filepath.Join(f.home, "policy-"+policy+".yaml")}
}

// nexts are the tokens behind the first pages of one who asks, by line.
func (f *aviary) nexts(a asking) map[string]string {
	found := map[string]string{}
	about := coopOf(cmp.Or(a.asker, "mn"))
	for command, lines := range readings() {
		for _, line := range lines {
			if first, _, paged := strings.Cut(strings.TrimPrefix(line, wideMark), " --next"); paged {
				f.ask(a, command, filled(first, about)+" --json", func(_, _ string, got told) {
					found[line] = gjson.Get(got.out, "next").String()
				})
			}
		}
	}
	return found
}

// asked carries out readings for one who asks, and hands over what they say:
// all, or those that show the most.
func (f *aviary) asked(a asking, all bool, next map[string]string, heard func(command, line string, got told)) {
	for command, lines := range readings() {
		for _, line := range lines {
			switch line, wide := strings.CutPrefix(line, wideMark); {
			case command == "__complete" && a.asker == "", !all && !wide:
			case filled(line, coop{code: "--"}) == line: // about no chat
				line = strings.NewReplacer("{next}", next[line], "{for}", coopKey(a.asker)).Replace(line)
				for _, form := range formsOf(command, line) {
					f.ask(a, command, line+form, heard)
				}
			default:
				for i, c := range coops() {
					if all && slices.Contains(namedCoops(), c.code) || c.code == "gb" {
						forms := formsOf(command, line)
						f.ask(a, command, strings.ReplaceAll(filled(line, c), "{next}", next[line])+forms[i%len(forms)], heard)
					}
				}
			}
		}
	}
}

// namedCoops are the chats about which those ask who try everything.
func namedCoops() []string { return []string{"mn", "ga", "gb", "tp", "hk", "dl", "uk"} }

func (f *aviary) ask(a asking, command, line string, heard func(command, line string, got told)) {
	args := slices.Concat(words(command), f.flags(a.policy), words(line))
	if a.asker != "" && command != "__complete" {
		args = append(args, "--for", coopKey(a.asker))
	}
	heard(command, line, f.run(args...))
}

func formsOf(command, line string) []string {
	if command == "export" || command == "__complete" || strings.Contains(line, "--format") {
		return []string{""}
	}
	return []string{"", " --json"}
}

func coopKey(code string) string {
	if code == "" {
		return ""
	}
	return coopOf(code).key
}

// TestCanaries: what is said in a chat is shown to those who may see it and to
// nobody else, and with the mark of whose words it is.
func TestCanaries(t *testing.T) {
	f := newAviary(t, "", nil)
	next := f.nexts(asking{"", "all"})
	t.Run("commands", func(t *testing.T) {
		for _, a := range askings() {
			t.Run(a.String(), func(t *testing.T) {
				t.Parallel()
				checkCommands(t, f, a, next)
			})
		}
	})
	t.Run("silent commands", func(t *testing.T) { checkSilent(t, f) })
	t.Run("unknown askers", func(t *testing.T) { checkUnknown(t, f) })
	t.Run("hidden chats", func(t *testing.T) { checkHidden(t, f) })
	t.Run("origins", func(t *testing.T) { checkOrigins(t, f) })
	t.Run("tiers", func(t *testing.T) { checkTiers(t, f) })
	t.Run("tools", func(t *testing.T) {
		for policy := range policies() {
			t.Run(policy, func(t *testing.T) {
				t.Parallel()
				checkTools(t, f, policy)
			})
		}
	})
	t.Run("crowd", func(t *testing.T) { checkCrowded(t, f) })
	t.Run("verdicts", func(t *testing.T) { checkVerdicts(t, f) })
}

// checkCommands: whoever asks by --for, and under whatever policy, is shown no
// word of a chat that it may not see; and what it may see it is shown.
func checkCommands(t *testing.T, f *aviary, a asking, next map[string]string) {
	seen := map[string]bool{}
	f.asked(a, a.thorough(), next, func(command, line string, got told) {
		for _, word := range wrongly(got.out+got.err, maySee(a.asker, a.policy, command)) {
			t.Errorf("%s %s: shows %q", command, line, word)
		}
		for _, word := range canariesIn(got.out) {
			seen[command+" "+word[:min(len(word), 2)]] = true
		}
	})
	for command := range readings() {
		for _, code := range maySee(a.asker, a.policy, command) {
			deleted := code == "dl" && (command == "__complete" || command == "brief" || command == "decisions" || command == "todos")
			unasked := command == "__complete" && a.asker == "" || command == "show" && !(a.thorough() && slices.Contains(namedCoops(), code))
			if !seen[command+" "+code] && !deleted && !unasked {
				t.Errorf("%s shows nothing of %s", command, code)
			}
		}
	}
}

// checkSilent: commands that do not ask for whom they speak show no word of a
// chat.
func checkSilent(t *testing.T, f *aviary) {
	for command, lines := range silent() {
		for _, line := range lines {
			got := f.run(words(command + " " + line)...)
			for _, word := range canariesIn(got.out + got.err) {
				if len(word) > 2 { // the owner is told the names of files
					t.Errorf("%s %s: shows %q", command, line, word)
				}
			}
		}
	}
}

// checkUnknown: one who asks and is not known, or not told, is refused by all
// commands, and learns of no chat.
func checkUnknown(t *testing.T, f *aviary) {
	for command, lines := range readings() {
		for _, asker := range []string{"agent:main:nobody", "agent:main:telegram:group:canaryga", canaryWord, "canaryzz", "unknown:", "unknown:canary", " ", ""} {
			for _, form := range formsOf(command, lines[0]) {
				line := filled(strings.TrimPrefix(lines[0], wideMark), coopOf("mn"))
				args := append(words(command+" "+line+form), "--for", asker)
				want := exitUsage
				if command == "__complete" {
					args, want = append(words(command+" list --for"), asker, "--channel", ""), exitDone
				}
				got := f.run(args...)
				if got.code != want {
					t.Errorf("%q: exits with %d, want %d", args, got.code, want)
				}
				if words := canariesIn(got.out + got.err); len(words) > 0 {
					t.Errorf("%q: shows %q", args, words)
				}
			}
		}
	}
}
