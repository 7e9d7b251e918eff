package normalize

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Headers of metadata blocks with a fence of JSON below, as 2026.3.13 writes
// them and 2026.7.1 still knows them.
const (
	conversationInfo = "Conversation info (untrusted metadata):"
	senderInfo       = "Sender (untrusted metadata):"
	forwardedContext = "Forwarded message context (untrusted metadata):"
	threadStarter    = "Thread starter (untrusted, for context):"
	repliedMessage   = "Replied message (untrusted, for context):"
	replyTarget      = "Reply target of current user message (untrusted, for context):"
	chatHistory      = "Chat history since last reply (untrusted, for context):"
)

// Marks of other blocks (read in the code of 2026.7.1 and 2026.9.6).
const (
	contextMark   = " ⟦openclaw:ctx⟧"
	internalOpen  = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>"
	internalClose = "<<<END_OPENCLAW_INTERNAL_CONTEXT>>>"
	memoryOpen    = "<active_memory_plugin>"
	memoryClose   = "</active_memory_plugin>"
)

// chronological is the header of a block of plain lines.
var chronological = regexp.MustCompile(`^.+ \(untrusted, chronological(?:, [^)]+)?\):$`)

// cutBlocks removes the leading run of metadata blocks.
func (env *envelope) cutBlocks(text string) (rest string, found bool) {
	for {
		next, ok := env.cutBlock(text)
		if !ok {
			return text, found
		}
		text, found = strings.TrimSpace(next), true
	}
}

// cutBlock removes one block. A block that is not complete is not one.
func (env *envelope) cutBlock(text string) (rest string, ok bool) {
	head, below, _ := line(text)
	switch head {
	case conversationInfo, senderInfo, forwardedContext, threadStarter, repliedMessage, replyTarget, chatHistory:
		return env.cutFenced(head, below)
	case untrustedContext:
		if next, after, _ := line(below); next == memoryOpen {
			return cutLinesTo(after, memoryClose)
		}
		return "", false
	case memoryOpen:
		return cutLinesTo(below, memoryClose)
	case internalOpen:
		return cutLinesTo(below, internalClose)
	}
	if marked, found := strings.CutSuffix(head, contextMark); found {
		if rest, ok = env.cutFenced(marked, below); ok {
			return rest, true
		}
		return cutParagraph(below), true
	}
	if strings.HasSuffix(head, "):") && chronological.MatchString(head) {
		return cutParagraph(below), true
	}
	return "", false
}

// cutFenced removes a fence of JSON below head and learns from it. Each header
// comes once; a second one, and anything that is not JSON, was typed.
func (env *envelope) cutFenced(head, below string) (rest string, ok bool) {
	first, body, _ := line(below)
	if first != "```json" || env.seen[head] {
		return "", false
	}
	end := lineIndex(body, "```")
	if end < 0 {
		return "", false
	}
	last, rest, _ := line(body[end:])
	if last != "```" || !json.Valid([]byte(body[:end])) {
		return "", false
	}
	if env.seen == nil {
		env.seen = make(map[string]bool)
	}
	env.seen[head] = true
	env.learn(head, body[:end])
	return rest, true
}

// learn takes from a block what says who wrote where. The first block that
// names something wins: what follows can be the person's own.
func (env *envelope) learn(head, body string) {
	about := object{}
	if json.Unmarshal([]byte(body), &about) != nil {
		return // an array or a scalar tells nothing
	}
	label, _, _ := strings.Cut(head, " (")
	switch strings.TrimSuffix(label, ":") {
	case "Conversation info":
		env.identified = true
		id, name := about.text("sender_id"), about.text("sender")
		env.web = env.web || webClient(firstOf(id, name))
		env.messenger = !env.web && about.text("message_id") != ""
		env.group = env.group || about.text("is_group_chat") == "true" || about.text("group_subject") != ""
		env.sender.ID = firstOf(env.sender.ID, id)
		env.sender.Name = firstOf(env.sender.Name, name)
	case "Sender":
		env.identified = true
		id, label := about.text("id"), about.text("label")
		if webClient(firstOf(id, label)) {
			env.web, env.messenger = true, false
		}
		env.sender.ID = firstOf(env.sender.ID, id)
		env.sender.Name = firstOf(about.text("name"), env.sender.Name)
		env.sender.Username = firstOf(env.sender.Username, about.text("username"))
	case "Forwarded message context":
		env.forwarded = true
	}
}

// webClient reports whether a sender is a program of OpenClaw's, not a person.
func webClient(sender string) bool {
	return sender == "cli" || strings.HasPrefix(sender, "openclaw-")
}

// object is a JSON object of metadata.
type object map[string]json.RawMessage

// text returns a string as it was before OpenClaw kept it from closing the
// fence, a number or boolean as written, and "" for everything else.
func (o object) text(name string) string {
	raw := o[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return strings.ReplaceAll(s, "`\u200b``", "```")
	}
	if len(raw) == 0 || strings.IndexByte("[{n", raw[0]) >= 0 {
		return ""
	}
	return string(raw)
}

// cutLinesTo removes everything to the line that is last.
func cutLinesTo(text, last string) (rest string, ok bool) {
	at := lineIndex(text, last)
	if at < 0 {
		return "", false
	}
	end, rest, _ := line(text[at:])
	return rest, end == last
}

// cutParagraph removes everything to the next blank line.
func cutParagraph(text string) (rest string) {
	if strings.HasPrefix(text, "\n") {
		return text
	}
	_, rest, _ = strings.Cut(text, "\n\n")
	return rest
}
