package redact

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// Values are made from parts, so that none looks like a secret.

const (
	weakPassword   = "hunter" + "2x"
	strongPassword = "Xk29" + "fjQ2zz"
)

// TestSurvivors: what stands between the marks must not be in the result.
func TestSurvivors(t *testing.T) {
	maker := fakesecret.New(11)
	random := func(n string) string { return maker.Fill("{b62:" + n + "}") }
	hex := func() string { return maker.Fill("{hex:32}") }
	for _, c := range []struct {
		name, text string
		secrets    []string
	}{
		// A name in capitals is taken for the report of a test.
		{"PASS in YAML", "      MYSQL_PASS: " + strongPassword + "\n", []string{strongPassword}},
		{"PASS in a list of logins", "USER: root\nPASS: " + strongPassword + "\n", []string{strongPassword}},
		// Two separators: the verb and the colon.
		{"是 and a colon", "密码是：" + weakPassword, []string{weakPassword}},
		{"为 and a colon", "密码为：" + weakPassword, []string{weakPassword}},
		{"设置为 and a colon", "密码设置为：" + weakPassword, []string{weakPassword}},
		{"code, 是 and a colon", "验证码是：482" + "913", []string{"482" + "913"}},
		// Names that go on to the right.
		{"key with a number", "API_KEY_1=" + random("24"), []string{"API_KEY_1="}},
		{"key of a stage", "API_KEY_PROD=" + random("24"), []string{"API_KEY_PROD="}},
		{"password with a number", "password2=" + weakPassword, []string{weakPassword}},
		{"password repeated", `{"password_confirmation":"` + weakPassword + `"}`, []string{weakPassword}},
		{"password of a stage", "DB_PASSWORD_PROD=" + weakPassword, []string{weakPassword}},
		// Blanks and line ends that are not ASCII, or come in two.
		{"no-break space", "password:\u00a0" + weakPassword, []string{weakPassword}},
		{"ideographic space", "密码：\u3000" + weakPassword, []string{weakPassword}},
		{"zero width space", "密码:\u200b" + weakPassword, []string{weakPassword}},
		{"CRLF before the value", "password:\r\n" + weakPassword + "\r\n", []string{weakPassword}},
		{"markup around the value", "密码：<code>" + weakPassword + "</code>", []string{weakPassword}},
		{"escaped slashes", `{"url":"postgres:\/\/app:` + strongPassword + `@db\/app"}`, []string{strongPassword}},
		{"second of a list in lines", "keys:\n  - " + hex() + "\n  - 9" + hex()[1:] + "\n", []string{"\n  - 9"}},
		{"second in the sentence", "密码：" + strongPassword + "、" + "Def678" + "90x", []string{"Def678" + "90x"}},
		// Shapes of tools.
		{"key of a wallet", "私钥 " + maker.Fill("9{hex:62}7"), []string{"私钥 9"}},
		{"entry of properties in XML", `<entry key="password">` + weakPassword + "</entry>", []string{weakPassword}},
		{"cookie of curl", `curl -b "session=` + random("40") + `" https://a.example`, []string{"session="}},
		{"password into docker login", "echo " + weakPassword + " | docker login -u nora --password-stdin", []string{weakPassword}},
		{"net user", "net user nora " + weakPassword + " /add", []string{weakPassword}},
		// Longer than a limit.
		{"long password", "password=" + random("130"), []string{"password="}},
		{"long password in an address", "postgres://app:" + random("280") + "@db/app", []string{"app:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := BuiltIn().Redact(c.text)
			for _, secret := range c.secrets {
				if before, after, found := strings.Cut(got, secret); found && (before != "" || after != "") && !strings.HasPrefix(after, "[") {
					t.Errorf("%.200q has %.40q", got, secret)
				}
			}
		})
	}
}

