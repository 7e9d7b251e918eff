package redact

import "strings"

// Secrets that are arguments of calls which log in, and those that follow their
// owner's name: `auth=('neo4j', '…')`, `creds: admin / …`.

const callRule = "call-argument"

var callRow = row{
	name: callRule, kind: Password,
	must: []string{
		"smtp.login('nora', '«{password}»')", "auth=('neo4j', '«{b62:18}»')", `DriverManager.getConnection(url, "app", "«{b62:18}»")`,
	},
	never: []string{"client.login(user, getpass())", "auth('google', 'callback')", `connect("db.internal", "Server2019")`, "login('admin', password)"},
}

// loginLineRule finds passwords in lines of a known form.
const (
	loginLineRule = "login-line"
	postgresPort  = ":5432:"
)

var loginLineRow = row{
	name: loginLineRule, kind: Password,
	must:  []string{"10.3.0.82:5432:shop:etl:«{b62:14}»", `dsn := "app:«{b62:13}»@tcp(127.0.0.1:3306)/shop"`, "WIFI:T:WPA;S:Sala_23;P:«{b62:14}»;;"},
	never: []string{"app:$PASS@tcp(127.0.0.1)", "listening on :5432: ok"},
}

// calls log in: secrets are among their arguments.
var calls = []string{"login(", "auth(", "auth=(", "getconnection(", "connect(", "credentials(", "credential(", "authenticate(", "signin(", "client(", "wallet(", "pdo("}

func callDetectors() []detector {
	return []detector{
		{name: callRule, shape: "login(…)", keys: calls, find: findCall, rows: []row{callRow, {
			name: "call-key", kind: APIKey,
			must:  []string{"q = Auth('«{b62:40}»', '«{b62:40}»')", `AipOcr client = new OcrClient("id", "«{b62:32}»")`, "new ethers.Wallet('«0x{hex:64}»', provider)"},
			never: []string{"Client('{uuid}')", "connect('sha256:{hex:64}')", "auth('{hex:20}')"},
		}}},
		{name: "login-pair", shape: strings.Join(pairWords, " "), keys: pairWords, find: findPairOfLogin, rows: []row{{
			name: "login-pair", kind: Password,
			must:  []string{"creds for the demo box: nora / «{password}»", "VPN 帐密：lina75 / «{password}»，网关", "登录账号密码 admin/«{password}»", "login: root:«{password}»"},
			never: []string{"credentials: see the wiki / page2", "账号密码 登录失败", "login: 2026-11-22 10:15:31", "creds: ${USER}/${PASS}"},
		}}},
		{name: loginLineRule, shape: "user:password@tcp(host)", keys: []string{"@tcp(", "@unix("}, find: findDriverAddress, rows: []row{loginLineRow}},
		{name: loginLineRule, shape: "WIFI:S:name;P:password;", keys: []string{"wifi:"}, find: findWifiCode, rows: []row{loginLineRow}},
		{name: loginLineRule, shape: "host:port:database:user:password", keys: []string{postgresPort}, find: findPgpass, rows: []row{loginLineRow}},
	}
}

// findCall judges each quoted argument.
func findCall(s *scan, at int) {
	const longestCall = 400
	i := at + strings.IndexByte(s.text[at:], '(') + 1
	limit := min(len(s.text), i+longestCall)
	for first := true; i < limit; first = false {
		i = skipSpace(s.text, i)
		n := strings.IndexAny(s.text[i:limit], "\"'`)\n")
		if n < 0 || s.text[i+n] == ')' || s.text[i+n] == '\n' && !strings.HasSuffix(strings.TrimRight(s.text[:i+n], " "), ",") {
			return
		}
		i += n
		v := s.readValue(i)
		if !v.quoted {
			i++
			continue
		}
		switch arg := s.text[v.start:v.end]; {
		case isStandIn(arg) || strings.ContainsAny(arg, " :"):
		case len(arg) >= 24 && isStrong(arg):
			s.add(v.start, v.end, APIKey, "call-key")
		case !first && passwordStrength(arg) >= likelyPassword && (hasMark(arg) || sortChanges(arg) >= 3):
			s.add(v.start, v.end, Password, callRule)
		}
		i = v.end + 1
	}
}

// pairWords announce a user and a password.
var pairWords = []string{"creds", "credentials", "login", "log in", "logins", "帐密", "账密", "帳密", "账号密码", "帐号密码", "帳號密碼", "账户密码", "用户名密码", "用户名/密码", "账号/密码", "user/pass", "username/password"}

// findPairOfLogin finds the second of two words behind the announcement.
func findPairOfLogin(s *scan, at int) {
	n, ok := nameAt(s.text, at, pairWords)
	if !ok {
		return
	}
	i := n.end
	if n.word[0] < 0x80 {
		if i = isAfterWords(s.text, skipBlanks(s.text, n.end)); i < 0 {
			next, l := readLink(s.text, n.end)
			if l < colonLink {
				return
			}
			i = next
		}
	} else if next, l := readLink(s.text, n.end); l != noLink {
		i = next
	}
	user := (base64u | dot).run(s.text, i, 48)
	if user < len(s.text) && s.text[user] == '@' {
		user = (base64u | dot).run(s.text, user+1, 64)
	}
	if user == i {
		return
	}
	start := skipBlanks(s.text, user)
	mark := afterAny(s.text, start, []string{"/", ":", "，", "、", "|", ",", "／"})
	if mark < 0 {
		return
	}
	start = skipBlanks(s.text, mark)
	v := s.readValue(start)
	if !v.quoted {
		v.end = s.proseEnd(v.start, v.end)
	}
	if v.end > v.start && passwordStrength(s.text[v.start:v.end]) >= likelyPassword {
		s.add(v.start, v.end, Password, "login-pair")
	}
}

// findDriverAddress finds the password in the addresses that Go's database
// drivers take: user:password@tcp(host).
func findDriverAddress(s *scan, at int) {
	const longest = 128
	start := at
	for start > 0 && at-start < longest && s.text[start-1] > ' ' && s.text[start-1] < 0x7f && strings.IndexByte("\"'`<>", s.text[start-1]) < 0 {
		start--
	}
	user, password, found := strings.Cut(s.text[start:at], ":")
	if found && (base64u|dot).run(user, 0, len(user)) == len(user) && !isStandIn(password) && !strings.HasPrefix(password, "//") {
		s.add(at-len(password), at, Password, loginLineRule)
	}
}

// findWifiCode finds the password in the text of a QR code for a network.
func findWifiCode(s *scan, at int) {
	const longestCode, mark = 200, ";P:"
	code := s.text[at:min(len(s.text), at+longestCode)]
	n := strings.Index(code, mark)
	if n < 0 {
		return
	}
	start := at + n + len(mark)
	if end := strings.IndexByte(s.text[start:min(len(s.text), start+longestPassword)], ';'); end > 0 {
		s.add(start, start+end, Password, loginLineRule)
	}
}

// findPgpass finds the password in a line of .pgpass:
// host:5432:database:user:password.
func findPgpass(s *scan, at int) {
	i := at + len(postgresPort)
	for range 2 { // database and user
		end := i
		for end < len(s.text) && end-i < 64 && ((base64u | dot).has(s.text[end]) || s.text[end] == '*') {
			end++
		}
		if end == i || end >= len(s.text) || s.text[end] != ':' {
			return
		}
		i = end + 1
	}
	v := s.readValue(i)
	if v.end-v.start >= shortestPassword && !isStandIn(s.text[v.start:v.end]) {
		s.add(v.start, v.end, Password, loginLineRule)
	}
}
