package sample

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "make the sample again from the stores in ../shared/states beside the repository")

// chapter is one transcript of the sample: the messages to pick, by words that
// no other message of the transcript has, and what they shall say instead.
type chapter struct {
	id    string // of the window
	words [][2]string
}

// fromDatabase are windows of the agent main in 2026.9.6.
func fromDatabase() []chapter {
	return []chapter{
		{"6b464eeb-c4ff-4dcf-9b32-8e44b37d90d3", [][2]string{ // telegram:direct:7001
			{"你好,这是第一条测试消息。Hello, first message!", "备份的结果请发到 {email},有问题打 {phone}。新的密钥是 {key}"},
			{"Mock reply #1 [48730a]: 收到你的消息。Got your message.", "好的,报告会发过去,有问题就打电话。I will not repeat the key."},
			{"DECISION: we decided to use PostgreSQL for the backend. 我们决定每周五发布。", "We decided to use PostgreSQL for the backend. 我们决定每周五发布。"},
			{"Mock reply #3 [ab2fbc]: 收到你的消息。Got your message.", "记下了:后端用 PostgreSQL,每周五发布。"},
			{"TODO: write the migration script by Friday. 记得明天给客户回电话。待办:更新文档", "TODO: write the migration script by Friday. 记得明天给客户回电话。"},
			{"Mock reply #4: 好的,已记录决定:我们决定使用 PostgreSQL。Noted: we decided to use PostgreSQL. TODO: migrate the schema by Friday.",
				"好的,已列入待办。The script is on the list for Friday."},
			{"EMOJI test two 🎉", "昨晚的备份怎么样? 🎉"},
			{"Mock reply #151: 🎉👨\u200d👩\u200d👧\u200d👦🇨🇳 好的!Done ✅", "昨晚的备份已完成,没有丢失数据。The backup ran last night; nothing was lost."},
		}},
		{"88c3355e-afc7-4e92-bdc7-f75abf55c48d", [][2]string{ // telegram:group:-1001234567890
			{"群里好!大家同意使用 Go 吗?", "大家好!后端同意使用 Go 吗?"},
			{"Mock reply #14 [a58e34]: 收到你的消息。Got your message.", "Go 编译成单个文件,部署很省事。"},
			{"同意。我们决定用 Go。", "同意。我们决定用 Go。"},
			{"Mock reply #15 [7f47f9]: 收到你的消息。Got your message.", "记下了:后端用 Go。"},
			{"Bob here: TODO: set up CI [Telegram fake id:1] envelope injection", "TODO: set up CI before Monday."},
			{"Mock reply #16 [44c3ae]: 收到你的消息。Got your message.", "Noted for Bob: set up CI before Monday."},
		}},
		{"38ea7858-7f9e-45ca-a7c3-199071556b41", [][2]string{ // dashboard:lab-ui-1
			{"Control UI 会话 webchat session: 我们决定支持 Markdown", "Which formats shall the export have? 我想要 Markdown 和 JSON。"},
			{"Mock reply #86 [db9cff]: 收到你的消息。Got your message.", "Both: Markdown for people, JSON for programs. 两种都支持。"},
		}},
		{"a901efc4-4922-4218-a74e-d99c7a1b7470", [][2]string{ // cron:3838e0b2...
			{"Cron: 生成今日早报 summarize overnight updates", "生成今日早报 summarize overnight updates"},
			{"Mock reply #94 [96aa09]: 收到你的消息。Got your message.", "早报:备份完成,部署正常,15:00 与客户开会。Morning brief: backup done, client meeting at 15:00."},
		}},
		{"e8d029e3-005a-4af1-aefd-337e31484eaf", [][2]string{ // hook
			{"Webhook with key: 部署成功", "web-42 部署成功 deployed"},
			{"Mock reply #147 [88efb4]: 收到你的消息。Got your message.", "web-42 已上线。The deployment of web-42 is live."},
		}},
	}
}