// TestHalves: what is masked must not leave its other half.
func TestHalves(t *testing.T) {
	maker := fakesecret.New(12)
	tail := "2zz" + "ABC9"
	for _, c := range []struct{ name, text, tail string }{
		{"environment file, &", "DB_PASSWORD=Xk29fjQ&" + tail + "\n", tail},
		{"environment file, )", "DB_PASSWORD=Xk29fjQ)" + tail + "\n", tail},
		{"environment file, ,", "DB_PASSWORD=Xk29fjQ," + tail + "\n", tail},
		{"environment file, '", "DB_PASSWORD=Xk29fjQ'" + tail + "\n", tail},
		{"markup with an entity", "<password>Xk29fj&amp;" + tail + "</password>", tail},
		{"quotes doubled in YAML", "password: 'Xk29''" + tail + "'", tail},
		{"colon in a driver's address", "app:pa" + tail + ":ss99XX@tcp(db:3306)/x", "pa" + tail},
		{"end of a spoken value", "password is " + maker.Fill("{b62:100},{b62:27}") + tail + tail + tail + " ok", tail},
		{"JWT of 20 KB", maker.Fill("x eyJ{b62:33}.eyJ{b62:18000}" + tail + ".{b62:40} y"), tail},
		{"lines of a key behind marks", maker.Fill("> MIIEvQIBADANBgkqhkiG9w0BAQEFAASC{b64:32}\n> {b64:57}") + tail + "\n", tail},
		{"cut off key in a JSON list", maker.Fill(`["-----BEGIN RSA PRIVATE KEY-----","{b64:64}","{b64:57}`) + tail + `"]`, tail},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, counts := BuiltIn().Redact(c.text)
			if counts == nil {
				t.Skip("nothing is masked at all")
			}
			if strings.Contains(got, c.tail) {
				t.Errorf("%.200q has %q", got, c.tail)
			}
		})
	}
}

