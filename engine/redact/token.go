package redact

import (
	"encoding/base64"
	"strings"
)

// Tokens known by their build or by the words right before them: JSON web
// tokens, Authorization schemes, webhook addresses, cookies.

const (
	longestToken = 4 << 10
	longestPart  = 1 << 20 // of a JSON web token: one hit reads it, those inside it are passed over
)

func tokenDetectors() []detector {
	out := []detector{
		{name: "jwt", shape: "eyJ{b64u}.eyJ{b64u}.{b64u}", keys: []string{"eyj"}, find: findJWT, rows: []row{{
			name: "jwt", kind: JWT,
			must:  []string{"Authorization: Bearer «{jwt}»", "登录返回«{jwt}»，存一下", `{"id_token":"«{jwt}»"}`, "cut off «eyJ{b64u:36}.eyJ{b64u:60}»"},
			never: []string{"a JWT begins with eyJhbGciOi", "eyJ{b64u:20} alone", "x{jwt}"},
		}}},
		{name: "bearer", shape: "Bearer {token68:12+}", keys: []string{"bearer "}, find: findBearer, rows: []row{{
			name: "bearer", kind: APIKey,
			must:  []string{"Authorization: Bearer «{b62:40}»", `-H "authorization: bearer «{b64u:32}»"`},
			never: []string{"Bearer $TOKEN", "Bearer ${API_TOKEN}", "bearer tokens are sent in headers", "Bearer <your-token-123>"},
		}}},
		{name: "basic", shape: "Basic base64(user:password)", keys: []string{"basic "}, find: findBasic, rows: []row{{
			name: "basic", kind: APIKey,
			must:  []string{"Authorization: Basic «{basic}»"},
			never: []string{"Basic authentication is disabled", "basic plan2024 users", "BASIC 1964 was easy"},
		}}},
		{name: "basic", shape: "auth: base64(user:password)", keys: []string{"auth"}, find: findEncodedLogin, rows: []row{{
			name: "basic", kind: APIKey,
			must:  []string{`{"auths":{"registry.example":{"auth":"«{basic}»"}}}`, "//registry.example/:_auth=«{basic}»"},
			never: []string{`"auth":"required"`, "auth: basic", `"auth":"b2s="`},
		}}},
		{name: "cookie-name", shape: strings.Join(cookieNames, " "), keys: cookieNames, find: findNamedCookie, rows: []row{{
			name: "cookie-name", kind: APIKey,
			must:  []string{"网易云 MUSIC_U=«{HEX:64}»", `[{"name":"SEID","value":"«{hex:64}»"}]`, "cookies={'sessionid': '«{low36:32}»'}", "登录态 z_c0=«2|1:0|10:179{dig:7}|4:z_c0|92:{b62:80}|{hex:64}»"},
			never: []string{"sessionid=None", "the sessionid cookie is set", "sid=12", "SESSDATA=<your SESSDATA>", `"sessionid": "id"`},
		}}},
		{name: "cookie", shape: "Cookie: name=value; name=value", keys: []string{"cookie"}, find: findCookies, rows: []row{{
			name: "cookie", kind: APIKey,
			must:  []string{"Cookie: lang=zh; sessionid=«{low36:32}»; theme=dark", "Set-Cookie: SID=«{b62:40}»; Path=/; HttpOnly", "cookie 是 uid=12; JSESSIONID=«{b62:16}»"},
			never: []string{"Cookie: lang=zh; theme=dark", "cookies=enabled", "set cookie_path=/var/www/site-2024/cookies"},
		}}},
	}
	for _, w := range webhooks {
		form := parseShape(w.token)
		out = append(out, detector{name: webhookRule, shape: w.address + w.token, keys: []string{w.address}, rows: []row{webhookRow},
			find: func(s *scan, at int) { findWebhook(s, at+len(w.address), form) }})
	}
	return out
}

const webhookRule = "webhook"

var webhookRow = row{
	name: webhookRule, kind: APIKey,
	must: []string{
		"https://open.feishu.cn/open-apis/bot/v2/hook/«{uuid}»", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=«{uuid}»",
		"https://hooks.slack.com/services/«T{up36:8}/B{up36:10}/{b62:24}»", "https://discord.com/api/webhooks/{dig:18}/«{b64u:68}»",
	},
	never: []string{"https://open.feishu.cn/open-apis/bot/v3/info", "https://hooks.slack.com/services/T00/B00/XXX", "https://discord.com/api/webhooks"},
}

