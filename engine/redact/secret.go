package redact

import (
	"slices"
	"strings"
)

// Secrets without a shape of their own, known by the name beside them: API
// keys, tokens, client secrets in assignments, JSON, URLs, tables and speech.

func secretDetectors() []detector {
	return []detector{{
		name: "named-secret", shape: strings.Join(secretWords, " "), keys: secretWords, find: findSecret,
		rows: []row{{
			name: "assigned-secret", kind: APIKey,
			must: []string{
				"API_KEY=«{b62:32}»", `{"apiKey":"«{b62:32}»","on":true}`, "Authorization: «{b62:40}»",
				"AK：«{b62:20}»\nSK：«{b62:30}»", "key是«{hex:32}»吗", "?access_token=«{b62:32}»&v=1", "client_secret: '«{b64u:40}»'",
			},
			never: []string{
				"token: ${GATEWAY_TOKEN}", "apiKey: process.env.OPENAI_API_KEY", "api_key=<your-key>", "api_key: YOUR_API_KEY", "max_tokens: 4096 tokenizer: cl100k_base",
				"secretName: my-tls-cert-1", `cache_key: "user:12:profile"`, "token = await getToken(user1)", "public_key: {b62:32}",
			},
		}, {
			name: nearRule, kind: APIKey,
			must: []string{"| GITEE_TOKEN | `«{hex:32}»` |", "- name: APP_SECRET\n  value: \"«{hex:32}»\"", "我刚申请的密钥是新的，«{hex:32}»，你直接用", "the token I made yesterday: try «{b62:40}» please"},
			never: []string{
				"the key commit is {hex:40}", "token 有效期是多久？", "secret file sha256:{hex:64}", "session key, trace id {hex:32}", "密钥对应的订单号 {hex:32}",
			},
		}},
	}, {
		name: besideRule, shape: strings.Join(keyIDs, " "), keys: keyIDs, find: findBeside, rows: []row{{
			name: besideRule, kind: APIKey,
			must:  []string{"my-bucket:{oss}:«{b62:30}» > /etc/passwd-ossfs", "{aws},«{b62:40}»"},
			never: []string{"LTAI and AKIA are prefixes", "AKIA,{hex:40}"},
		}},
	}}
}

// secretWords end a name. A name goes on to the left (`OPENAI_API_KEY`,
// `appSecret`), never to the right (`secretName`, `tokenizer`).
var secretWords = []string{
	"key", "keys", "token", "tokens", "secret", "secrets", "authorization", "sig", "signature", "sign", "credential", "credentials", "sk", "ak",
	"secret_key_base", "access_key_id", "accesskeyid", "access key id", "secretid", "secret_id", "secret id", "setcookie", "salt", "jscode", "appcertificate", "app_certificate", "hashiv", "code", "auth",
	"密钥", "密鑰", "秘钥", "秘鑰", "密匙", "金鑰", "令牌", "權杖", "凭证", "凭据", "憑證",
}

// keyOwners make a key a secret one: a bare key, or one of another sort, needs
// a value that nothing else can be.
var keyOwners = []string{
	"api", "secret", "access", "auth", "private", "account", "encryption", "encrypt", "signing", "sign", "master", "app", "license", "admin", "ssh", "push", "session", "hash", "server", "aes", "machine",
	"storage", "webhook", "send", "security", "fernet", "client", "service", "subscription", "developer", "dev", "project", "bot", "mch", "pay", "decryption", "validation",
}

// plainOwners make a key or token something else than a secret.
var plainOwners = []string{"public", "primary", "foreign", "sort", "cache", "partition", "row", "idempotency", "group", "index", "hot", "short", "next", "page", "continuation", "cursor", "max", "i18n", "translation", "object", "s3"}

