package main

import (
	"fmt"
	"strings"
	"testing"
)

// shadowed puts chats of another agent into an installation: groups that nobody
// else may see. Some say what others say, under ids that begin alike and at the
// same times; many have ids that begin like all others.
func shadowed(f *aviary) {
	const dir = "agents/aaa/sessions/"
	index := object{}
	add := func(name, id string, entries []object) {
		index["agent:aaa:telegram:group:"+name] = object{"sessionId": id, "chatType": "group", "channel": "shadow-" + name, "subject": name}
		text := asJSON(object{"type": "session", "version": 3, "id": id}) + "\n"
		for _, entry := range entries {
			text += asJSON(entry) + "\n"
		}
		f.write(dir+id+".jsonl", text)
	}
	for _, code := range []string{"ga", "mn"} {
		c := coopOf(code)
		add("shadow-"+code, strings.Replace(c.id(), "-0000-", "-ffff-", 1), c.chat().entries)
		add("before-"+code, strings.Replace(c.id(), "-0000-", "-0000-0-", 1), coop{code: c.code, key: c.key, of: ofOther}.chat().entries)
	}
	for i := range 250 {
		k := &talk{coop: coop{code: "mn"}}
		k.say("user", fmt.Sprint("canary of a crowd ", i))
		add(fmt.Sprint("crowd-", i), fmt.Sprintf("%s%03d", canaryWord, i), k.entries)
	}
	f.write(dir+"sessions.json", asJSON(index))
}

// checkCrowded: whoever asks is told the same, byte by byte and with the same page
// tokens, whether there are other chats that it may not see or not.
func checkCrowded(t *testing.T, alone *aviary) {
	crowded := newAviary(t, alone.read("session-sync/key"), shadowed)
	for _, a := range []asking{{"ga", "all"}, {"mn", "direct"}} {
		t.Run(a.String(), func(t *testing.T) {
			t.Parallel()
			want := map[string]told{}
			next := alone.nexts(a)
			alone.asked(a, true, next, func(command, line string, got told) { want[command+" "+line] = got })
			crowded.asked(a, true, next, func(command, line string, got told) {
				if want := want[command+" "+line]; got != want {
					t.Errorf("%s %s: is\n%+v\nwithout the others\n%+v", command, line, got, want)
				}
			})
			checkSameTools(t, alone, crowded, a)
		})
	}
}

// checkSameTools is the same for the tools of the MCP server, but those that tell
// of the archive as a whole.
func checkSameTools(t *testing.T, alone, crowded *aviary, a asking) {
	one, other := serve(t.Context(), t, alone.outside, alone.flags(a.policy)...), serve(t.Context(), t, crowded.outside, crowded.flags(a.policy)...)
	for tool, calls := range toolReadings() {
		for _, arguments := range calls {
			arguments, _, paged := strings.Cut(filled(arguments, coopOf(a.asker)), `,"next"`)
			if paged {
				arguments += "}"
			}
			want, got := one.call(tool, arguments, coopKey(a.asker)).Raw, other.call(tool, arguments, coopKey(a.asker)).Raw
			if want != got {
				t.Errorf("%s %s: is\n%s\nwithout the others\n%s", tool, arguments, got, want)
			}
		}
	}
}

// checkHidden: a chat that the asker may not see is answered like one that there
// is not.
func checkHidden(t *testing.T, f *aviary) {
	nobody := coop{code: "zz", key: "agent:main:telegram:group:canaryzzpkey"}
	for command, lines := range readings() {
		for _, line := range lines {
			line = strings.TrimPrefix(line, wideMark)
			if filled(line, nobody) == line || strings.Contains(line, "{next}") {
				continue
			}
			want := f.run(append(words(command+" "+filled(line, nobody)), "--for", coopKey("ga"))...)
			for _, code := range []string{"mn", "gb", "tp", "dl", "uk", "wg"} {
				got := f.run(append(words(command+" "+filled(line, coopOf(code))), "--for", coopKey("ga"))...)
				if got != want {
					t.Errorf("%s %s of %s: is %+v, of nobody %+v", command, line, code, got, want)
				}
			}
		}
	}
}