// TestUserKinds: a placeholder of the user's own kind is one for every
// rule, as those of the built-in kinds are.
func TestUserKinds(t *testing.T) {
	rules, err := New(Options{Rules: []UserRule{{Name: "ticket", Regex: `TCK-\d+`, Placeholder: "TICKET"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"password=" + strongPassword + "%s", "密码：" + strongPassword + "%s后面", "mysql -uroot -p" + strongPassword + "%s shop",
	} {
		for _, placeholder := range []string{"[EMAIL]", "[TICKET]", "[TICKET#1]"} {
			if got, _ := rules.Redact(strings.ReplaceAll(text, "%s", placeholder)); strings.Contains(got, strongPassword) {
				t.Errorf("%q survives", got)
			}
		}
	}
}

// TestPlaceholderOffByDefault: a rule of the user's with the placeholder IP finds
// nothing, and nothing says so.
func TestPlaceholderOffByDefault(t *testing.T) {
	rules, err := New(Options{Rules: []UserRule{{Name: "host", Regex: `node-\d+`, Placeholder: "IP"}}})
	if err != nil {
		return // refusing it is fine too
	}
	if got, _ := rules.Redact("ssh node-77"); got != "ssh [IP]" {
		t.Errorf("got %q", got)
	}
}

// TestKnownForms: a known value is found in the forms in which chats of
// tools hold it.
func TestKnownForms(t *testing.T) {
	value := `pa"ss\wo/r` + "d!*1\n" + "line-two"
	rules, err := New(Options{Known: []string{value}})
	if err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]string{
		"plain":               value,
		"JSON":                `pa\"ss\\wo/r` + `d!*1\nline-two`,
		"JSON of PHP":         `pa\"ss\\wo\/r` + `d!*1\nline-two`,
		"JSON in JSON":        `pa\\\"ss\\\\wo/r` + `d!*1\\nline-two`,
		"encodeURIComponent":  "pa%22ss%5Cwo%2Fr" + "d!*1%0Aline-two",
		"lower case percents": "pa%22ss%5cwo%2fr" + "d%21%2a1%0aline-two",
	} {
		if got, _ := rules.Redact("it was " + form + " then"); strings.Contains(got, "line-two") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// TestKnownWithKindOff: to disable API_KEY takes away the guesses, not the
// values that the user named.
func TestKnownWithKindOff(t *testing.T) {
	value := "rumpel" + "stilzchen"
	rules, err := New(Options{Known: []string{value}, Disable: []string{string(APIKey)}})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := rules.Redact("it was " + value); strings.Contains(got, value) {
		t.Errorf("got %q", got)
	}
}

// TestAllow: what may stay is the whole of what would be replaced.
func TestAllow(t *testing.T) {
	rules, err := New(Options{Allow: []Allow{{Literal: "room 48" + "2193"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"验证码 48" + "2193", "密码：48" + "2193"} {
		if got, _ := rules.Redact(text); got == text {
			t.Errorf("%q stays because of another text with these digits", got)
		}
	}
}

// TestAllowRegexPanics: a regex that compiles alone and not inside of the
// anchors is an error that names it, and no crash.
func TestAllowRegexPanics(t *testing.T) {
	for _, regex := range []string{`\Qa+b`, strings.Repeat("(?:", 998) + "a" + strings.Repeat(")?", 998)} {
		func() {
			defer func() {
				if crash := recover(); crash != nil {
					t.Errorf("%.20q: it panics", regex)
				}
			}()
			rules, err := New(Options{Allow: []Allow{{Regex: regex}}})
			if err == nil && strings.HasPrefix(regex, `\Q`) && !rules.allow.has(Password, "a+b") {
				t.Error("it does not match its own text")
			}
		}()
	}
}

// TestJSONStaysJSON: values of JSON that are no whole numbers, and a rule
// of the user's for bare values, twice.
func TestJSONStaysJSON(t *testing.T) {
	rules, err := New(Options{Rules: []UserRule{{Name: "amount", Regex: `"amount": ?([^,}]+)`, Group: 1, Placeholder: "AMOUNT"}}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"password":12345678.5}`:      `{"password":"[PASSWORD]"}`,
		`{"password":1.5e10}`:          `{"password":"[PASSWORD]"}`,
		`{"amount": 12345, "to":"me"}`: `{"amount": "[AMOUNT]", "to":"me"}`,
		`{"amount": -12.5, "to":"me"}`: `{"amount": "[AMOUNT]", "to":"me"}`,
	} {
		once, _ := rules.Redact(text)
		twice, _ := rules.Redact(once)
		if once != want || twice != once {
			t.Errorf("%q is %q, then %q; want %q", text, once, twice, want)
		}
	}
}

// TestInnocent: what must stay.
func TestInnocent(t *testing.T) {
	for _, text := range []string{
		"my password manager is 1Password8", "I use Bitwarden2024 as password manager",
		`throw new Error("password too short: min8")`, "test,pass\nlogin2024,yes1234\n",
		"2016-2020 Endless Mobile", "2019-2024 年手机市场报告", `"total_memory": "17179869184"`, "gpg --recv-keys 5BE8A3F6C8A5C01D106C" + "0AD820B1A390B168D356",
		"内存 17179869184，空闲 1598337024", "the call took 2016-2020 ms", "客服热线排队人数 2019-2024", "手机型号 13812345-2024",
	} {
		if got, _ := BuiltIn().Redact(text); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

// BenchmarkHostile: texts that take seconds a megabyte; the table takes
// four times the time for twice the length.
func BenchmarkHostile(b *testing.B) {
	row := strings.Repeat("|password", 38)
	row += strings.Repeat(" ", 511-len(row)) + "|\n" // 512 bytes, a separator first
	for _, c := range []struct{ name, unit string }{
		{"table", row}, {"jwt", "eyJ-"}, {"near", "key~"}, {"cookie", "cookie-"}, {"named cookie", "sid=a1="},
	} {
		for _, size := range []int{128 << 10, 256 << 10, 512 << 10} {
			text := strings.Repeat(c.unit, size/len(c.unit))
			b.Run(c.name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					BuiltIn().Scan(text)
				}
			})
		}
	}
}
