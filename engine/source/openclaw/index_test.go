package openclaw

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

const indexFile = "agents/main/sessions/sessions.json"

func TestIndexRow(t *testing.T) {
	for _, c := range []struct {
		name, row string
		want      session.Facts // agent, id and key are filled in
	}{
		{"2026.3.13, direct", `{"sessionId":"s1","chatType":"direct","lastChannel":"telegram","origin":{"label":"Alice Lab (@alice_lab) id:7001","provider":"telegram"}}`,
			session.Facts{Channel: "telegram", Messenger: "telegram", Title: "Alice Lab (@alice_lab) id:7001", Peer: "Alice Lab (@alice_lab) id:7001"}},
		{"2026.7.1, group", `{"sessionId":"s1","chatType":"group","channel":"telegram","subject":"实验室","displayName":"telegram:g-lab"}`,
			session.Facts{Kind: session.KindGroup, Channel: "telegram", Messenger: "telegram", Title: "实验室"}},
		{"a label is the best title", `{"sessionId":"s1","label":"job","subject":"x","lastChannel":"webchat","route":{"channel":"slack"}}`,
			session.Facts{Channel: "webchat", Messenger: "slack", Title: "job"}},
		{"2026.9.6", `{"sessionId":"s1","delivery":{"kind":"external","route":{"channel":"telegram"},"origin":{"label":"Bob"}},"chatType":"direct"}`,
			session.Facts{Channel: "telegram", Messenger: "telegram", Title: "Bob", Peer: "Bob"}},
		{"2026.9.6, web", `{"sessionId":"s1","delivery":{"kind":"internal"},"displayName":"A talk"}`, session.Facts{Channel: "webchat", Title: "A talk"}},
		{"webhook", `{"sessionId":"s1","hookExternalContentSource":"webhook"}`, session.Facts{Kind: session.KindHook}},
		{"lone surrogate", `{"sessionId":"s1","label":"\ud83d\u4e2d"}`, session.Facts{Title: "\uFFFD中"}},
		{"other types", `{"sessionId":"s1","label":5,"channel":{},"origin":[],"delivery":"x","usageFamilySessionIds":7,"sessionFile":1}`, session.Facts{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.write(indexFile, `{"agent:main:k":`+c.row+`}`)
			c.want.Agent, c.want.SessionID, c.want.Key = "main", "s1", "agent:main:k"
			if got := st.read(newRecorder()).facts["s1"]; got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestIndexKeys(t *testing.T) {
	for _, c := range []struct {
		name, index string
		want        map[string]string // session id -> key
	}{
		{"older windows of a key", `{"k":{"sessionId":"new","usageFamilySessionIds":["old","new","older"]}}`, map[string]string{"new": "k", "old": "k", "older": "k"}},
		{"another key's own window", `{"a":{"sessionId":"1","usageFamilySessionIds":["2"]},"b":{"sessionId":"2"}}`, map[string]string{"1": "a", "2": "b"}},
		{"the same, other way round", `{"b":{"sessionId":"2"},"a":{"sessionId":"1","usageFamilySessionIds":["2"]}}`, map[string]string{"1": "a", "2": "b"}},
		{"run alias behind the job", `{"agent:main:cron:j":{"sessionId":"1"},"agent:main:cron:j:run:1":{"sessionId":"1"}}`, map[string]string{"1": "agent:main:cron:j"}},
		{"run alias before the job", `{"agent:main:cron:j:run:1":{"sessionId":"1"},"agent:main:cron:j":{"sessionId":"1"}}`, map[string]string{"1": "agent:main:cron:j"}},
		{"only a run", `{"agent:main:cron:j:run:1":{"sessionId":"1"}}`, map[string]string{"1": "agent:main:cron:j:run:1"}},
		{"ids that are none", `{"a":{"sessionId":""},"b":{"sessionId":"x\u0000y"},"c":{},"d":[],"e":null,"f":{"sessionId":"` + strings.Repeat("x", 300) + `"}}`, map[string]string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.write(indexFile, c.index)
			got := map[string]string{}
			for id, f := range st.read(newRecorder()).facts {
				got[id] = f.Key
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestBadIndex(t *testing.T) {
	for _, c := range []struct {
		name, index string
		want        []string
	}{
		{"empty", "", []string{"bad-index main/sessions/sessions.json x1"}},
		{"not JSON", `{"agent:main:main":`, []string{"bad-index main/sessions/sessions.json x1"}},
		{"an array", `[{}]`, []string{"bad-index main/sessions/sessions.json x1"}},
		{"too deep", strings.Repeat(`{"a":`, 5000), []string{"too-deep main/sessions/sessions.json x1"}},
		{"no rows", "{}", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.raw(indexFile, c.index)
			st.write(live, header("s1"), user("1", "a"))
			rec := st.read(newRecorder())
			compare(t, "skips", rec.skipped(), c.want)
			compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), []string{"a"})
			st.age()
			st.read(rec)
			compare(t, "skips again", st.read(rec).skipped(), c.want)
		})
	}
	t.Run("huge", func(t *testing.T) {
		st := newState(t)
		st.raw(indexFile, "{}")
		if err := os.Truncate(st.path(indexFile), maxIndex+1); err != nil {
			t.Skip("no sparse files here:", err)
		}
		compare(t, "skips", st.read(newRecorder()).skipped(), []string{"too-big main/sessions/sessions.json x1"})
	})
}

func TestTranscriptsAndTheirRows(t *testing.T) {
	st := newState(t)
	row := func(id string) string { return `{"sessionId":` + quote(id) + `}` }
	st.write(indexFile, `{"agent:main:main":`+row("named")+`,"agent:main:telegram:slash:1":`+row("no-file")+`}`)
	st.write("agents/main/sessions/named.jsonl", header("named"), user("1", "a"))
	st.write("agents/main/sessions/orphan.jsonl", header("orphan"), user("1", "b"))
	st.write("agents/main/"+importDir+"/"+legacyIndex+"5", `{"agent:main:old":`+row("imported")+`,"agent:main:older":`+row("named")+`}`)
	st.write("agents/main/"+importDir+"/agent_main_old.imported.jsonl.imported-5", header("imported"), user("1", "c"))
	rec := st.read(newRecorder())
	for id, want := range map[string]source.Kind{
		"main/sessions/named.jsonl": source.KindJSONL, "main/sessions/orphan.jsonl": source.KindOrphan,
		"main/" + importDir + "/agent_main_old.imported.jsonl.imported-5": source.KindImport,
	} {
		if got := rec.transcripts[id].Kind; got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	for id, want := range map[string]string{"named": "agent:main:main", "imported": "agent:main:old", "orphan": "", "no-file": "agent:main:telegram:slash:1"} {
		if got := rec.facts[id].Key; got != want {
			t.Errorf("%s: key %q, want %q", id, got, want)
		}
	}
	compare(t, "skips", rec.skipped(), nil)
}

func TestSessionFile(t *testing.T) {
	outside := tree(t, "x/")
	st := newState(t)
	secret := `{"token":"private"}`
	for _, name := range []string{"agents/main/sessions/auth.json", "credentials/oauth.json", "agents/main/sessions/t.trajectory.jsonl"} {
		st.raw(name, secret)
	}
	st.write("agents/main/sessions/here.jsonl", header("here"), user("1", "here"))
	st.write("agents/other/sessions/there.jsonl", header("there"), user("1", "there"))
	st.write("elsewhere/inside.jsonl", header("inside"), user("1", "inside"))
	if err := os.WriteFile(outside+"/x/out.jsonl", []byte(lines(header("out"), user("1", "no"))), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{
		"stale":    "/home/somebody/.openclaw/agents/main/sessions/here.jsonl",
		"gone":     "/home/somebody/gone.jsonl",
		"other":    st.path("agents/other/sessions/there.jsonl"),
		"inside":   st.path("elsewhere/inside.jsonl"),
		"again":    st.path("elsewhere/../elsewhere/inside.jsonl"),
		"relative": "../../../elsewhere/inside.jsonl",
		"outside":  outside + "/x/out.jsonl",
		"settings": st.path("credentials/oauth.json"),
		"beside":   "auth.json",
		"trace":    "t.trajectory.jsonl",
		"dir":      st.path("agents"),
		"nul":      "a\x00b.jsonl",
		"database": st.path("agents/main/agent/openclaw-agent.sqlite"),
	}
	index := map[string]any{}
	for key, path := range rows {
		index[key] = map[string]string{"sessionId": key, "sessionFile": path}
	}
	data, err := json.Marshal(index)
	if err != nil {
		t.Fatal(err)
	}
	st.raw(indexFile, string(data))
	rec := st.read(newRecorder())
	compare(t, "transcripts", rec.ids(), []string{"elsewhere/inside.jsonl", "main/sessions/here.jsonl", "other/sessions/there.jsonl"})
	if got := rec.transcripts["other/sessions/there.jsonl"].Agent; got != "other" {
		t.Errorf("agent %q", got)
	}
	compare(t, "skips", rec.skipped(), []string{
		"outside " + outside + "/x/out.jsonl x1", "outside agents x1", "outside credentials/oauth.json x1",
		"outside main/sessions/auth.json x1", "outside main/sessions/t.trajectory.jsonl x1",
	})
}

func TestManySessions(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 20,000 files")
	}
	const n = 20_000
	st := newState(t)
	var index strings.Builder
	for i := range n {
		id := fmt.Sprintf("s%05d", i)
		st.write("agents/main/sessions/"+id+".jsonl", header(id), user("1", id))
		fmt.Fprintf(&index, `,"agent:main:telegram:direct:%d":{"sessionId":%q,"sessionFile":"/moved/%s.jsonl","usageFamilySessionIds":["old%d"]}`, i, id, id, i)
	}
	st.raw(indexFile, "{"+index.String()[1:]+"}")
	st.age()
	rec := st.read(newRecorder())
	if len(rec.begun) != n || len(rec.facts) != 2*n || len(rec.skips) != 0 {
		t.Errorf("read %d transcripts, %d windows, skipped %v", len(rec.begun), len(rec.facts), rec.skipped())
	}
	if st.read(rec); len(rec.begun) != 0 {
		t.Errorf("opened %d unchanged transcripts", len(rec.begun))
	}
}

// plainFacts is what a row tells, read the slow way.
func plainFacts(t *testing.T, entry []byte) session.Facts {
	t.Helper()
	var row any
	decoder := json.NewDecoder(bytes.NewReader(entry))
	decoder.UseNumber() // numbers may have any size
	if err := decoder.Decode(&row); err != nil {
		t.Fatal(err)
	}
	get := func(path ...string) any {
		at := row
		for _, name := range path {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		return at
	}
	text := func(path ...string) string {
		s, _ := get(path...).(string)
		return s
	}
	origin := []string{"origin"}
	if object, _ := row.(map[string]any); object != nil {
		if _, told := object["origin"]; !told {
			origin = []string{"delivery", "origin"}
		}
	}
	of := func(name string) string { return text(append(slices.Clone(origin), name)...) }
	channels := []string{
		text("channel"), text("lastChannel"), text("route", "channel"), text("delivery", "route", "channel"),
		text("deliveryContext", "channel"), text("delivery", "context", "channel"), of("provider"),
	}
	f := session.Facts{
		Channel: cmp.Or(channels...), Title: cmp.Or(text("label"), text("subject"), of("label"), text("displayName")),
		Kind: sharedKind(text("chatType")),
	}
	if at := slices.IndexFunc(channels, isMessenger); at >= 0 {
		f.Messenger = channels[at]
	}
	if f.Channel == "" && text("delivery", "kind") == "internal" {
		f.Channel = session.ChannelWeb
	}
	if text("hookExternalContentSource") != "" {
		f.Kind = session.KindHook
	}
	if text("chatType") == "direct" {
		f.Peer = of("label")
	}
	return f
}

// FuzzRow: a row says the same when it is read by encoding/json.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{
		`{"channel":"telegram","lastChannel":"webchat","label":"a","subject":"b","chatType":"group"}`,
		`{"channel":5,"route":{"channel":"slack"},"origin":{"label":"A","provider":"x"},"chatType":"direct"}`,
		`{"delivery":{"kind":"internal","route":{"channel":""},"context":{"channel":"c"},"origin":{"label":"B"}},"displayName":"D"}`,
		`{"origin":null,"delivery":{"origin":{"label":"no"}},"hookExternalContentSource":"w","deliveryContext":{"channel":"signal"}}`,
		`{"label":"a","label":"b","label":null,"\u0063hannel":"c\n","chatType":"room"}`, `{}`, `[{"channel":"x"}]`, `"channel"`, `null`, `{"label":1E700}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, entry []byte) {
		// Of broken characters and long fields the readers make different things.
		if !valid(entry) || !utf8.Valid(entry) || len(entry) > maxField || bytes.Contains(bytes.ToLower(entry), []byte(`\ud`)) {
			t.Skip()
		}
		row := rowOf(jsonscan.New(entry, maxDepth))
		if got, want := row.facts(), plainFacts(t, entry); got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}

func FuzzIndex(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", `{"agent:main:main":{"sessionId":"s1","sessionFile":"../x.jsonl","usageFamilySessionIds":["a",1,null]}}`,
		`{"k":{"sessionId":"s1","origin":{"label":"\ud83d"},"delivery":{"kind":"internal"},"chatType":"direct"}}`, strings.Repeat(`{"a":`, 1100),
		`{"agent:x:cron:j:run:1":{"sessionId":"1"},"agent:x:cron:j":{"sessionId":"1"}}`, `{"k":{"sessionId":"s1","sessionFile":"/etc/passwd"}}`,
	} {
		f.Add([]byte(seed))
	}
	st := newState(f)
	st.raw(indexFile, "{}")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(st.path(indexFile), data, 0o600); err != nil {
			t.Fatal(err)
		}
		st := &state{t: t, dir: st.dir, env: st.env}
		rec := st.read(newRecorder())
		if len(rec.transcripts) != 0 {
			t.Errorf("read %q", rec.ids())
		}
		for id, facts := range rec.facts {
			for _, s := range []string{id, facts.Key, facts.Channel, facts.Messenger, facts.Title, facts.Peer} {
				if !utf8.ValidString(s) || len(s) > 3*maxField {
					t.Errorf("text %q", s)
				}
			}
		}
	})
}