func findSecret(s *scan, at int) {
	name, ok := nameAt(s.text, at, secretWords)
	if !ok || slices.Contains(plainOwners, name.owner) || strings.HasPrefix(name.owner, "pub") || name.isPublic {
		return
	}
	if s.findColumn(at, name) {
		return
	}
	next, l := readLink(s.text, name.end)
	if l == blankLink && (name.isFlag || at > 0 && s.text[at-1] == '_' && uppers.has(s.text[at])) {
		l = equalLink // --token X, set API_TOKEN X
	}
	if l == blankLink {
		if v := s.readValue(next); isUUID(s.text[v.start:v.end]) && (v.quoted || slices.Contains(keyOwners, name.owner)) {
			s.add(v.start, v.end, APIKey, nearRule)
			return
		}
	}
	if l >= pairLink {
		v := s.readValue(next)
		if user := strings.IndexByte(s.text[v.start:v.end], '@'); user > 0 && !v.quoted {
			v.end = v.start + user // of a URL
		}
		if isAssignedSecret(s.text[v.start:v.end], name, l, v.quoted) {
			s.add(v.start, v.end, APIKey, "assigned-secret")
			return
		}
		if s.findList(next, name, l) {
			return
		}
		if l >= colonLink && v.end > v.start && (v.quoted || !hasWords(s.text[v.start:v.end])) {
			return // something else was assigned
		}
	}
	s.findSecretBefore(at)
	if !slices.Contains(unspeakable, name.word) && !strings.HasPrefix(s.text[name.end:], `",`) && !strings.HasPrefix(s.text[name.end:], `":`) {
		if start, end, ok := nearToken(s.text, name.end); ok {
			s.add(start, end, APIKey, nearRule)
		}
	}
}

// findList takes the strings of a list that is assigned: KEYS = ['…', '…'].
func (s *scan) findList(i int, n name, l link) bool {
	const most = 16
	found := false
	for range most {
		if i >= len(s.text) || strings.IndexByte("[(,", s.text[i]) < 0 {
			break
		}
		i = skipSpace(s.text, i+1)
		v := s.readValue(i)
		if !v.quoted || !isAssignedSecret(s.text[v.start:v.end], n, l, true) || !isStrong(s.text[v.start:v.end]) {
			break
		}
		s.add(v.start, v.end, APIKey, "assigned-secret")
		found = true
		i = skipSpace(s.text, min(len(s.text), v.end+1))
	}
	return found
}

// findSecretBefore finds what "X as API key" tells.
func (s *scan) findSecretBefore(at int) {
	const window = 96
	if at == 0 || s.text[at-1] != ' ' {
		return
	}
	text := s.text[max(0, at-window):at]
	i := strings.LastIndex(text, " as ")
	if i < 0 || len(strings.Fields(text[i:])) > 4 {
		return
	}
	text = strings.TrimRight(text[:i], " \"'`")
	start := strings.LastIndexAny(text, " \"'`") + 1
	if token := text[start:]; start > 0 && isStrong(token) && !isStandIn(token) {
		base := max(0, at-window)
		s.add(base+start, base+len(text), APIKey, nearRule)
	}
}

// unspeakable are names that stand for other things in sentences: only what is
// assigned to them counts.
var unspeakable = []string{"sig", "sign", "signature", "salt", "jscode", "setcookie", "appcertificate", "app_certificate", "hashiv", "code", "auth"}

// hasWords reports whether v begins with what begins a sentence rather than a
// value: letters only.
func hasWords(v string) bool { return v[0] >= 0x80 || letters.run(v, 0, len(v)) == len(v) }

// nearRule finds by the loosest evidence: a key word some words before.
const nearRule = "secret-nearby"

// name is a key name in text: where it ends, its last word and the word before.
type name struct {
	end      int
	word     string // lower case
	owner    string // lower case, "" when there is none
	isFlag   bool   // dashes stand before, as on command lines
	inQuery  bool   // it is the parameter of a URL
	isPublic bool   // the whole name says so
}

const longestOwner = 64

// nameAt reads the name whose last word is the longest of words at `at`.
func nameAt(text string, at int, words []string) (name, bool) {
	word := ""
	for _, w := range words {
		if len(w) > len(word) && hasPrefixFold(text[at:], w) {
			word = w
		}
	}
	n := name{end: at + len(word), word: word}
	if n.end < len(text) && word[0] < 0x80 {
		if (base62 | underscore).has(text[n.end]) || text[n.end] == '-' && letters.run(text, n.end+1, 1) > n.end+1 {
			return name{}, false
		}
	}
	if word[0] >= 0x80 || at == 0 {
		return n, true
	}
	end := at
	if strings.IndexByte("_-. ", text[at-1]) >= 0 {
		end--
	}
	start := base62.runBack(text, end, longestOwner)
	if start < end && escapeEnds(text, start+1) {
		start++
	}
	if end-start == longestOwner || insideBlob(text, start) {
		return name{}, false // by chance in a long token
	}
	n.owner = lastWord(text[start:end])
	whole := base64u.runBack(text, start, longestOwner)
	n.isPublic = containsAnyFold(text[start:at], []string{"public"})
	n.inQuery = whole > 0 && strings.IndexByte("?&", text[whole-1]) >= 0
	n.isFlag = whole < at && text[whole] == '-' && (whole == 0 || strings.IndexByte(" \t\n", text[whole-1]) >= 0)
	if end == at && start < at && !startsWord(text, at) && !slices.ContainsFunc(gluedOwners(word), func(o string) bool { return strings.HasSuffix(n.owner, o) }) {
		return name{}, false
	}
	return n, true
}