// fromFiles are transcripts of the agent work in 2026.3.13, by file name.
func fromFiles() []chapter {
	return []chapter{
		{"7f6d90dd-c808-4d9a-b659-6a3aca08f310.jsonl.reset.2026-11-22T05-11-39.966Z", [][2]string{
			{"TODO: 准备季度报告 prepare the quarterly report", "TODO: 准备季度报告 prepare the quarterly report"},
			{"Mock reply #115 [93d721]: 收到你的消息。Got your message.", "好的,季度报告已列入待办。"},
		}},
		{"5743c754-bd9f-4d6e-a6d9-e233822de076.jsonl", [][2]string{
			{"work 重置之后 after reset of work agent", "季度报告写到哪里了?"},
			{"Mock reply #145 [e74162]: 收到你的消息。Got your message.", "初稿写好了,等你审阅。The draft of the quarterly report is ready for review."},
		}},
	}
}

// renamed are names in the stores that say nothing to readers of the demo.
func renamed() *strings.Replacer {
	return strings.NewReplacer("Bob|#[x]", "Bob", "测试会话 Test session", "导出 Export", "你好,这是第一条测试消息。Hello, first message!", "备份 Backup")
}

// TestGenerate compares the sample with what the stores give, or makes it.
func TestGenerate(t *testing.T) {
	states := filepath.Join("..", "..", "..", "..", "shared", "states")
	if _, err := os.Stat(states); errors.Is(err, fs.ErrNotExist) {
		t.Skip("there are no stores in ../shared/states beside the repository")
	}
	const main, work = "agents/main/agent/openclaw-agent.sqlite", "agents/work/sessions"
	made := map[string]string{main + ".sql": database(t, filepath.Join(states, "openclaw-2026.9.6", filepath.FromSlash(main)))}
	for _, c := range fromFiles() {
		name := path.Join(work, c.id)
		made[name] = transcript(t, c, filepath.Join(states, "openclaw-2026.3.13", filepath.FromSlash(name)))
	}
	index := path.Join(work, "sessions.json")
	made[index] = sessionIndex(t, filepath.Join(states, "openclaw-2026.3.13", filepath.FromSlash(index)))
	for name, want := range made {
		file := filepath.Join(root, filepath.FromSlash(name))
		if *update {
			must(t, os.MkdirAll(filepath.Dir(file), 0o755))
			must(t, os.WriteFile(file, []byte(want), 0o644))
		}
		got, err := os.ReadFile(file)
		must(t, err)
		if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
			t.Errorf("%s is not what the stores give; go test -update makes it again", name)
		}
	}
}

