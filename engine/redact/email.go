package redact

import (
	"slices"
	"strings"
)

func emailDetectors() []detector {
	return []detector{{
		name: "email", shape: "local@domain.tld", keys: []string{"@", "＠", "%40", `\u0040`, "&#64;"}, find: findEmail,
		rows: []row{{
			name: "email", kind: Email,
			must: []string{
				"发到 «{low36:8}.x+y@mail.example.com»。", "账号«{low:6}@example.com»密码忘了", `"to:\n«nora@example.com»"`, "邮箱：«nora＠example.com»",
				"?user=«nora%40example.com»&next=/", "«{mobile}@qq.com»", "Nora <«nora@example.org»>",
			},
			never: []string{
				"npm i @scope/core@1.2.3 vite@5.1.0 logo@2x.png actions/checkout@v4", "git clone git@github.com:org/repo.git", "unit getty@tty1.service", "me@localhost",
				`1[3-9] \b[\w.+-]+@[\w-]+\.[\w.]+\b`,
			},
		}},
	}}
}

const (
	longestLocal  = 64
	longestDomain = 190
	localBytes    = base64u | dot | plusSlash
)

// notMailboxes stand before an '@' in remote paths and in code.
var notMailboxes = []string{"git", "hg", "svn", "this", "super", "return", "break", "continue"}

// notTopLevel are endings that follow an '@' in file names and unit names.
var notTopLevel = []string{
	"png", "jpg", "jpeg", "gif", "webp", "svg", "ico", "css", "js", "mjs", "json", "html", "txt", "git", "zip",
	"avif", "heic", "mp4", "pdf", "service", "socket", "timer", "mount", "target", "local", "tgz", "jar", "lock", "yml", "yaml",
}

func findEmail(s *scan, at int) {
	text := s.text
	sign := 1
	for _, form := range []string{"＠", "%40", `\u0040`, "&#64;"} {
		if strings.HasPrefix(text[at:], form) {
			sign = len(form)
		}
	}
	start, end := localStart(text, at), domainEnd(text, at+sign)
	if start == at || end < 0 || isAuthority(text, start) || end < len(text) && text[end] == '@' {
		return
	}
	for end < len(text) && text[end] == '_' && text[start] == '_' {
		start++ // emphasis
	}
	if slices.Contains(notMailboxes, text[start:at]) {
		return
	}
	if strings.EqualFold(text[at+sign:end], whatsappGroups) {
		return
	}
	s.add(start, end, Email, "email")
}

// whatsappGroups is the host in ids of groups, which are nobody's address.
const whatsappGroups = "g.us"

// localStart walks left over the mailbox name.
func localStart(text string, at int) int {
	start := at
	for start > 0 && at-start < longestLocal && (localBytes.has(text[start-1]) && text[start-1] != '/' || escapesPlus(text[start-1:at])) {
		start--
	}
	for start < at {
		// The letter of `\n` and the hex digits of `%3D` are not the name's.
		skip := 0
		switch {
		case escapeEnds(text, start+1) && text[start] != '%' && start > 0 && text[start-1] == '\\':
			skip = 1
		case start > 0 && start+2 <= at && text[start-1] == '%' && isHex(text[start:start+2]) && !escapesPlus(text[start-1:at]):
			skip = 2
		case start > 0 && text[start-1] == '\\' && start+5 <= at && text[start] == 'u' && isHex(text[start+1:start+5]):
			skip = 5
		case !base62.has(text[start]) && text[start] != '_':
			skip = 1
		}
		if skip == 0 {
			break
		}
		start += skip
	}
	if start < at && text[at-1] == '.' {
		return at
	}
	return start
}

// escapesPlus reports whether s begins with the escape of a plus.
func escapesPlus(s string) bool { return hasPrefixFold(s, "%2b") }

// domainEnd walks right over labels parted by dots and returns the end of the
// last one that can be a top-level domain, or -1.
func domainEnd(text string, i int) int {
	end := -1
	for labels, limit := 1, i+longestDomain; i < limit; labels++ {
		to := (base62 | dash).run(text, i, 63)
		label := strings.TrimRight(text[i:to], "-")
		if label == "" || label[0] == '-' {
			break
		}
		if labels > 1 {
			end = -1
			if n := letters.run(label, 0, len(label)); n == len(label) && n >= 2 && n <= 18 {
				end = i + n
			}
		}
		if to >= len(text) || text[to] != '.' || to+1 >= len(text) || !base62.has(text[to+1]) {
			break
		}
		i = to + 1
	}
	if end < 0 || end < len(text) && (text[end] == '_' && !closesEmphasis(text, end) || base62.has(text[end])) {
		return -1
	}
	tld := text[strings.LastIndexByte(text[:end], '.')+1 : end]
	if slices.Contains(notTopLevel, strings.ToLower(tld)) {
		return -1
	}
	return end
}

// isAuthority reports whether start lies in the user part of a URL, between
// `//` and the host: then '@' parts user and host.
func isAuthority(text string, start int) bool {
	for i := start - 1; i > 0 && start-i < 2*longestLocal; i-- {
		switch c := text[i]; {
		case c == '/':
			return text[i-1] == '/'
		case c <= ' ' || c >= 0x7f || strings.IndexByte("?=&#\"'<>()[]", c) >= 0:
			return false
		}
	}
	return false
}
