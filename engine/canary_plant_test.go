package engine_test

import (
	"fmt"
	"os"
	"strings"
)

// plantFlock plants every canary in everything that OpenClaw keeps of a chat.
// What it keeps of people, plantPeers does.
func plantFlock(w *world, flock []canary) {
	w.t.Helper()
	plantSpoken(w, flock)
	plantTitles(w, flock)
	plantNodes(w, flock)
	plantArchived(w, flock)
	plantDamaged(w, flock)
	plantJobs(w, flock)
}

// each makes the entries of all canaries with their place in seconds.
func each(flock []canary, make func(n int, text string) []object) (all []object) {
	for i, c := range flock {
		all = append(all, make(10*i, planting(i, c.text))...)
	}
	return all
}

// plantSpoken plants what was said: by people, the assistant, tools, as thought
// and call, in summaries and under names that nobody expects.
func plantSpoken(w *world, flock []canary) {
	const id = "aaaaaaaa-0000-4000-8000-000000000001"
	w.write(sessions+id+".jsonl", line(header(id))+lines(each(flock, func(n int, text string) []object {
		return []object{said("user", n, text), said("assistant", n+1, text), mirror(n+2, text), tool(n+3, text)}
	})...))
	const odd = "aaaaaaaa-0000-4000-8000-000000000002"
	w.write(sessions+odd+".jsonl", line(header(odd))+lines(each(flock, func(n int, text string) []object {
		thought := said("assistant", n, "planted")
		thought["message"].(object)["content"] = []any{
			object{"type": "thinking", "thinking": text}, object{"type": "text", "text": text},
			object{"type": "toolCall", "id": text, "name": "run", "arguments": object{"command": text}},
		}
		return []object{
			thought,
			{"type": "compaction", "id": fmt.Sprint("c", n), "timestamp": iso(n + 1), "summary": text, "details": object{"files": []string{text}}},
			{"type": "custom_message", "id": fmt.Sprint("m", n), "timestamp": iso(n + 2), "customType": text, "content": text, "display": true},
			{"type": "session_info", "id": fmt.Sprint("s", n), "name": text},
			{"type": text, "id": text, "timestamp": text},
		}
	})...))
}

func tool(n int, text string) object {
	return object{"type": "message", "id": fmt.Sprintf("t%07d", n), "timestamp": iso(n),
		"message": object{"role": "toolResult", "toolName": "read", "content": []any{object{"type": "text", "text": text}}}}
}

// plantExcerpts plants canaries in tool results that are cut.
func plantExcerpts(w *world, flock []canary) {
	w.t.Helper()
	const id = "aaaaaaaa-0000-4000-8000-000000000003"
	w.write(sessions+id+".jsonl", line(header(id))+lines(each(flock, func(n int, text string) []object { return []object{tool(n, cutIn(text))} })...))
}

// cutIn puts text where an excerpt ends, so that it would be cut in two if it
// were not redacted before.
func cutIn(text string) string {
	const excerpt = 2000
	before := strings.Repeat("so many words. ", excerpt/15)
	return before[:max(0, excerpt-len(text)/2-2)] + "\n" + text + "\n" + before
}

// plantTitles plants canaries as senders, and every other one as label, group
// subject or name of a session of its own; plantNodes does so with all.
func plantTitles(w *world, flock []canary) {
	const id = "bbbbbbbb-0000-4000-8000-000000000001"
	w.write(sessions+id+".jsonl", line(header(id))+lines(each(flock, func(n int, text string) []object {
		sender := object{"senderId": text, "senderName": text, "senderUsername": text}
		info := asJSON(object{"sender": text, "sender_id": "7", "group_subject": text, "conversation_label": text})
		return []object{
			said("user", n, "planted", object{"__openclaw": sender}), said("user", n+1, "planted", sender),
			said("user", n+2, "Conversation info (untrusted metadata):\n```json\n"+info+"\n```\n\nplanted"),
		}
	})...))
	index := object{}
	for i, c := range flock {
		text := planting(i, c.text)
		id := fmt.Sprintf("%08x-0000-4000-8000-bbbbbbbbbbbb", i)
		row := object{"sessionId": id, "chatType": []string{"direct", "group"}[i/2%2], "channel": "telegram", "updatedAt": moment(i).UnixMilli()}
		switch i % 8 {
		case 0:
			row["displayName"] = text
		case 2:
			row["subject"] = text
		case 4:
			row["label"] = text
		case 6:
			row["origin"] = object{"label": text, "from": text, "provider": "telegram"}
		default:
			continue
		}
		index[fmt.Sprintf("agent:main:telegram:direct:%d", 7000+i)] = row
		w.write(sessions+id+".jsonl", lines(header(id), said("user", i, "planted")))
	}
	w.write(sessions+"sessions.json", asJSON(index))
}