// findJWT takes a signed or encrypted token, also one that was cut off in its
// last part.
func findJWT(s *scan, at int) {
	if !strings.HasPrefix(s.text[at:], "eyJ") || wordBefore(s.text, at) || at > 1 && base64u.has(s.text[at-1]) && base64u.has(s.text[at-2]) && !escapeEnds(s.text, at) {
		return
	}
	end := base64u.run(s.text, at, longestPart)
	if end-at < 15 || !strings.HasPrefix(s.text[end:], ".") {
		return
	}
	payload := end + 1
	end = base64u.run(s.text, payload, longestPart)
	if end-payload < 4 || !strings.HasPrefix(s.text[payload:], "eyJ") && !strings.HasPrefix(s.text[end:], ".") {
		return
	}
	// A signature follows, or three more parts where the token is encrypted.
	for range 3 {
		if end >= len(s.text) || s.text[end] != '.' {
			break
		}
		part := base64u.run(s.text, end+1, longestPart)
		if part == end+1 {
			break
		}
		end = part
	}
	s.add(at, end, JWT, "jwt")
}

const token68 = base64u | plusSlash | dot | tilde | equals

func findBearer(s *scan, at int) {
	if wordBefore(s.text, at) {
		return
	}
	start := skipBlanks(s.text, at+len("bearer "))
	end := s.trimEnd(start, token68.run(s.text, start, longestToken))
	if token := s.text[start:end]; len(token) >= 12 && hasLetterAndDigit(token) && !isStandIn(token) {
		s.add(start, end, APIKey, "bearer")
	}
}

// findBasic decodes the value: only what holds user:password is a credential.
func findBasic(s *scan, at int) {
	if wordBefore(s.text, at) {
		return
	}
	start := skipBlanks(s.text, at+len("basic "))
	end := (base62 | plusSlash | equals).run(s.text, start, probe)
	if isEncodedLogin(s.text[start:end]) {
		s.add(start, end, APIKey, "basic")
	}
}

func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// webhooks are addresses whose last part lets anybody post. The shape begins
// with the address's own end, which stays.
var webhooks = []struct{ address, token string }{
	{"open.feishu.cn/open-apis/bot/", "hook/{dashed:36}"},
	{"open.larksuite.com/open-apis/bot/", "hook/{dashed:36}"},
	{"qyapi.weixin.qq.com/cgi-bin/webhook/", "key={dashed:36}"},
	{"hooks.slack.com/", "services/{path:30-100}"},
	{"hooks.slack.com/", "workflows/{path:30-100}"},
	{"hooks.slack.com/", "triggers/{path:30-100}"},
	{"discord.com/api/", "webhooks/{path:60-120}"},
	{"discordapp.com/api/", "webhooks/{path:60-120}"},
	{"webhook.office.com/", "webhookb2/{url:36}@{path:100-200}"},
	{"api.telegram.org/", "bot{dig:8-10}:A{b64u:34}"},
	{"sctapi.ftqq.com", "/{b62:20-60}"},
	{"sc.ftqq.com", "/{b62:20-80}"},
	{"api.day.app", "/{b62:20-30}"},
	{"maker.ifttt.com/trigger/", "key/{b64u:20-60}"},
	{"hooks.zapier.com/hooks/", "catch/{path:10-40}"},
	{"make.com", "/{b62:24-40}"},
	{"webhook.site", "/{dashed:36}"},
	{"ilinkai.weixin.qq.com/", "key={dashed:36}"},
	{"chat.googleapis.com/v1/spaces/", "token={url:30-80}"},
	{"/hooks", "/{low36:26}"},
	{"services.feishu.cn/", "trigger/{b62:20-60}"},
}

// findWebhook masks from after the literal of form to the end of the token.
// Only the few bytes between the address and the literal are searched, for the
// `v2/` of `bot/v2/hook/` and the `send?` before `key=`.
func findWebhook(s *scan, i int, form shape) {
	const between = 40
	window := s.text[i:min(len(s.text), i+between)]
	n := strings.Index(window, form.pieces[form.anchor].literal)
	if n < 0 {
		return
	}
	literal := form.pieces[form.anchor].literal
	start := i + n + len(literal)
	end := piecesEnd(form.pieces[form.anchor:], s.text, i+n)
	if end < 0 || !looksRandom(s.text[start:end]) || !hasDigit(s.text[start:end]) || end < len(s.text) && form.pieces[len(form.pieces)-1].set.has(s.text[end]) {
		return
	}
	// A numeric id before the token names the hook and is no secret.
	if id := digit.run(s.text, start, 24); id > start && id < end && s.text[id] == '/' {
		start = id + 1
	}
	s.add(start, end, APIKey, webhookRule)
}

