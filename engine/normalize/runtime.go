package normalize

import (
	"regexp"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
)

// What the runtime says in place of a person.
const (
	runtimeContext   = "OpenClaw runtime context (internal):"
	sessionStart     = "A new session was started via /new or /reset."
	cronWake         = "[OpenClaw cron wake]"
	heartbeatPoll    = "[OpenClaw heartbeat poll]"
	heartbeatPrompt  = "Read HEARTBEAT.md if it exists" // default text; it can be configured
	interSession     = "[Inter-session message] "
	interSessionNote = "This content was routed by OpenClaw from another session or internal tool."
	subagentContext  = "[Subagent Context] "
	subagentTask     = "[Subagent Task]"
	subagentBegin    = "Begin. Execute the assigned task to completion."
)

// heardRuntime recognises the rows that OpenClaw stores with the role of a
// user and no person wrote. made is false when text is none of them.
func (n *Normalizer) heardRuntime(e *session.Entry, text string) (s speech, made bool) {
	events, body := cutEvents(text)
	body = strings.TrimSpace(cutStamp(body)) // 2026.3.13 stamps its own prompts like web rows
	relayed := session.OriginAgent
	if events {
		relayed = session.OriginExternal
	}
	// Announcements of finished subagents are inter-session by provenance and
	// runtime context by text; their text tells more.
	switch {
	case strings.HasPrefix(body, runtimeContext):
		return speech{text: text, class: session.ClassInternal, origin: session.OriginExternal}, true
	case body == heartbeatPoll || strings.HasPrefix(body, heartbeatPrompt):
		return speech{text: text, class: session.ClassHeartbeat, origin: relayed}, true
	case body == cronWake || strings.HasPrefix(body, sessionStart):
		return speech{text: text, class: session.ClassInternal, origin: relayed}, true
	}
	if task, found := cutSubagent(body); found && (e.Provenance == fromSession || !n.conversational()) {
		return speech{text: task, class: session.ClassInterSession, origin: session.OriginExternal}, true
	}
	if payload, found := cutInterSession(body, e.Provenance == fromSession); found {
		return speech{text: payload, class: session.ClassInterSession, origin: session.OriginExternal}, true
	}
	headed := hookHead.MatchString(body)
	if payload, fenced := cutWebhook(body); headed || fenced && n.kind == session.KindHook {
		return speech{text: payload, origin: session.OriginExternal}, true
	}
	if s, found := n.heardCron(e, body); found {
		return s, true
	}
	if e.Provenance == fromSystem {
		return speech{text: text, class: session.ClassInternal, origin: relayed}, true
	}
	return speech{}, false
}

// conversational reports whether people talk in the session, so that what
// looks like a prompt may be a quotation. Unknown sessions are not.
func (n *Normalizer) conversational() bool {
	return n.kind.Shared() || n.kind == session.KindMain || n.kind == session.KindDirect ||
		n.kind == session.KindWebchat || n.kind == session.KindAPI
}

// cutInterSession removes the two lines with which 2026.9.6 introduces words
// from another session. Where the source does not say that the row is known to
// come from one, the first line without its explanation is somebody's text.
func cutInterSession(text string, known bool) (payload string, found bool) {
	first, payload, _ := line(text)
	if !strings.HasPrefix(first, interSession) {
		return text, known
	}
	note, rest, _ := line(payload)
	if strings.HasPrefix(note, interSessionNote) {
		payload, known = rest, true
	}
	if !known {
		return text, false
	}
	return firstOf(payload, text), true
}

// cutSubagent reduces the prompt of a subagent to its task.
func cutSubagent(text string) (task string, found bool) {
	if !strings.HasPrefix(text, subagentContext) {
		return text, false
	}
	// The context names the marker in mid-line, too.
	at := lineIndex(text, subagentTask)
	if at < 0 {
		return text, true
	}
	task = strings.TrimPrefix(text[at+len(subagentTask):], ":")
	task = strings.TrimSuffix(strings.TrimSpace(task), "\n"+subagentBegin)
	return firstOf(task, text), true
}

// heardCron recognises the prompt of a scheduled job. Among people's talk the
// first line alone is not enough: only the scheduler adds the time below.
func (n *Normalizer) heardCron(e *session.Entry, text string) (speech, bool) {
	prompt, stamped, found := cutCron(text)
	if !found || n.conversational() && !stamped && e.Provenance != fromSystem {
		return speech{}, false
	}
	s := speech{text: prompt, class: session.ClassCronPrompt, origin: session.OriginOwner}
	if quotesFence(prompt) {
		s.origin = session.OriginExternal
	}
	if n.kind == session.KindHook {
		// A webhook that was told not to fence its payload.
		s.class, s.origin = session.ClassNone, session.OriginExternal
	}
	return s, true
}

var (
	cronHead = regexp.MustCompile(`^\[cron:[0-9A-Za-z][0-9A-Za-z._-]*[ \]]`)
	// runtimeTail is what the scheduler adds to jobs and webhooks: the time,
	// since 2026.7.1 a second time in UTC, since 2026.9.6 how to behave alone.
	runtimeTail = regexp.MustCompile(`(?:^|\n)Current time: [A-Z][a-z]+day, [^\n]*(?:\nReference UTC: [^\n]*)?` +
		`(?:\n\nThis is an unattended scheduled run\.[^\n]*)?$`)
)

// cutCron removes "[cron:<job id> <job name>] " and what the scheduler adds
// at the end. stamped reports whether it did add something.
func cutCron(text string) (prompt string, stamped, found bool) {
	if !cronHead.MatchString(text) {
		return text, false, false
	}
	prompt = text[closingBracket(text):]
	if at := runtimeTail.FindStringIndex(prompt); at != nil {
		prompt, stamped = prompt[:at[0]], true
	}
	return firstOf(prompt, text), stamped, true
}

// closingBracket returns the offset behind the bracket that closes the first
// one of text, which is on its first line. Names of jobs can hold brackets; if
// those don't match, the first closing one counts. 0 when there is none.
func closingBracket(text string) int {
	first, _, _ := line(text)
	depth := 0
	for i := range len(first) {
		switch first[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return strings.IndexByte(first, ']') + 1
}
