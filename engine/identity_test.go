package engine_test

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/config"
)

// TestNothingIsLostUnderAnID: an entry id that comes back with other words is
// another message, whether its file was rewritten or two files share a session
// id, and the one that was there stays.
func TestNothingIsLostUnderAnID(t *testing.T) {
	w := newWorld(t)
	w.write(sessions+"a-topic-42.jsonl", lines(header("a"), said("user", 1, "topic 42 one"), said("user", 2, "topic 42 two")))
	w.write(sessions+"a-topic-77.jsonl", lines(header("a"), said("user", 1, "topic 77 one"), said("user", 2, "topic 77 two")))
	w.write(sessions+"b.jsonl", lines(header("b"), said("user", 3, "keep this")))
	w.sync()
	w.write(sessions+"b.jsonl", lines(header("b"), said("user", 3, "changed")))
	w.sync()
	w.sync()
	exported := w.exported()
	for _, text := range []string{"topic 42 one", "topic 42 two", "topic 77 one", "topic 77 two", "keep this", "changed"} {
		if n := strings.Count(exported, `"content":"`+text+`"`); n != 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
}

// TestSharingFailsClosed: under a policy that keeps groups apart, a session
// whose key is lost may be a group's, and so may a chat that only its index row
// calls one.
func TestSharingFailsClosed(t *testing.T) {
	for _, share := range []config.Share{config.ShareDirect, config.ShareSeparate} {
		t.Run(string(share), func(t *testing.T) {
			w := newWorld(t)
			mkdir(t, w.home)
			writeFile(t, w.home+"/config.yaml", "share: "+string(share)+"\n")
			w.write(sessions+"lost.jsonl.reset.2026-03-14T04-00-00.000Z", lines(header("lost"), said("user", 1, "lost words")))
			w.write(sessions+"odd.jsonl", lines(header("odd"), said("user", 2, "odd words")))
			w.write(sessions+"mine.jsonl", lines(header("mine"), said("user", 3, "my words")))
			w.write(sessions+"sessions.json", asJSON(object{"agent:main:weird": telegram("odd", "group"), keyMain: web("mine")}))
			w.sync()
			shared := readFile(t, w.out+"/shared_chat.md") + readFile(t, w.out+"/shared_chat.json")
			for text, want := range map[string]bool{"lost words": false, "odd words": false, "my words": true} {
				if got := strings.Contains(shared, text); got != want {
					t.Errorf("%q in the shared files: %t, want %t", text, got, want)
				}
			}
		})
	}
}