// findCookies masks the long or telling values of a cookie header, or of
// cookies that were pasted: the first pair stands near the word, the others
// follow with semicolons between.
func findCookies(s *scan, at int) {
	const near, longestCookieName = 40, 128
	i := at + len("cookie")
	if strings.HasPrefix(s.text[i:], "s") {
		i++
	}
	if at < s.cookieEnd || i < len(s.text) && (base62|underscore).has(s.text[i]) {
		return
	}
	for first := i; i < len(s.text) && s.text[i] != '\n' && s.text[i] != '\r' && i-first < near; {
		eq := (base64u | dot).run(s.text, i, longestCookieName)
		if eq == i || eq >= len(s.text) || s.text[eq] != '=' {
			i = max(eq, i+1)
			continue
		}
		end := eq + 1
		for end < len(s.text) && isCookieByte(s.text[end]) {
			end++
		}
		if isCookieSecret(s.text[i:eq], s.text[eq+1:end]) {
			s.add(eq+1, end, APIKey, "cookie")
		}
		i = max(end, eq+1)
		if s.cookieEnd = i; i >= len(s.text) || s.text[i] != ';' {
			return
		}
		first = i
	}
}

func isCookieByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"';,\\<>`", c) < 0
}

func isCookieSecret(name, value string) bool {
	if value == "" || !hasLetterAndDigit(value) || isStandIn(value) {
		return false
	}
	if len(value) >= 20 {
		return true
	}
	name = strings.ToLower(name[max(0, len(name)-longestName):])
	for _, word := range []string{"sess", "sid", "token", "auth", "jct", "csrf", "ticket"} {
		if strings.Contains(name, word) {
			return len(value) >= 8
		}
	}
	return false
}

// cookieNames are names of cookies that log somebody in, at sites whose cookies
// people paste most, and the defaults of web frameworks.
var cookieNames = []string{
	"sessdata", "bili_jct", "music_u", "__csrf", "z_c0", "bduss", "stoken", "web_session", "pt_key", "sessionid", "sessionid_ss", "sid_guard", "sid_tt", "sid_ucp_v1", "uid_tt", "ttwid", "passport_csrf_token",
	"seid", "wskey", "subp", "_m_h5_tk", "cookie2", "jsessionid", "phpsessid", "connect.sid", "asp.net_sessionid", ".aspxauth", ".aspnetcore.cookies", "laravel_session", "xsrf-token",
	"csrftoken", "__secure-1psid", "__secure-3psid", "__secure-1psidts", "sapisid", "apisid", "hsid", "sid", "li_at", "auth_token", "ct0", "datr", "reddit_session", "user_session", "remember_token", "remember_user_token",
	"_gitlab_session", "wordpress_logged_in", "_session_id", "session_token", "__host-session", "next-auth.session-token", "p_skey", "skey", "qrsig", "pt4_token", "wxuin", "pass_ticket", "rememberme", "token_v2", "cf_clearance", "session",
}

// findNamedCookie takes the value of a cookie known by name. Short names are
// those of other things too, so their values have to be long.
func findNamedCookie(s *scan, at int) {
	n, ok := nameAt(s.text, at, cookieNames)
	if !ok || n.owner != "" || at > 0 && strings.IndexByte("-._", s.text[at-1]) >= 0 {
		return
	}
	i, l := readLink(s.text, n.end)
	if l < pairLink || l == proseLink {
		return
	}
	v := s.readValue(i)
	if !v.quoted {
		v.end = s.cookieRun.endAt(s.text, v.start, isCookieByte)
	}
	text := s.text[v.start:min(v.end, v.start+longestQuoted)]
	const shortName, longValue = 4, 24
	if text == "" || isStandIn(text) || isUUID(text) || len(n.word) <= shortName && len(text) < longValue {
		return // ids of sessions are UUIDs too
	}
	if isStrong(text) || len(text) >= longValue && hasLetterAndDigit(text) && digitChanges(text) >= 4 {
		s.add(v.start, v.end, APIKey, "cookie-name")
	}
}

// findEncodedLogin takes a value that is user:password in Base64.
func findEncodedLogin(s *scan, at int) {
	n, ok := nameAt(s.text, at, []string{"auth"})
	if !ok {
		return
	}
	if i, l := readLink(s.text, n.end); l >= colonLink {
		if v := s.readValue(i); isEncodedLogin(s.text[v.start:v.end]) {
			s.add(v.start, v.end, APIKey, "basic")
		}
	}
}

func isEncodedLogin(value string) bool {
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	return err == nil && len(decoded) >= 5 && strings.IndexByte(string(decoded), ':') > 0 && isPrintable(decoded)
}
