package redact

import (
	"slices"
	"strings"
)

// Values some words away from their name. This is the loosest evidence, so the
// value must be one that can hardly be anything else.

const (
	nearRule         = "secret-nearby"
	nearPasswordRule = "password-nearby"
)

const (
	nearWindow  = 110 // bytes between a key word and its value; thirty Chinese characters and some
	longestNear = 512 // bytes of a value there
	tokenBytes  = base64u | plusSlash | dot | tilde
)

// against are words before a value that make it something public.
var against = []string{
	"public", "公钥", "commit", "sha", "md5", "hash", "digest", "checksum", "etag", "trace", "request", "integrity", "://", "uuid", "fingerprint",
	"订单", "流水", "单号", "提交", "校验", "会话", "编号", "accessor", "serial", "序列号",
}

// nearToken finds the first strong token within some words after i.
func (s *scan) nearToken(i int) (start, end int, ok bool) {
	text := s.text
	limit := min(len(text), i+nearWindow)
	if limit > i && (plusSlash.has(text[i]) || text[i] == '.') {
		return 0, 0, false
	}
	lines := 0
	for p := i; p < limit; {
		if text[p] == '\n' {
			if lines++; lines > 2 || lines > 1 && !announcesBelow(text[:p]) {
				return 0, 0, false
			}
		}
		if text[p] == '{' || text[p] == '}' {
			return 0, 0, false // of another object
		}
		if !base62.has(text[p]) {
			p++
			continue
		}
		if p > 0 && text[p-1] == '\\' && escapeEnds(text, p+1) {
			p++
			continue
		}
		if p > 0 && text[p-1] == '@' { // the version of a package
			return 0, 0, false
		}
		to := tokenBytes.run(text, p, longestNear)
		to = equals.run(text, s.trimEnd(p, to), 2)
		token := text[p:to]
		if (isStrong(token) || (isUUID(token) || isMixed(token)) && isAnnounced(text, p)) && !isStandIn(token) && !strings.HasPrefix(token, "AAAA") {
			return p, to, !containsAnyFold(text[i:p], against)
		}
		p = max(to, p+1)
	}
	return 0, 0, false
}

// announcesBelow reports whether text ends in a colon and an empty line.
func announcesBelow(text string) bool {
	before, found := strings.CutSuffix(strings.TrimSuffix(text, "\r"), "\n")
	before = strings.TrimRight(before, " \r")
	return found && (strings.HasSuffix(before, ":") || strings.HasSuffix(before, "："))
}

// announcers stand right before a value.
var announcers = []string{
	"is", "was", "to", "be", "it's", "its", "use", "try", "as", "now", "with", "being", "like", "namely", "set", "value", "typed", "entered", "=", ":", "->", "=>",
	"：", "是", "为", "為", "成", "到", "用", "叫", "填", "输", "輸", "係", "→", "＝", "给", "發", "发", "个", "個", "了",
}

// isAnnounced reports whether an announcer ends before i, with blanks and
// quotes between.
func isAnnounced(text string, i int) bool {
	before := strings.TrimRight(text[max(0, i-24):i], " \t\"'`*“「『【")
	return slices.ContainsFunc(announcers, func(word string) bool {
		if !hasSuffixFold(before, word) {
			return false
		}
		start := len(before) - len(word)
		return !letters.has(word[0]) || start == 0 || !letters.has(before[start-1])
	})
}

// contraryToPassword are words between a password's name and a word that make
// the word something else.
var contraryToPassword = []string{
	"error", "code", "version", "错误", "报错", "版本", "algorithm", "算法", "hash", "加密", "username", "用户名", "id ", "commit", "length", "http", "://", "命令", "列", "字段", "policy", "ticket", "issue", "page",
}

// nearContrary is how many bytes before a word they are looked for.
const nearContrary = 24

// nearPassword finds the first word some way after a name, within the sentence
// or the line after, that is a password beyond doubt, or a likely one that is
// announced.
func (s *scan) nearPassword(i int) (start, end int, ok bool) {
	text := s.text
	const window = 120
	limit := min(len(text), i+window)
	if i < limit && plusSlash.has(text[i]) || !strings.ContainsAny(text[i:limit], "0123456789") {
		return 0, 0, false
	}
	lines := 0
	for p := i; p < limit; {
		switch c := text[p]; {
		case c == '\n':
			if lines++; lines > 1 {
				return 0, 0, false
			}
			fallthrough
		case c <= ' ', c >= 0x7f, strings.IndexByte("\"'`*,;:()[]{}<>=|\\/", c) >= 0:
			if strings.HasPrefix(text[p:], "。") || strings.HasPrefix(text[p:], "\n\n") {
				return 0, 0, false
			}
			p++
			continue
		}
		to := p
		for to < len(text) && to-p <= longestStrong && text[to] > ' ' && text[to] < 0x7f && strings.IndexByte("\"'`,;()[]{}<>=|\\/", text[to]) < 0 {
			to++
		}
		to = s.trimEnd(p, to)
		word := text[p:to]
		strength := passwordStrength(word)
		if p > 0 && strings.IndexByte("/+=", text[p-1]) >= 0 || to < len(text) && strings.IndexByte("/(", text[to]) >= 0 {
			strength = noPassword // of a path, Base64 or a call
		}
		if strength == surePassword || strength == likelyPassword && isAnnounced(text, p) {
			return p, to, !containsAnyFold(text[max(i, p-nearContrary):p], contraryToPassword)
		}
		p = max(to, p+1)
		if strings.HasPrefix(text[p:], ". ") && lines == 0 && p-i > 60 {
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// addBefore finds what "X as the password" tells, and "both X and Y as", where
// the name begins at `at` and is tells what X can be.
func (s *scan) addBefore(at int, kind Kind, rule string, is func(word string) bool) {
	const window, mostWords = 96, 4
	if at == 0 || s.text[at-1] != ' ' {
		return
	}
	base := max(0, at-window)
	text := s.text[base:at]
	i := strings.LastIndex(text, " as ")
	if i < 0 || len(strings.Fields(text[i:])) > mostWords {
		return
	}
	for range 2 {
		text = strings.TrimRight(text[:i], " \"'`")
		start := strings.LastIndexAny(text, " \"'`") + 1
		if start == 0 && base > 0 || !is(text[start:]) {
			return
		}
		s.add(base+start, base+len(text), kind, rule)
		if i = strings.LastIndex(text[:start], " and "); i < 0 || i+len(" and ") != start {
			return
		}
	}
}