// startsWord reports whether a capital after a small letter or a digit begins a
// word.
func startsWord(text string, at int) bool {
	return uppers.has(text[at]) && (lowers | digit).has(text[at-1])
}

// gluedOwners are what may stand before word without a mark between: apikey
// and authtoken, but not monkey, task or design.
func gluedOwners(word string) []string {
	switch word {
	case "key", "keys", "sk", "ak", "sig", "sign":
		return keyOwners
	case "pass", "pw", "pwd", "psk":
		return []string{"smtp", "db", "user", "mysql", "root", "ftp", "bind", "admin", "wifi", "wpa", "ssh", "mail", "redis", "pg", "login"}
	case "salt":
		return []string{"auth", "key", "hash", "in"}
	}
	return []string{""}
}

// lastWord is the last word of a camel-case name, in lower case.
func lastWord(s string) string {
	i := len(s)
	for i > 0 {
		i--
		if uppers.has(s[i]) && (i == 0 || lowers.has(s[i-1])) {
			break
		}
	}
	return strings.ToLower(s[i:])
}

// isAssignedSecret judges a value that stands right behind its name.
func isAssignedSecret(v string, n name, l link, quoted bool) bool {
	if len(v) < 8 || len(v) > longestValue {
		return false
	}
	if quoted && isMachineMade(v) {
		return true
	}
	if isStandIn(v) || strings.Contains(strings.TrimRight(v, "="), "=") || isNameOfSecret(v) && !isStrong(v) || strings.Contains(v, "/") && !mixedCaseDigits(v) && !isStrong(v) {
		return false
	}
	if !quoted && strings.Contains(v, "*") {
		return false // a pointer, a product
	}
	if strings.ContainsAny(v[:min(len(v), probe)], " ()[]{}") || !quoted && isCodePath(v) || strings.Contains(v, "://") || isFileOrHost(v) && !hasRandomSegment(v) {
		return false
	}
	if !hasLetterAndDigit(v) {
		return l >= colonLink && isLetterKey(v, n)
	}
	switch n.word {
	case "key", "keys":
		if !slices.ContainsFunc(keyOwners, func(o string) bool { return strings.HasSuffix(n.owner, o) }) {
			return isStrong(v) || len(v) >= 24 && mixedCaseDigits(v) || l == equalLink && len(v) >= 12 && mixedCaseDigits(v) && sortChanges(v) >= 5
		}
	case "auth":
		return l == equalLink && n.isFlag && isStrong(v)
	case "code":
		return len(v) >= 40 && l == equalLink && !quoted && n.inQuery && isStrong(v)
	case "authorization", "credential", "credentials":
		return len(v) >= 12 && !containsAnyFold(v, []string{"hmac-sha", "aws4_request", "tc3_request"})
	case "sig", "signature", "sign":
		return len(v) >= 20 && l == equalLink && !quoted && (isStrong(v) || mixedCaseDigits(v))
	case "sk", "ak", "salt", "jscode":
		return len(v) >= 20 && (isStrong(v) || mixedCaseDigits(v) || (digit|uppers).run(v, 0, len(v)) == len(v))
	case "access_key_id", "accesskeyid", "access key id", "secretid", "secret_id", "secret id":
		return len(v) >= 16
	case "token", "tokens":
		return len(v) >= 12
	}
	return l != pairLink || len(v) >= 12 && (isStrong(v) || passwordStrength(v) >= likelyPassword || mixedCaseDigits(v))
}

// isLetterKey judges a value without digits: one run of letters that is longer
// than words are, capitals only where keys have such ids, or padded Base64.
func isLetterKey(v string, n name) bool {
	const longestWord = 20
	run := letters.run(v, 0, len(v))
	switch {
	case strings.HasSuffix(v, "=") && len(v) >= 16:
		return mixOf(v) == lowers|uppers
	case run < len(v), n.word == "auth", n.word == "code":
		return false
	case uppers.run(v, 0, len(v)) == len(v):
		return len(v) >= 16 && (len(v) <= 40) && n.word != "sign" && n.word != "signature"
	case lowers.run(v, 0, len(v)) == len(v):
		return len(v) > longestWord
	}
	return len(v) >= 16 && sortChanges(v)*5 >= len(v)
}

