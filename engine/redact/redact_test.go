package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"unsafe"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// masked are texts with their redaction.
var masked = []struct{ name, text, want string }{
	{"env", "OPENAI_API_KEY=sk-{b62:48}", "OPENAI_API_KEY=[API_KEY]"},
	{"url with password", "postgres://app:{b62:12}@db/app", "postgres://app:[PASSWORD]@db/app"},
	{"url with at sign in password", "mysql://app:p@{b62:12}@db.internal:3306/x", "mysql://app:[PASSWORD]@db.internal:3306/x"},
	{"bearer", "Authorization: Bearer {b62:40}", "Authorization: Bearer [API_KEY]"},
	{"jwt", "Authorization: Bearer {jwt}", "Authorization: Bearer [JWT]"},
	{"literal line feed", `"token:\n7{dig:9}:AA{b64u:33}"`, `"token:\n[API_KEY]"`},
	{"url encoded equals", "q=a%3Dghp_{b62:36}&x=1", "q=a%3D[API_KEY]&x=1"},
	{"json escape", `a\u003dghp_{b62:36}`, `a\u003d[API_KEY]`},
	{"Chinese full stop", "用这个ghp_{b62:36}。谢谢", "用这个[API_KEY]。谢谢"},
	{"Chinese glued", "key是{hex:32}吗", "key是[API_KEY]吗"},
	{"Chinese prose", "我刚申请的密钥是{hex:32}，你直接用", "我刚申请的密钥是[API_KEY]，你直接用"},
	{"key pair", "AK：LTAI5t{b62:18}\nSK：{b62:30}", "AK：[API_KEY]\nSK：[API_KEY]"},
	{"table row", "| GITEE_TOKEN | `{hex:32}` |", "| GITEE_TOKEN | `[API_KEY]` |"},
	{"yaml pair", "- name: APP_SECRET\n  value: \"{hex:32}\"", "- name: APP_SECRET\n  value: \"[API_KEY]\""},
	{"json", `{"apiKey":"{b62:32}","on":true}`, `{"apiKey":"[API_KEY]","on":true}`},
	{"json in json", `"{\"password\":\"{b62:12}\"}"`, `"{\"password\":\"[PASSWORD]\"}"`},
	{"json value with quote", `{"password":"a\"{b62:12}"}`, `{"password":"[PASSWORD]"}`},
	{"webhook", "https://open.feishu.cn/open-apis/bot/v2/hook/{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}", "https://open.feishu.cn/open-apis/bot/v2/hook/[API_KEY]"},
	{"cookie", "Cookie: lang=zh; sessionid={low36:32}; theme=dark", "Cookie: lang=zh; sessionid=[API_KEY]; theme=dark"},
	{"Chinese password", "服务器密码是{b62:12}，用户名 root", "服务器密码是[PASSWORD]，用户名 root"},
	{"Chinese password quoted", "root/密码「{b62:12}」", "root/密码「[PASSWORD]」"},
	{"English password", "my password is {b62:12} and it fails", "my password is [PASSWORD] and it fails"},
	{"passphrase", "The passphrase for the key is \"{b62:12}\".", "The passphrase for the key is \"[PASSWORD]\"."},
	{"bold password", "密码：**{b62:12}**", "密码：**[PASSWORD]**"},
	{"letters only in env", "DB_PASSWORD={alpha:9}", "DB_PASSWORD=[PASSWORD]"},
	{"xml", "<password>{b62:12}</password>", "<password>[PASSWORD]</password>"},
	{"opaque authorization", "Authorization: {b62:40}", "Authorization: [API_KEY]"},
	{"odbc", "User Id=sa;Password={b62:12};Encrypt=true", "User Id=sa;Password=[PASSWORD];Encrypt=true"},
	{"command", "sshpass -p '{b62:12}' ssh root@10.0.0.5", "sshpass -p '[PASSWORD]' ssh root@10.0.0.5"},
	{"command user", "curl -u admin:'{b62:12}' https://a.example", "curl -u admin:'[PASSWORD]' https://a.example"},
	{"email", "发到 {low36:8}.x+y@mail.example.com。", "发到 [EMAIL]。"},
	{"email glued to Chinese", "账号{low:6}@example.com密码忘了", "账号[EMAIL]密码忘了"},
	{"email after literal line feed", `"to:\nnora@example.com"`, `"to:\n[EMAIL]"`},
	{"email full width", "邮箱：nora＠example.com", "邮箱：[EMAIL]"},
	{"email url encoded", "?user=nora%40example.com&next=/", "?user=[EMAIL]&next=/"},
	{"email is not a phone", "{mobile}@qq.com", "[EMAIL]"},
	{"mobile", "打{mobile}找我", "打[PHONE]找我"},
	{"mobile list", "{mobile}/{mobile}", "[PHONE]/[PHONE]"},
	{"mobile grouped", "138 {dig:4} {dig:4}", "[PHONE]"},
	{"mobile with country code", "(+86) 138-{dig:4}-{dig:4}", "[PHONE]"},
	{"mobile with bare country code", "86{mobile}", "[PHONE]"},
	{"mobile full width", "手机１３８００１３８０００收", "手机[PHONE]收"},
	{"landline", "座机 010-6{dig:7}", "座机 [PHONE]"},
	{"landline in brackets", "（0755）8{dig:7}", "[PHONE]"},
	{"landline with extension", "021-6{dig:7}转{dig:3}", "[PHONE]"},
	{"international", "call +44 20 7946 0{dig:3} or", "call [PHONE] or"},
	{"international with brackets", "+1 (415) 555-01{dig:2}", "[PHONE]"},
	{"international with zeros", "Tel：0086-10-6{dig:7}", "Tel：[PHONE]"},
	{"national beside a word", "Phone: (415) 555-01{dig:2}", "Phone: [PHONE]"},
	{"id card", "身份证{id18}已提交", "身份证[ID_CARD]已提交"},
	{"bank card", "转到 {card19}，工行", "转到 [BANK_CARD]，工行"},
	{"two kinds", "{mobile}，nora@example.com", "[PHONE]，[EMAIL]"},
	{"pem", "私钥：\n-----BEGIN RSA PRIVATE KEY-----\n{b64:64}\n-----END RSA PRIVATE KEY-----\n谢谢", "私钥：\n[PRIVATE_KEY]\n谢谢"},
	{"pem in json", `{"k":"-----BEGIN PRIVATE KEY-----\n{b64:64}\n-----END PRIVATE KEY-----\n"}`, `{"k":"[PRIVATE_KEY]\n"}`},
	{"pem cut off", "-----BEGIN OPENSSH PRIVATE KEY-----\n{b64:64}\n{b64:20}", "[PRIVATE_KEY]"},
	{"pgp", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{b64:64}\n-----END PGP PRIVATE KEY BLOCK-----", "[PRIVATE_KEY]"},
	{"beside a placeholder", "[EMAIL] {mobile}", "[EMAIL] [PHONE]"},
	{"after a tagged placeholder", "[PHONE~abcdefgh] {mobile}", "[PHONE~abcdefgh] [PHONE]"},
}

// untouched are texts that look like secrets and are none.
var untouched = []struct{ name, text string }{
	{"placeholders", "password: [PASSWORD], token=[API_KEY], [PHONE~x7k2m4qa]"},
	{"upstream masks", "key sk-pro…CDEF AKIAIO…MPLE password=*** token: abcdef…wxyz"},
	{"template variables", "token: ${GATEWAY_TOKEN}\nBearer $TOKEN\npassword: {{ .Values.pw }}\napi_key=<your-key>"},
	{"code that fetches", "apiKey: process.env.OPENAI_API_KEY; password = getpass.getpass(); const password = req.body.password;"},
	{"words", "password=None token: null secret: true password is required"},
	{"stand-ins", "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx api_key: YOUR_API_KEY AKIA" + "IOSFODNN7EXAMPLE"},
	{"Chinese prose", "密码是不能明文保存的。密码：已设置。密码长度至少 8 位。token 有效期是多久？"},
	{"names that go on", "max_tokens: 4096 tokenizer: cl100k_base secretName: my-tls-cert-1 cache_key: \"user:12:profile\""},
	{"commit", "commit {hex:40}"},
	{"digest", "sha256:{hex:64} md5 {hex:32}"},
	{"uuid", "session {hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}"},
	{"timestamp", `{"timestamp":1773461489776,"id":"{hex:8}"}`},
	{"counted", "文件大小 13800138000 bytes，播放量 13912345678，耗时 13812345678 ns"},
	{"protocol field", `{"chat_id":13800138000,"message_id":13900139000}`},
	{"in a path", "https://item.example.com/13812345678.html"},
	{"decimal", "loss=0.13812345678"},
	{"date", "call me on 2026-03-14 15:31"},
	{"telegram ids", "chat_id: -1001234567890, id 7001234567"},
	{"packages", "npm i @scope/core@1.2.3 vite@5.1.0 logo@2x.png actions/checkout@v4"},
	{"remote paths", "git clone git@github.com:org/repo.git ssh://git@gitlab.example.com:2222/a/b.git"},
	{"public keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64:43}\n-----BEGIN CERTIFICATE-----\n{b64:64}\n-----END CERTIFICATE-----"},
	{"picture", "![img](data:image/png;base64,iVBORw0KGgo{b64:200})"},
	{"regexps", `1[3-9]\d{9} ghp_[A-Za-z0-9]{36} \b[\w.+-]+@[\w-]+\.[\w.]+\b`},
	{"pass as a verb", "it's okay to pass IPv4-mapped addresses, GET /etc/passwd HTTP/1.1, len(password) > min8"},
	{"basic in prose", "Basic authentication is disabled, bearer tokens are sent in headers"},
	{"words with dashes", "risk-assessment-framework-notes sk-learn desk-organizer-2026"},
}

func TestRedact(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(3)
	for _, c := range masked {
		t.Run(c.name, func(t *testing.T) {
			for range 20 {
				text := r.Fill(c.text)
				if got, _ := rules.Redact(text); got != c.want {
					t.Fatalf("Redact(%q) = %q, want %q (%v)", text, got, c.want, rules.Scan(text))
				}
			}
		})
	}
}

func TestRedactLeavesAlone(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(4)
	for _, c := range untouched {
		t.Run(c.name, func(t *testing.T) {
			for range 20 {
				text := r.Fill(c.text)
				got, counts := rules.Redact(text)
				if got != text || counts != nil {
					t.Fatalf("Redact(%q) = %q (%v)", text, got, rules.Scan(text))
				}
				if unsafe.StringData(got) != unsafe.StringData(text) {
					t.Fatal("text without findings was copied")
				}
			}
		})
	}
}

func TestMergeTakesTheUnion(t *testing.T) {
	got := merge([]Finding{{5, 9, Phone, "b"}, {0, 6, Email, "a"}, {9, 12, Phone, "c"}, {20, 22, JWT, "d"}, {20, 22, APIKey, "e"}})
	want := []Finding{{0, 9, Email, "a"}, {9, 12, Phone, "c"}, {20, 22, JWT, "d"}}
	if len(got) != len(want) {
		t.Fatalf("merge = %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("merge[%d] = %v, want %v", i, got[i], want[i])
		}
	}
}

func TestHash(t *testing.T) {
	tables := sha256.New()
	for _, d := range builtin() {
		fmt.Fprintf(tables, "%q %q %q\n", d.name, d.shape, d.keys)
	}
	if digest := hex.EncodeToString(tables.Sum(nil)[:12]); digest != tablesDigest {
		t.Errorf("the tables changed: tablesDigest has to be %q", digest)
	}
	hash := BuiltIn().Hash()
	if len(hash) != 64 || BuiltIn().Hash() != hash {
		t.Errorf("Hash = %q and %q, want the same 64 digits", hash, BuiltIn().Hash())
	}
	seen := map[string]bool{hash: true}
	for _, opt := range []Options{
		{Rules: []UserRule{{Name: "staff", Regex: "E[0-9]{6}"}}}, {Rules: []UserRule{{Name: "staff", Regex: "E[0-9]{7}"}}},
		{Allow: []Allow{{Literal: "400"}}}, {Allow: []Allow{{Regex: "400"}}}, {Disable: []string{"PLATE"}}, {Enable: []string{"IP"}},
	} {
		rules, err := New(opt)
		if err != nil || seen[rules.Hash()] {
			t.Errorf("%+v: %v, or the hash is one of another rule set", opt, err)
			continue
		}
		seen[rules.Hash()] = true
	}
	known, err := New(Options{Known: []string{"correct horse"}})
	if err != nil || known.Hash() != hash {
		t.Errorf("known values: %v, hash %q, want that of the built-in rules: no digest of a secret is kept", err, known.Hash())
	}
}

func TestChecksums(t *testing.T) {
	// Published examples: GB 11643-1999 appendix, ISO/IEC 7812 annex.
	if !isIDCard("110105" + "19491231" + "002X") {
		t.Error("the example number of GB 11643 is refused")
	}
	if isIDCard("110105" + "19491331" + "002X") {
		t.Error("a month 13 is taken")
	}
	if !luhn("7992739"+"8713") || luhn("7992739"+"8710") {
		t.Error("the Luhn check is wrong on the textbook example")
	}
}