// plantNodes plants canaries in the rows of a database that a crash left: as
// labels, short and compressed events, and events that are damaged. A session
// is cold and another one deleted.
func plantNodes(w *world, flock []canary) {
	g := w.gateway()
	g.exec("BEGIN")
	for i, c := range flock {
		text := planting(i, c.text)
		id := fmt.Sprintf("%08x-0000-4000-8000-cccccccccccc", i)
		g.session(fmt.Sprintf("agent:main:discord:channel:%d", i), id, "group", "discord")
		column := []string{"label", "display_name"}[i%2]
		g.exec("UPDATE session_nodes SET "+column+" = ? WHERE current_session_id = ?", text, id)
		g.exec("UPDATE session_windows SET display_name = ? WHERE session_id = ?", text, id)
		g.events(id, header(id), said("user", i, text), said("assistant", i+1, text+long("\nfiller", 200)), tool(i+2, text))
		g.exec("INSERT INTO transcript_events(session_id, seq, event_json, created_at) VALUES(?, 90, ?, 0)", id, "{broken "+text)
	}
	const cold, gone = "dddddddd-0000-4000-8000-000000000001", "dddddddd-0000-4000-8000-000000000002"
	g.session("agent:main:cold", cold, "direct", "telegram")
	w.cool(g, cold, append([]object{header(cold)}, each(flock, func(n int, text string) []object { return []object{said("user", n, text)} })...)...)
	g.session("agent:main:gone", gone, "direct", "telegram")
	g.archive("agent:main:gone", gone, transcriptOf(gone, flock))
	g.exec("COMMIT")
	g.crash()
	must(w.t, os.Remove(g.path+"-shm")) // the database has to be copied
}

func transcriptOf(id string, flock []canary) string {
	return line(header(id)) + lines(each(flock, func(n int, text string) []object {
		return []object{said([]string{"user", "assistant"}[n/10%2], n, text)}
	})...)
}

// plantArchived plants canaries in what resets, deletions, checkpoints and
// imports leave, packed and not.
func plantArchived(w *world, flock []canary) {
	for i, name := range []string{
		"%s.jsonl.reset.2026-03-14T04-00-05.000Z", "%s.jsonl.deleted.2026-03-14T04-00-05.000Z", "%s.checkpoint.aaaaaaaa-0000-4000-8000-00000000000a.jsonl",
		"%s.jsonl.bak.1", "%s.jsonl.reset.2026-03-14T04-00-05.000Z.zst", "%s.jsonl.deleted.2026-03-14T04-00-05.000Z.zst",
		"../session-sqlite-import-archive/agent_main_main.%s.jsonl.imported-1795324699364",
	} {
		id := fmt.Sprintf("eeeeeeee-0000-4000-8000-%012d", i)
		content := transcriptOf(id, flock)
		if strings.HasSuffix(name, ".zst") {
			content = string(packed(w.t, content))
		}
		w.write(sessions+fmt.Sprintf(name, id), content)
	}
	const cut = "eeeeeeee-0000-4000-8000-0000000000ff"
	whole := packed(w.t, transcriptOf(cut, flock))
	w.write(sessions+cut+".jsonl.reset.2026-03-14T04-00-05.000Z.zst", string(whole[:len(whole)*3/4]))
	w.write(sessions+"plain.jsonl.deleted.2026-03-14T04-00-05.000Z.zst", transcriptOf("plain", flock))
}

// plantDamaged plants canaries in lines, fields, indexes, settings and
// databases that can't be read.
func plantDamaged(w *world, flock []canary) {
	var broken, all strings.Builder
	broken.WriteString(line(header("broken")))
	rows := object{}
	for i, c := range flock {
		text := planting(i, c.text)
		flat := strings.ReplaceAll(text, "\n", " ")
		broken.WriteString("{broken " + flat + "\n" + flat + "\n" + asJSON(text) + "\n")
		broken.WriteString(lines(
			object{"type": "message", "id": text, "parentId": text, "timestamp": text, "message": object{"role": text, "content": text}},
			object{"type": "message", "id": fmt.Sprint(i), "timestamp": iso(i), "message": text},
			object{"type": "message", "id": fmt.Sprint("x", i), "timestamp": object{text: text}, "message": object{"role": "user", "content": object{text: text}}},
		))
		all.WriteString(flat + "\n")
		rows[text] = object{"sessionId": text, "sessionFile": text, "usageFamilySessionIds": []string{text}, "chatType": text, "channel": object{"x": text}}
	}
	w.write(sessions+"broken.jsonl", broken.String())
	w.write("agents/torn/sessions/sessions.json", `{"agent:torn:main":{"sessionId":"`+all.String())
	w.write("agents/torn/sessions/cut.jsonl", all.String())
	w.write("agents/hostile/sessions/sessions.json", asJSON(rows))
	w.write("agents/hostile/sessions/empty.jsonl", line(header("empty")))
	w.write("agents/hostile/agent/openclaw-agent.sqlite", "SQLite format 3\x00"+all.String())
	w.write("openclaw.json", "{agents: "+all.String())
}