// isMachineMade reports whether v is long and full of marks, as salts are.
func isMachineMade(v string) bool {
	if strings.HasPrefix(v, "=") || strings.Contains(v, `\x`) || strings.Contains(v, `\u`) {
		return false // encoded text
	}
	marked := 0
	for i := range min(len(v), probe) {
		if !base62.has(v[i]) && v[i] != ' ' {
			marked++
		}
	}
	return len(v) >= 32 && marked*6 > min(len(v), probe) && hasLetterAndDigit(v) && strings.Count(v, " ")*10 < len(v) && isPrintable([]byte(v)) && !strings.Contains(v, "://") && digitChanges(v) >= 6
}

const (
	nearWindow = 110 // bytes between a key word and its value; thirty Chinese characters and some
	tokenBytes = base64u | plusSlash | dot | tilde
)

// against are words before a value that make it something public.
var against = []string{
	"public", "公钥", "commit", "sha", "md5", "hash", "digest", "checksum", "etag", "trace", "request", "integrity", "://", "uuid", "fingerprint",
	"订单", "流水", "单号", "提交", "校验", "会话", "编号", "accessor", "serial", "序列号",
}

// nearToken finds the first strong token within some words after i.
func nearToken(text string, i int) (start, end int, ok bool) {
	limit := min(len(text), i+nearWindow)
	if limit > i && (plusSlash.has(text[i]) || text[i] == '.') {
		return 0, 0, false
	}
	lines := 0
	for p := i; p < limit; {
		if text[p] == '\n' {
			if lines++; lines > 1 {
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
		to := tokenBytes.run(text, p, longestToken)
		to = equals.run(text, trimEnd(text, p, to), 2)
		token := text[p:to]
		if (isStrong(token) || (isUUID(token) || isMixed(token)) && isAnnounced(text, p)) && !isStandIn(token) && !strings.HasPrefix(token, "AAAA") {
			return p, to, !containsAnyFold(text[i:p], against)
		}
		p = max(to, p+1)
	}
	return 0, 0, false
}

// isStrong reports whether nothing but a key, a digest or an id can look so.
func isStrong(v string) bool {
	if len(v) < 20 || isUUID(v) {
		return false
	}
	if hex, found := strings.CutPrefix(v, "0x"); found {
		v = hex
	}
	if isSerial(v) {
		return true
	}
	if len(v) >= 32 && isHex(v[:min(len(v), probe)]) {
		return hasLetterAndDigit(v)
	}
	if padded := strings.TrimRight(v, "="); mixedCaseDigits(v) && (len(v) == 40 || len(v) == 44 || len(v) > len(padded)) && !strings.Contains(v, "-") {
		return (base62|plusSlash).run(padded, 0, len(padded)) == len(padded) && digitChanges(v) >= 4
	}
	return hasRandomSegment(v) || isMixed(v) && digitChanges(v) >= 4
}

// isMixed reports whether the letters and digits of v change as often as in
// random text, and more often than in names.
func isMixed(v string) bool {
	return len(v) >= 20 && base64u.run(v, 0, len(v)) == len(v) && mixedCaseDigits(v) && sortChanges(v)*3 >= len(v)
}

// isSerial reports whether v is groups of five capitals and digits.
func isSerial(v string) bool {
	const group = 5
	if len(v) < 4*(group+1)+group || (len(v)+1)%(group+1) != 0 || !hasLetterAndDigit(v) {
		return false
	}
	for part := range strings.SplitSeq(v, "-") {
		if len(part) != group || (digit|uppers).run(part, 0, group) != group {
			return false
		}
	}
	return true
}

func containsAnyFold(text string, words []string) bool {
	folded := strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(folded, w) })
}

// besideRule finds the secret that stands right beside the id of its key.
const besideRule = "secret-beside-id"

// keyIDs begin ids of keys that come with a secret.
var keyIDs = []string{"akia", "asia", "ltai", "akid", "aklt"}

func findBeside(s *scan, at int) {
	const longestGap, shortest, longest = 4, 28, 64
	end := base62.run(s.text, at, longest)
	if end-at < 16 || wordBefore(s.text, at) {
		return
	}
	start := end
	for start < len(s.text) && start-end < longestGap && strings.IndexByte(":,;|/ \t\n\"'", s.text[start]) >= 0 {
		start++
	}
	to := (base62 | plusSlash).run(s.text, start, longest)
	if v := s.text[start:to]; start > end && len(v) >= shortest && len(v) < longest && mixedCaseDigits(v) {
		s.add(start, to, APIKey, besideRule)
	}
}
