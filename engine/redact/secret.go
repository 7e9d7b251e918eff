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
				"the key commit is {hex:40}", "persist-credentials: false\n- uses: actions/setup-go@{hex:40}", "token 有效期是多久？", "secret file sha256:{hex:64}", "session key, trace id {hex:32}", "密钥对应的订单号 {hex:32}",
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
	"私钥", "私鑰", "密钥", "密鑰", "秘钥", "秘鑰", "密匙", "金鑰", "令牌", "權杖", "凭证", "凭据", "憑證",
}

// keyOwners make a key a secret one: a bare key, or one of another sort, needs
// a value that nothing else can be.
var keyOwners = []string{
	"api", "secret", "access", "auth", "private", "account", "encryption", "encrypt", "signing", "sign", "master", "app", "license", "admin", "ssh", "push", "session", "hash", "server", "aes", "machine",
	"storage", "webhook", "send", "security", "fernet", "client", "service", "subscription", "developer", "dev", "project", "bot", "mch", "pay", "decryption", "validation",
}

// plainOwners make a key or token something else than a secret.
var plainOwners = []string{"public", "primary", "foreign", "sort", "cache", "partition", "row", "idempotency", "group", "index", "hot", "short", "next", "page", "continuation", "cursor", "max", "i18n", "translation", "object", "s3", "recv"}

func findSecret(s *scan, at int) {
	n, ok := nameAt(s.text, at, secretWords)
	if !ok || slices.Contains(plainOwners, n.owner) || strings.HasPrefix(n.owner, "pub") || containsAnyFold(n.before, []string{"public"}) {
		return
	}
	if s.findColumn(at, n) || s.findAssigned(at, n) {
		return
	}
	s.addBefore(at, APIKey, nearRule, func(word string) bool { return isStrong(word) && !isStandIn(word) })
	// In JSON a name in quotes is followed by its own value, or is one itself.
	inJSON := strings.HasPrefix(s.text[n.end:], `",`) || strings.HasPrefix(s.text[n.end:], `":`)
	if inJSON || slices.Contains(unspeakable, n.word) {
		return
	}
	if start, end, ok := s.nearToken(n.end); ok {
		s.add(start, end, APIKey, nearRule)
	}
}

// findAssigned takes what is linked to a name, and reports whether anything is.
func (s *scan) findAssigned(at int, n name) bool {
	next, l := readLink(s.text, n.end)
	if l == blankLink && (n.isFlag || at > 0 && s.text[at-1] == '_' && uppers.has(s.text[at])) {
		l = equalLink // --token X, set API_TOKEN X
	}
	if l == noLink {
		return false
	}
	v := s.readValue(next)
	if l == blankLink {
		if !isUUID(s.text[v.start:v.end]) || !v.quoted && n.word[0] < 0x80 && !slices.Contains(keyOwners, n.owner) {
			return false
		}
		s.add(v.start, v.end, APIKey, nearRule)
		return true
	}
	if user := strings.IndexByte(s.text[v.start:v.end], '@'); user > 0 && !v.quoted {
		v.end = v.start + user // of a URL
	}
	if isAssignedSecret(s.text[v.start:v.end], n, l, v.quoted) {
		s.add(v.start, v.end, APIKey, "assigned-secret")
		return true
	}
	if s.findList(next, n, l) {
		return true
	}
	other := s.text[v.start:v.end]
	return l >= colonLink && other != "" && (v.quoted || !hasWords(other) || standInWords[strings.ToLower(other)])
}

// findList takes the values of a list that is assigned: KEYS = ['…', '…'], or
// lines that begin with dashes.
func (s *scan) findList(i int, n name, l link) bool {
	const most = 64
	found := false
	for range most {
		next := skipSpace(s.text, i)
		switch {
		case strings.HasPrefix(s.text[next:], "- ") && next > i:
			next = skipBlanks(s.text, next+len("-"))
		case next < len(s.text) && strings.IndexByte("[(,", s.text[next]) >= 0:
			next = skipSpace(s.text, next+1)
		default:
			return found
		}
		v := s.readValue(next)
		if !isAssignedSecret(s.text[v.start:v.end], n, l, v.quoted) || !isStrong(s.text[v.start:v.end]) {
			return found
		}
		s.add(v.start, v.end, APIKey, "assigned-secret")
		found = true
		if i = v.end; v.quoted {
			i = min(len(s.text), v.end+1)
		}
	}
	return found
}

// unspeakable are names that stand for other things in sentences: only what is
// assigned to them counts.
var unspeakable = []string{"sig", "sign", "signature", "salt", "jscode", "setcookie", "appcertificate", "app_certificate", "hashiv", "code", "auth"}

// hasWords reports whether v begins with what begins a sentence rather than a
// value: letters only.
func hasWords(v string) bool { return v[0] >= 0x80 || letters.run(v, 0, len(v)) == len(v) }

// isAssignedSecret judges a value that stands right behind its name.
func isAssignedSecret(v string, n name, l link, quoted bool) bool {
	if len(v) < 8 || len(v) > longestValue {
		return false
	}
	if quoted && isMachineMade(v) {
		return true
	}
	if isStandIn(v) || isExpression(v, quoted) || isNameOfSecret(v) && !isStrong(v) {
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

// isExpression reports whether v is code, a path, an address or a setting of
// its own rather than a value.
func isExpression(v string, quoted bool) bool {
	switch {
	case strings.ContainsAny(v[:min(len(v), probe)], " ()[]{}"), strings.Contains(v, "://"), strings.Contains(strings.TrimRight(v, "="), "="):
		return true
	case strings.Contains(v, "/") && !mixedCaseDigits(v) && !isStrong(v), isFileOrHost(v) && !hasRandomSegment(v):
		return true
	}
	return !quoted && (isCodePath(v) || strings.Contains(v, "*"))
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
