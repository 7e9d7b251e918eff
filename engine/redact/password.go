package redact

import (
	"slices"
	"strings"
)

// Passwords: behind their name in code, JSON and speech, in addresses, and
// after the flags of well-known commands.

func passwordDetectors() []detector {
	return []detector{
		{name: "named-password", shape: strings.Join(passwordWords, " "), keys: passwordWords, find: findPassword, rows: []row{tableRow, {
			name: nearPasswordRule, kind: Password,
			must: []string{
				"jenkins 的 admin 密码我 reset 成 «{password}» 了", "I set passwd of user nora to «{password}» on all nodes", "router admin password?\nzomi: it's «{password}»",
				"tried both «{password}» and «{password}» as the password",
			},
			never: []string{"the password was hashed with PBKDF2", "密码错误 error1045", "password policy v2.3 for Windows2019", "密码用 sha256 加密"},
		}, {
			name: "named-password", kind: Password,
			must: []string{
				"服务器密码是«{b62:12}»，用户名 root", "root/密码「«{b62:12}»」", "my password is «{b62:12}» and it fails", "The passphrase for the key is \"«{b62:12}»\".",
				"密码：**«{b62:12}»**", "DB_PASSWORD=«{alpha:9}»", "<password>«{b62:12}»</password>", "User Id=sa;Password=«{b62:12}»;Encrypt=true",
				`"{\"password\":\"«{b62:12}»\"}"`, `{"password":"«a\"{b62:12}»"}`,
			},
			never: []string{
				"password: [PASSWORD]", "password = getpass.getpass(); const password = req.body.password;", "password=None", "password is required", "key password=***",
				"密码是不能明文保存的。密码：已设置。密码长度至少 8 位。", "GET /etc/passwd HTTP/1.1, len(password) > min8", "it's okay to pass IPv4-mapped addresses",
			},
		}}},
		{name: "url-password", shape: "scheme://user:password@host", keys: []string{"://", `:\/\/`}, find: findURLPassword, rows: []row{{
			name: "url-password", kind: Password,
			must:  []string{"postgres://app:«{b62:12}»@db/app", "mysql://app:«p@{b62:12}»@db.internal:3306/x", "redis://:«{b62:16}»@10.0.0.3:6379/0", "trojan://«{uuid}»@hk.example.net:443?sni=hk.example.net"},
			never: []string{"postgres://app:${DB_PASS}@db/app", "ssh://git@gitlab.example.com:2222/a/b.git", "https://user@host.example/x:y", "http://a.example/?u=a:b@c"},
		}}},
	}
}

var passwordWords = []string{
	"password", "passwd", "passphrase", "passcode", "pass", "pwd", "pw", "psk", "requirepass", "masterauth", "bindpw", "rootpw", "storepass", "keypass",
	"identified by", "assword", "dbpw", "userpw", "adminpw", "密码", "口令", "密碼", "密 码", "密　码", "口 令", "授权码", "授權碼", "暗号", "口令码",
}

const (
	shortestPassword = 4
	longestPassword  = 256
)

// isSentence reports whether v is a word in a sentence: `password = same as
// before`.
func (s *scan) isSentence(n name, v value) bool {
	word := s.text[v.start:v.end]
	return !v.quoted && n.word[0] < 0x80 && lowers.run(word, 0, len(word)) == len(word) &&
		strings.HasPrefix(s.text[v.end:], " ") && lowers.run(s.text, v.end+1, 2) > v.end+1
}

func findPassword(s *scan, at int) {
	n, ok := nameAt(s.text, at, passwordWords)
	if !ok || isTestReport(s.text, at) {
		return
	}
	if s.findColumn(at, n) {
		return
	}
	isTopic := afterAny(s.text, n.end, aboutPasswords) > 0
	if next, l := readLink(s.text, n.end); l != noLink || n.word[0] >= 0x80 {
		if l == blankLink && n.isFlag {
			l = equalLink // --password X
		}
		if l <= blankLink && n.word[0] < 0x80 {
			if is := isAfterWords(s.text, next); is > 0 && !isTopic {
				next, l = is, proseLink
			}
		}
		v := s.readValue(next)
		if l == blankLink && v.end == v.start+1 && digit.has(s.text[v.start]) { // a router's "password 0 X"
			v = s.readValue(skipBlanks(s.text, v.end))
		}
		switch {
		case v.quoted || v.start == len(s.text):
		case s.text[v.start-1] == '>' && l == colonLink:
			v.end = tagEnd(s.text, v.start, v.end)
		case l == equalLink && !n.inQuery:
			v.end = s.settingEnd(v.start, v.end)
		}
		spoken := l == proseLink || n.word[0] >= 0x80 || l == colonLink && strings.HasPrefix(s.text[n.end:], ": ")
		if spoken && !v.quoted {
			v.end = s.proseEnd(v.start, v.end)
		}
		if isPassword(s.text[v.start:v.end], n, l, v.quoted) && !strings.HasPrefix(s.text[v.end:], "…") && !s.isSentence(n, v) {
			s.add(v.start, v.end, Password, "named-password")
			s.addFurther(v.end)
			return
		}
		if l >= colonLink && v.end > v.start && v.quoted {
			return // something else was assigned
		}
	}
	if start, end := lineBelow(s.text, n.end); end > start && (isStrong(s.text[start:end]) || passwordStrength(s.text[start:end]) > noPassword) {
		s.add(start, end, Password, nearPasswordRule)
		return
	}
	if slices.Contains(speakable, n.word) && !isTopic {
		if start, end, ok := s.nearPassword(n.end); ok {
			s.add(start, end, Password, nearPasswordRule)
		}
		s.addBefore(at, Password, nearPasswordRule, func(word string) bool { return passwordStrength(word) >= likelyPassword })
	}
}

