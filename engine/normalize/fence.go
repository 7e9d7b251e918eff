package normalize

import (
	"regexp"
	"strings"
)

// hookHead is the first line of a webhook's row: with the job's name in
// 2026.3.13 and 2026.7.1, without in 2026.9.6.
var hookHead = regexp.MustCompile(`^(?:Task: [^\n]* \| )?Job ID: [^\n|]+ \| Received: `)

const (
	fenceOpen  = `<<<EXTERNAL_UNTRUSTED_CONTENT id="`
	fenceClose = `<<<END_EXTERNAL_UNTRUSTED_CONTENT id="`
	fenceEnd   = `">>>`
	maxFenceID = 64
)

// cutWebhook returns the payload of a webhook's row. A row with more around
// the fence than the runtime puts there is returned whole.
func cutWebhook(text string) (payload string, found bool) {
	payload, tail, found := cutFence(text)
	if !found {
		return text, false
	}
	if at := runtimeTail.FindStringIndex(tail); tail != "" && (at == nil || at[0] > 0) {
		return text, true
	}
	return firstOf(payload, text), true
}

// cutFence returns what stands between OpenClaw's marks around foreign
// content, and what follows them. The id is random, so marks within the
// payload are its author's attempt to end it early and stay part of it.
func cutFence(text string) (payload, tail string, found bool) {
	at := lineIndex(text, fenceOpen)
	if at < 0 {
		return "", "", false
	}
	id, inner, found := strings.Cut(text[at+len(fenceOpen):], fenceEnd)
	if !found || !fenceID(id) {
		return "", "", false
	}
	inner, tail, found = strings.Cut(inner, "\n"+fenceClose+id+fenceEnd)
	return cutFenceHead(inner), strings.TrimSpace(tail), found
}

// cutFenceHead removes the lines about the source down to the rule below them.
func cutFenceHead(inner string) string {
	rest := strings.TrimPrefix(inner, "\n")
	for more := true; more; {
		var head string
		head, rest, more = line(rest)
		if head == "---" {
			return rest
		}
		if !strings.Contains(head, ": ") {
			break
		}
	}
	return inner
}

// quotesFence reports whether text holds foreign content in OpenClaw's marks,
// complete or not: a false one in front must not hide the true one.
func quotesFence(text string) bool { return strings.Contains(text, fenceOpen) }

func fenceID(id string) bool {
	other := func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') && (r < 'A' || r > 'F') }
	return id != "" && len(id) <= maxFenceID && !strings.ContainsFunc(id, other)
}