// plantJobs plants canaries in what webhooks send and the scheduler asks.
func plantJobs(w *world, flock []canary) {
	const hook, job = "ffffffff-0000-4000-8000-000000000001", "ffffffff-0000-4000-8000-000000000002"
	w.write("agents/jobs/sessions/sessions.json", asJSON(object{
		"agent:jobs:hook:ci": object{"sessionId": hook}, "agent:jobs:cron:1": object{"sessionId": job},
	}))
	w.write("agents/jobs/sessions/"+hook+".jsonl", line(header(hook))+lines(each(flock, func(n int, text string) []object {
		return []object{said("user", n, webhookOf(text)), said("assistant", n+1, "planted")}
	})...))
	w.write("agents/jobs/sessions/"+job+".jsonl", line(header(job))+lines(each(flock, func(n int, text string) []object {
		return []object{said("user", n, "[cron:1 planted "+strings.ReplaceAll(text, "\n", " ")+"] "+text), said("assistant", n+1, "NO_REPLY")}
	})...))
	w.write("cron/jobs.json", asJSON(object{"version": 1, "jobs": each(flock, func(n int, text string) []object {
		return []object{{"id": text, "name": text, "enabled": true, "payload": object{"kind": "agentTurn", "message": text}}}
	})}))
}

// plantPeers plants people where their number or address is part of a name:
// session keys, session ids, files and directories. Keys of makers stand in
// session keys alone.
func plantPeers(w *world, flock []canary) {
	w.t.Helper()
	index := object{}
	add := func(key, id string) {
		index[key] = object{"sessionId": id, "chatType": "direct", "channel": "whatsapp", "lastTo": key, "displayName": key}
	}
	for i, peer := range peers(flock) {
		number, _, isMail := strings.Cut(strings.TrimPrefix(peer, "+"), "@")
		id := fmt.Sprintf("%08x-0000-4000-8000-aaaaaaaaaaaa", i)
		w.write(sessions+id+".jsonl", lines(header(id), said("user", i, "planted", object{"__openclaw": object{"senderId": peer, "senderName": peer}})))
		if isMail {
			add("agent:main:imessage:direct:"+peer, id)
		} else {
			add("agent:main:whatsapp:direct:"+peer, id)
			add("agent:main:whatsapp:group:"+number+"-1700000000@g.us", peer)
			add("agent:main:whatsapp:direct:"+number+"@s.whatsapp.net", peer)
		}
		w.write(sessions+peer+".jsonl", lines(said("user", i, "planted"))+"{broken\n")
		w.write("agents/main/session-sqlite-import-archive/agent_main_signal_direct_"+peer+".88888888.jsonl.imported-1795324699364",
			lines(header(id), said("user", i+30, "planted"))+"{broken\n")
		w.write("agents/of-"+number+"/sessions/sessions.json", "[]")
		w.write("agents/"+peer+"/agent/openclaw-agent.sqlite", "no database")
	}
	for i, key := range keys(flock) {
		id := fmt.Sprintf("%08x-0000-4000-8000-999999999999", i)
		add("agent:main:hook:"+key, id)
		w.write(sessions+id+".jsonl", lines(header(id), said("user", i, "planted")))
	}
	old := readFile(w.t, w.path(sessions+"sessions.json"))
	w.write(sessions+"sessions.json", strings.TrimSuffix(old, "}")+","+strings.TrimPrefix(asJSON(index), "{"))
}

// plantGrowth lets chats go on that are archived already.
func plantGrowth(w *world, flock []canary) {
	const id = "aaaaaaaa-0000-4000-8000-000000000001"
	for _, half := range [][]canary{flock[:len(flock)/2], flock[len(flock)/2:]} {
		w.appendTo(sessions+id+".jsonl", lines(each(half, func(n int, text string) []object {
			return []object{said("user", 20_000+n, "again "+text), said("assistant", 20_001+n, "again "+text)}
		})...)+"{broken "+strings.ReplaceAll(half[0].text, "\n", " ")+"\n")
	}
}