// addFurther takes the passwords that follow a first one in a row.
func (s *scan) addFurther(end int) {
	const most = 8
	for range most {
		i := skipBlanks(s.text, end)
		if i = afterAny(s.text, i, []string{"、", "和", "或", "或者", "or ", "and "}); i < 0 {
			return
		}
		v := s.readValue(skipBlanks(s.text, i))
		if passwordStrength(s.text[v.start:v.end]) < somePassword {
			return
		}
		s.add(v.start, v.end, Password, "named-password")
		end = v.end
	}
}

// aboutPasswords follow the word where something else is spoken of.
var aboutPasswords = []string{" manager", " generator", " vault", " app ", " policy", " field", " hint", " too "}

// isTestReport reports whether a PASS at `at` is that of a test.
func isTestReport(text string, at int) bool {
	name, found := strings.CutPrefix(text[at:], "PASS: ")
	if !found {
		return false
	}
	for _, begin := range []string{"Test", "Example", "Benchmark", "Fuzz", "test_", "test-", "Passed"} {
		if strings.HasPrefix(name, begin) {
			return true
		}
	}
	return strings.HasSuffix(text[:at], "--- ")
}

// lineBelow is the one word that the line below a name holds.
func lineBelow(text string, i int) (start, end int) {
	line := i
	if n := afterAny(text, i, []string{":", "："}); n > 0 {
		line = n
	}
	if afterAny(text, line, []string{"\n", "\r\n"}) < 0 {
		return 0, 0
	}
	start = skipSpace(text, i+strings.IndexByte(text[i:], '\n'))
	end = start
	for end < len(text) && end-start < longestPassword && text[end] > ' ' && text[end] < 0x7f {
		end++
	}
	if end < len(text) && text[end] != '\n' && text[end] != '\r' {
		return 0, 0
	}
	return start, end
}

func isPasswordName(word string) bool { return slices.Contains(passwordWords, word) }

// speakable are the names that people use in sentences.
var speakable = []string{"password", "passwd", "passphrase", "passcode", "pass", "pwd", "pw", "assword", "密码", "口令", "密碼", "授权码", "授權碼"}

// settingEnd goes on over the marks that may stand in the value of a setting
// without quotes, unless they part it from what follows: another setting, the
// end of a list, of a string, of a command.
func (s *scan) settingEnd(start, end int) int {
	text := s.text
	for end < len(text) && end-start < longestPassword {
		c := text[end]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"`\\<>", c) >= 0 {
			break
		}
		if strings.IndexByte("&,;|)]}'", c) >= 0 {
			next := end + 1
			if next == len(text) || text[next] <= ' ' || text[next] >= 0x7f || strings.IndexByte("&,;|)]}'\"`\\<>(", text[next]) >= 0 {
				break
			}
			if name := (base64u | dot).run(text, next, longestOwner); name > next && name < len(text) && (text[name] == '=' || text[name] == ' ') && strings.IndexByte("&,;|", c) >= 0 {
				break
			}
		}
		end++
	}
	return s.trimEnd(start, end)
}

// tagEnd goes on to the tag that closes a value.
func tagEnd(text string, start, end int) int {
	n := strings.IndexAny(text[start:min(len(text), start+longestPassword)], "< \n")
	if n < 0 || text[start+n] != '<' {
		return end
	}
	return start + n
}

// proseEnd goes on over the marks that end a value in code and not in speech.
func (s *scan) proseEnd(start, end int) int {
	text := s.text
	for end < len(text) && end-start < longestPassword && text[end] > ' ' && text[end] < 0x7f && strings.IndexByte("\"'`\\<>()[]{}|", text[end]) < 0 {
		end++
	}
	for end > start && text[end-1] == ';' {
		end--
	}
	return s.trimEnd(start, end)
}