// database gives the statements that make a database with the chapters.
func database(t *testing.T, file string) string {
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?mode=ro&immutable=1")
	must(t, err)
	defer db.Close()
	var b strings.Builder
	var version int
	must(t, db.QueryRow("PRAGMA user_version").Scan(&version))
	fmt.Fprintf(&b, "PRAGMA user_version = %d;\nBEGIN;\n", version)
	for _, table := range []string{"session_nodes", "session_windows", "transcript_events"} {
		var create string
		must(t, db.QueryRow("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table).Scan(&create))
		b.WriteString(create + ";\n")
	}
	for _, c := range fromDatabase() {
		var key, entry string
		var channel, chatType, hook, label, display sql.NullString
		var created, updated int64
		must(t, db.QueryRow(`SELECT w.session_key, w.created_at, w.updated_at, w.channel, w.chat_type, w.hook_external_content_source,
			n.entry_json, n.label, n.display_name FROM session_windows w JOIN session_nodes n USING (session_key) WHERE w.session_id = ?`, c.id).
			Scan(&key, &created, &updated, &channel, &chatType, &hook, &entry, &label, &display))
		entry = only(t, entry, "sessionId", "updatedAt", "chatType", "delivery", "subject", "label", "displayName", "hookExternalContentSource")
		fmt.Fprintf(&b, "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at, label, display_name) VALUES (%s);\n",
			values(key, c.id, entry, updated, label, display))
		fmt.Fprintf(&b, "INSERT INTO session_windows (session_id, session_key, created_at, updated_at, channel, chat_type, hook_external_content_source) VALUES (%s);\n",
			values(c.id, key, created, updated, channel, chatType, hook))
		for seq, event := range c.events(t, windowEvents(t, db, c.id)) {
			fmt.Fprintf(&b, "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES (%s);\n", values(c.id, seq, event, created))
		}
	}
	b.WriteString("COMMIT;\n")
	return b.String()
}

// windowEvents are the events of a window, decompressed.
func windowEvents(t *testing.T, db *sql.DB, id string) []string {
	rows, err := db.Query("SELECT event_json, event_zstd FROM transcript_events WHERE session_id = ? ORDER BY seq", id)
	must(t, err)
	defer rows.Close()
	decoder, err := zstd.NewReader(nil)
	must(t, err)
	defer decoder.Close()
	var events []string
	for rows.Next() {
		var text sql.NullString
		var packed []byte
		must(t, rows.Scan(&text, &packed))
		if !text.Valid {
			data, err := decoder.DecodeAll(packed, nil)
			must(t, err)
			text.String = string(data)
		}
		events = append(events, text.String)
	}
	must(t, rows.Err())
	return events
}

// values writes SQL literals.
func values(list ...any) string {
	var literals []string
	for _, v := range list {
		literal := fmt.Sprint(v)
		switch v := v.(type) {
		case string:
			literal = "'" + strings.ReplaceAll(renamed().Replace(v), "'", "''") + "'"
		case sql.NullString:
			if literal = "NULL"; v.Valid {
				literal = values(v.String)
			}
		}
		literals = append(literals, literal)
	}
	return strings.Join(literals, ", ")
}

// transcript gives the lines of a transcript file.
func transcript(t *testing.T, c chapter, file string) string {
	data, err := os.ReadFile(file)
	must(t, err)
	return strings.Join(c.events(t, strings.Split(strings.TrimSpace(string(data)), "\n")), "\n") + "\n"
}

// sessionIndex gives sessions.json with the fields that say what a session is.
func sessionIndex(t *testing.T, file string) string {
	data, err := os.ReadFile(file)
	must(t, err)
	var sessions map[string]json.RawMessage
	must(t, json.Unmarshal(data, &sessions))
	for key, entry := range sessions {
		sessions[key] = json.RawMessage(only(t, string(entry), "sessionId", "updatedAt", "chatType", "origin", "lastChannel"))
	}
	return marshal(t, sessions) + "\n"
}

// events picks the header and the messages of a chapter and gives them their
// words. Each message follows the one before it.
func (c chapter) events(t *testing.T, all []string) []string {
	t.Helper()
	picked := []string{all[0]}
	var parent any
	for _, words := range c.words {
		found := 0
		for _, line := range all[1:] {
			event := decode(t, line)
			was := marshal(t, event)
			now := strings.ReplaceAll(was, inJSON(t, words[0]), inJSON(t, words[1]))
			if now == was && !strings.Contains(was, inJSON(t, words[0])) {
				continue
			}
			found++
			event = decode(t, now)
			without(event)
			event["parentId"] = parent
			parent = event["id"]
			picked = append(picked, marshal(t, event))
		}
		if found != 1 {
			t.Fatalf("%d messages of %s say %q", found, c.id, words[0])
		}
	}
	return picked
}

// without drops what says nothing about a chat: costs, models and the ids of
// runs and deliveries.
func without(object map[string]any) {
	for _, name := range []string{"api", "provider", "model", "usage", "stopReason", "responseId", "idempotencyKey",
		"runId", "jobId", "conversationRef", "senderIdentity"} {
		delete(object, name)
	}
	for _, value := range object {
		if inner, is := value.(map[string]any); is {
			without(inner)
		}
	}
}

// only keeps some fields of an object.
func only(t *testing.T, object string, names ...string) string {
	kept := map[string]any{}
	for _, name := range names {
		if value, has := decode(t, object)[name]; has {
			kept[name] = value
		}
	}
	return marshal(t, kept)
}

func decode(t *testing.T, text string) map[string]any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	must(t, decoder.Decode(&object))
	return object
}

func marshal(t *testing.T, v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	must(t, encoder.Encode(v))
	return strings.TrimSpace(b.String())
}

// inJSON is text as it stands within a JSON string.
func inJSON(t *testing.T, text string) string {
	return strings.Trim(marshal(t, text), `"`)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
