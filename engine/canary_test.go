package engine_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

// canaries are made-up secrets; the pieces are put together here so that no
// file of this repository looks as if it held one.
func canaries() map[string]string {
	return map[string]string{
		"e-mail":       "canary.bird" + "@" + "mine.example",
		"phone":        "+86" + "138" + "1234" + "5670",
		"plain phone":  "139" + "8765" + "4321",
		"key":          "sk-" + "proj-" + strings.Repeat("aB3dE5", 8),
		"token":        "ghp" + "_" + strings.Repeat("Xy7Zw9", 6),
		"access key":   "AKIA" + "Q7R2T5Y8U3I6P9L4",
		"password":     "correct" + "Horse" + "7battery",
		"peer":         "+86" + "137" + "2222" + "9090",
		"group member": "+86" + "136" + "4444" + "8080",
	}
}

// TestCanaries plants secrets everywhere in a state and looks for them in
// everything that we write or say.
func TestCanaries(t *testing.T) {
	secret := canaries()
	w := newWorld(t)
	plantTranscripts(w, secret)
	plantRows(w, secret)
	mkdir(t, w.home)
	writeFile(t, filepath.Join(w.home, "config.yaml"), "include_tools: true\n")

	report := w.sync()
	if all, _ := report.Unread(); all < 3 {
		t.Errorf("damage was planted, but only %d things are unread: %+v", all, report.Skipped)
	}
	if report.Redactions["EMAIL"] == 0 || report.Redactions["PHONE"] == 0 || report.Redactions["API_KEY"] == 0 {
		t.Errorf("redactions: %v", report.Redactions)
	}
	w.search(secret, "after a sync")

	w.appendTo(sessions+"odd.jsonl", "{broken again "+secret["key"]+"\n"+line(said("user", 90, "again "+secret["phone"])))
	again := w.sync()
	w.search(secret, "after another sync")
	var said bytes.Buffer
	for _, r := range []engine.Report{report, again} {
		for _, skip := range r.Skipped {
			said.WriteString(skip.Where + " " + string(skip.Reason) + "\n")
		}
	}
	for _, format := range []string{"json", "jsonl", "md"} {
		_, err := w.engine().Export(context.Background(), &said, engine.ExportOptions{Format: format, All: true})
		must(t, err)
	}
	if bytes.Count(said.Bytes(), []byte("planted")) < 10 {
		t.Error("the planted messages are not there at all")
	}
	hunt(t, secret, "what is said", said.Bytes())

	only := newWorld(t)
	only.write("agents/"+secret["phone"]+"/agent/openclaw-agent.sqlite", "no database")
	_, err := only.trySync(engine.SyncOptions{})
	if err == nil {
		t.Fatal("a store that is not readable is no error")
	}
	hunt(t, secret, "an error", []byte(err.Error()))
	only.search(secret, "after a failed sync")
}

// planted is a text that holds every secret.
func planted(secret map[string]string) string {
	return "planted: write to " + secret["e-mail"] + " or call " + secret["phone"] + ", " + secret["plain phone"] +
		"; OPENAI_API_KEY=" + secret["key"] + " token " + secret["token"] + " " + secret["access key"] + " password: " + secret["password"]
}

func plantTranscripts(w *world, secret map[string]string) {
	const id = "77777777-7777-4777-8777-777777777777"
	peer, member := secret["peer"], secret["group member"]
	direct := object{
		"sessionId": id, "chatType": "direct", "lastChannel": "whatsapp", "lastTo": peer, "displayName": "planted " + peer,
		"origin": object{"label": "planted " + peer, "provider": "whatsapp", "from": "whatsapp:" + peer},
	}
	group := object{"sessionId": "odd", "chatType": "group", "channel": "whatsapp", "subject": "planted " + secret["e-mail"] + " " + secret["key"]}
	w.write(sessions+"sessions.json", asJSON(object{
		"agent:main:whatsapp:direct:" + peer: direct, "agent:main:whatsapp:group:" + strings.TrimPrefix(member, "+") + "-1700000000@g.us": group,
	}))
	sender := object{"__openclaw": object{"senderId": member, "senderName": "planted " + member, "senderIsOwner": false}}
	w.write(sessions+id+".jsonl", lines(
		header(id), said("user", 10, planted(secret)), said("assistant", 11, planted(secret)), mirror(12, planted(secret)),
		object{"type": "message", "id": "tool", "timestamp": iso(13), "message": object{"role": "toolResult", "toolName": "read", "content": planted(secret)}},
	))
	w.write(sessions+"odd.jsonl", lines(header("odd"), said("user", 20, planted(secret), sender))+
		"{broken "+planted(secret)+"\n"+lines(said("user", 22, "planted after it")))
	w.write("agents/main/session-sqlite-import-archive/agent_main_whatsapp_direct_"+peer+".88888888.jsonl.imported-1795324699364",
		lines(header("planted "+secret["e-mail"]), said("user", 30, planted(secret)))+"{broken "+planted(secret)+"\n")
	w.write(sessions+member+".jsonl", lines(said("user", 40, planted(secret)))+"{broken\n"+lines(said("user", 41, "planted")))
	w.write("openclaw.json", "{agents: "+planted(secret))
}

func plantRows(w *world, secret map[string]string) {
	id := "planted-" + secret["group member"]
	g := w.gateway()
	g.session("agent:main:whatsapp:direct:"+secret["group member"], id, "direct", "whatsapp")
	g.exec("UPDATE session_nodes SET label = ?", planted(secret))
	g.events(id, header(id), said("user", 50, planted(secret)), said("assistant", 51, long(planted(secret), 5)))
	g.exec("INSERT INTO transcript_events(session_id, seq, event_json, created_at) VALUES(?, 90, ?, 0)", id, "{broken "+planted(secret))
	g.crash()
	must(w.t, os.Remove(g.path+"-shm")) // the database has to be copied
}

// search looks through every file that is ours.
func (w *world) search(secret map[string]string, when string) {
	w.t.Helper()
	for _, dir := range []string{w.home, w.out} {
		if !exists(dir) {
			continue
		}
		must(w.t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			hunt(w.t, secret, "the name of a file "+when, []byte(path))
			if entry.Type().IsRegular() {
				hunt(w.t, secret, path+" "+when, []byte(readFile(w.t, path)))
			}
			return nil
		}))
	}
}

// hunt looks for secrets in data, with and without the plus of phone numbers.
func hunt(t testing.TB, secret map[string]string, where string, data []byte) {
	t.Helper()
	for name, value := range secret {
		if bytes.Contains(data, []byte(strings.TrimPrefix(value, "+"))) {
			t.Errorf("%s holds the planted %s", where, name)
		}
	}
}