// isAfterWords finds the "is" of "the passphrase for the key is X", or a mark
// that does the same: up to four words away. It returns the offset behind it, or
// -1.
func isAfterWords(text string, i int) int {
	for range 5 {
		for _, mark := range []string{"is ", "-> ", "→ ", ": "} {
			if strings.HasPrefix(text[i:], mark) {
				return i + len(mark)
			}
		}
		end := (letters | dash).run(text, i, 16)
		if strings.HasPrefix(text[end:], ": ") && end > i {
			return skipBlanks(text, end+1)
		}
		if end == i || end >= len(text) || text[end] != ' ' {
			return -1
		}
		i = end + 1
	}
	return -1
}

func isPassword(v string, n name, l link, quoted bool) bool {
	if len(v) < shortestPassword || len(v) > longestPassword || !isPrintable([]byte(v)) || isStandIn(v) {
		return false
	}
	if l == blankLink && n.word == "pass" || l == blankLink && strings.Contains(v, "/") {
		return false // the verb; a path
	}
	if l == pairLink && (!quoted || n.word == "pass" || passwordStrength(v) < somePassword) {
		return false // in a list of names another name follows
	}
	if !quoted && strings.ContainsAny(v, "{") {
		return false // code
	}
	if n.word == "passphrase" && quoted && isWords(v) {
		return true
	}
	if strings.Contains(v, "://") || n.word == "pwd" && (v[0] == '/' || v[0] == '~') {
		return false
	}
	if strings.Contains(v, " ") && (!quoted || !hasLetterAndDigit(v) || l < colonLink) {
		return false
	}
	if !quoted && (isCodePath(v) && l != equalLink || v[0] == '-' || strings.HasSuffix(v, "(")) {
		return false
	}
	switch chinese := n.word[0] >= 0x80; {
	case mixOf(strings.TrimRight(v, "#*")) == digit && n.word == "pass":
		return l == equalLink // else it counts what passed
	case mixOf(strings.TrimRight(v, "#*")) == digit:
		return l >= colonLink && len(v) >= 4 || len(v) >= 6 && (l != noLink || chinese)
	case hasLetterAndDigit(v), strings.ContainsAny(v, "!@#^*$%"):
		return l > blankLink || passwordStrength(v) >= likelyPassword || chinese && passwordStrength(v[1:]) >= likelyPassword || len(v) >= 6 && passwordStrength(v) > noPassword
	case quoted:
		return l >= proseLink && !strings.ContainsAny(v, "_.-") && n.word != "pass"
	case chinese:
		return l >= proseLink
	}
	return l == equalLink && !strings.ContainsAny(v, "_.-+/")
}

// isWords reports whether v is a passphrase of several words, and no sentence
// about one.
func isWords(v string) bool {
	words := strings.Fields(v)
	if len(words) < 3 || containsAnyFold(" "+v+" ", []string{" the ", " your ", " is ", " for ", " a ", " to ", " not ", " new "}) {
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool { return len(w) < 3 || (letters|digit).run(w, 0, len(w)) != len(w) })
}

// findURLPassword reads the authority after "://". The last '@' before a slash
// ends the password, because people put '@' into passwords unescaped.
func findURLPassword(s *scan, at int) {
	const longestAuthority = 1024
	start := at + len("://")
	if s.text[at+1] == '\\' { // as PHP writes slashes into JSON
		start = at + len(`:\/\/`)
	}
	if at == 0 || !base62.has(s.text[at-1]) {
		return
	}
	colon, host := -1, -1
	for i := start; i < min(len(s.text), start+longestAuthority); i++ {
		c := s.text[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("/?\"'`\\,", c) >= 0 {
			break
		}
		if c == ':' && colon < 0 && host < 0 {
			colon = i
		}
		if c == '@' {
			host = i
		}
	}
	if at := strings.IndexByte(s.text[start:min(len(s.text), start+longestAuthority)], '@'); colon < 0 && at > 0 && isProxyScheme(s.text[:start]) {
		if v := s.text[start : start+at]; (base64u|plusSlash|equals|dot).run(v, 0, len(v)) == len(v) && len(v) >= 8 && hasLetterAndDigit(v) {
			s.add(start, start+at, Password, "url-password")
		}
		return
	}
	if colon < 0 || host <= colon+1 {
		return
	}
	if v := s.text[colon+1 : host]; !isStandIn(v) && distinct(v) > 1 {
		s.add(colon+1, host, Password, "url-password")
	}
}

// isProxyScheme reports whether before ends in a scheme whose addresses begin
// with a password alone.
func isProxyScheme(before string) bool {
	return slices.ContainsFunc([]string{"trojan", "trojan-go", "vless", "vmess", "ss", "hysteria2", "hy2", "tuic", "anytls"}, func(scheme string) bool {
		return hasSuffixFold(before, scheme+"://") && !wordBefore(before, len(before)-len(scheme)-len("://"))
	})
}
