package openclaw

import (
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/source"
)

const (
	uuid    = "176580f6-8ca5-4f82-999c-e195e9832c57"
	stampMS = "2026-11-22T05-05-21.832Z"
	gen     = "0123456789abcdef0123456789abcdef"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		name string
		want fileName
	}{
		{uuid + ".jsonl", fileName{source.KindJSONL, uuid, false}},
		{"a.b-c_d.jsonl", fileName{source.KindJSONL, "a.b-c_d", false}},
		{uuid + "-topic-42.jsonl", fileName{source.KindJSONL, uuid, false}},
		{uuid + "-topic-%E4%B8%AD%2F7.jsonl", fileName{source.KindJSONL, uuid, false}},
		{uuid + "-topic-a-topic-b.jsonl", fileName{source.KindJSONL, uuid, false}},
		{"-topic-5.jsonl", fileName{source.KindJSONL, "-topic-5", false}},
		{"a\nb.jsonl", fileName{source.KindJSONL, "a\nb", false}},
		{"a\xff.jsonl", fileName{source.KindJSONL, "a%ff", false}},
		{uuid + ".jsonl.reset." + stampMS, fileName{source.KindReset, uuid, false}},
		{uuid + ".jsonl.reset.2026-11-22T05-05-21Z", fileName{source.KindReset, uuid, false}},
		{uuid + ".jsonl.reset." + stampMS + "." + gen, fileName{source.KindReset, uuid, false}},
		{uuid + ".jsonl.reset." + stampMS + "." + gen + ".zst", fileName{source.KindReset, uuid, true}},
		{uuid + "-topic-1.jsonl.reset." + stampMS, fileName{source.KindReset, uuid, false}},
		{uuid + ".jsonl.deleted." + stampMS, fileName{source.KindDeleted, uuid, false}},
		{uuid + ".jsonl.deleted." + stampMS + ".zst", fileName{source.KindDeleted, uuid, true}},
		{uuid + ".jsonl.bak.1795323285123", fileName{source.KindBackup, uuid, false}},
		{uuid + ".jsonl.zst", fileName{source.KindReset, uuid, true}},
		{uuid + ".checkpoint." + uuid + ".jsonl", fileName{source.KindBackup, uuid, false}},
		{uuid + ".jsonl.migrated", fileName{source.KindBackup, uuid, false}},
		{uuid + ".jsonl.migrated.2", fileName{source.KindBackup, uuid, false}},
		{uuid + ".jsonl.pre-doctor-branch-repair-" + stampMS + ".bak", fileName{source.KindBackup, uuid, false}},
		{"agent_main_main." + uuid + ".jsonl.imported-1795324696283", fileName{source.KindImport, uuid, false}},
		{"agent_main_whatsapp_direct_a@b.example.com." + uuid + ".jsonl.imported-1", fileName{source.KindImport, uuid, false}},
		{"agent_main_telegram_group_-1_topic_5." + uuid + "-topic-5.jsonl.imported-1", fileName{source.KindImport, uuid, false}},
		{uuid + ".jsonl.imported-1", fileName{source.KindImport, uuid, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := classify(c.name)
			if !ok || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, ok, c.want)
			}
		})
	}
}

func TestClassifyLeavesAlone(t *testing.T) {
	for _, name := range []string{
		"", ".jsonl", ".jsonl.zst", "sessions.json", "sessions.json.bak.3", "sessions.json.123." + uuid + ".tmp",
		"sessions.json.telegram-message-dispatch-default.json", "notes.txt", uuid + ".json", uuid + ".jsonl.tmp", uuid + ".jsonl.lock",
		uuid + ".jsonl.reset.", uuid + ".jsonl.reset", uuid + ".jsonl.reset.x", uuid + ".jsonl.imported-", uuid + ".jsonl2",
		// Run traces, in every form that a transcript can take.
		uuid + ".trajectory.jsonl", uuid + ".trajectory-path.json", uuid + "-topic-1.trajectory.jsonl",
		uuid + ".trajectory.jsonl.reset." + stampMS, uuid + ".trajectory.jsonl.deleted." + stampMS + "." + gen + ".zst",
		uuid + ".trajectory.jsonl.bak.1", uuid + ".trajectory.jsonl.zst", uuid + ".trajectory.jsonl.migrated",
		uuid + ".trajectory.jsonl.pre-doctor-x-repair-1.bak", uuid + ".trajectory.checkpoint." + uuid + ".jsonl",
		"agent_main_main." + uuid + ".trajectory.jsonl.imported-1",
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := classify(name); ok {
				t.Errorf("taken for %+v", got)
			}
		})
	}
}

func FuzzClassify(f *testing.F) {
	for _, seed := range []string{
		"", uuid + ".jsonl", uuid + "-topic-%2F.jsonl", uuid + ".jsonl.reset." + stampMS + "." + gen + ".zst",
		uuid + ".trajectory.jsonl.reset.1", "k.e.y." + uuid + ".jsonl.imported-7", "x.checkpoint.y.jsonl", "\xff.jsonl", "-topic-.jsonl",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, ok := classify(name)
		switch {
		case !ok && got != fileName{}:
			t.Errorf("refused, but told %+v", got)
		case ok && (got.sessionID == "" || !utf8.ValidString(got.sessionID)):
			t.Errorf("session id %q of %q", got.sessionID, name)
		case ok && len(got.sessionID) > 3*len(name):
			t.Errorf("session id of %d bytes from a name of %d", len(got.sessionID), len(name))
		}
	})
}
