package redact

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// TestMarks: emphasis and colors around a value do not hide it.
func TestMarks(t *testing.T) {
	maker := fakesecret.New(13)
	mobile, id, card := maker.Fill("{mobile}"), maker.Fill("{id18}"), maker.Fill("{card16}")
	token, aws, jwt, mail := maker.Fill("ghp_{b62:36}"), maker.Fill("{aws}"), maker.Fill("{jwt}"), "nora"+"@"+"example.com"
	for _, c := range []struct{ name, text, secret string }{
		{"bold phone", "电话：**" + mobile + "**", mobile},
		{"bold name and phone", "- **手机**：**" + mobile + "**", mobile},
		{"italic phone", "*" + mobile + "*", mobile},
		{"struck phone", "~~" + mobile + "~~", mobile},
		{"underlined phone", "__" + mobile + "__", mobile},
		{"bold landline", "**010-" + "62345678**", "62345678"},
		{"bold identity number", "身份证：**" + id + "**", id},
		{"bold card", "卡号：**" + card + "**", card},
		{"bold card in groups", "**4111 1111 " + "1111 1111**", "1111"},
		{"underlined mail", "__" + mail + "__", mail},
		{"underlined token", "__" + token + "__", token},
		{"underlined key id", "__" + aws + "__", aws},
		{"italic token", "_" + jwt + "_", jwt},
		{"bold code in markup", "验证码是 <b>482" + "913</b>", "482" + "913"},
		{"colored phone", "\x1b[1m" + mobile + "\x1b[0m", mobile},
		{"colored token", "\x1b[33m" + token + "\x1b[0m", token},
		{"colored token in JSON", `{"out":"\u001b[33m` + token + `\u001b[0m"}`, token},
		{"colored token in an escape of shells", `\033[33m` + token + `\033[0m`, token},
		{"colored key id", "\x1b[0;32m" + aws + "\x1b[0m", aws},
		{"colored password", "\x1b[33mDB_PASSWORD\x1b[0m=\x1b[32m" + weakPassword + "\x1b[0m", weakPassword},
		{"mail with an escape of JSON", `"nora\u0040` + `example.com"`, "example.com"},
		{"mail with an entity", "nora&#64;" + "example.com", "example.com"},
		{"phone and a surname that counts", mobile + "张三", mobile},
		{"two phones with a dash", mobile + "-" + mobile, mobile},
		{"phone behind its word", "Tel" + mobile, mobile},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := BuiltIn().Redact(c.text); strings.Contains(got, c.secret) {
				t.Errorf("%.200q has %q", got, c.secret)
			}
		})
	}
}
