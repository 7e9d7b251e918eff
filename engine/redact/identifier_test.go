package redact

import (
	"regexp"
	"strings"
	"testing"
)

func TestIdentifier(t *testing.T) {
	const p, e = "[PHONE~#]", "[EMAIL~#]"
	cases := []struct{ name, in, want string }{
		{"whatsapp", "agent:main:whatsapp:direct:+8613812345678", "agent:main:whatsapp:direct:" + p},
		{"whatsapp without plus", "agent:main:whatsapp:direct:14155550123", "agent:main:whatsapp:direct:" + p},
		{"whatsapp address", "whatsapp:direct:8613812345678@s.whatsapp.net", "whatsapp:direct:" + p},
		{"whatsapp old group", "whatsapp:group:8613812345678-1600000000@g.us", "whatsapp:group:" + p + "-1600000000@g.us"},
		{"whatsapp group", "whatsapp:group:120363012345678901@g.us", "whatsapp:group:120363012345678901@g.us"},
		{"imessage", "imessage:direct:user@example.com", "imessage:direct:" + e},
		{"bare mobile", "agent:main:wechat:direct:13812345678", "agent:main:wechat:direct:" + p},
		{"title", "Nora (+44 20 7946 0123), nora@example.com", "Nora (" + p + "), " + e},
		{"title with password", "密码是abc12345", "密码是[PASSWORD]"},
		{"sender id", "13812345678", p},
		{"telegram user", "telegram:direct:7001", "telegram:direct:7001"},
		{"telegram long user", "agent:main:telegram:direct:7001234567", "agent:main:telegram:direct:7001234567"},
		{"telegram group", "telegram:group:-1001234567890:topic:42", "telegram:group:-1001234567890:topic:42"},
		{"telegram chat", "-1001234567890", "-1001234567890"},
		{"nine digits", "123456789", "123456789"},
		{"uuid", "3f2a8c1e-0b7d-4e6f-9a5c-138123456789", "3f2a8c1e-0b7d-4e6f-9a5c-138123456789"},
		{"job", "agent:main:cron:daily-report:run:1773461489776", "agent:main:cron:daily-report:run:1773461489776"},
		{"hex job", "agent:main:cron:token-refresh:" + strings.Repeat("3f2a8c1e", 4), "agent:main:cron:token-refresh:" + strings.Repeat("3f2a8c1e", 4)},
		{"empty", "", ""},
		{"done before", "whatsapp:direct:[PHONE~abcdefgh]", "whatsapp:direct:[PHONE~abcdefgh]"},
	}
	rules, key := New(), []byte("key of the archive")
	tag := regexp.MustCompile(`~[a-z2-7]{8}\]`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Identifier(rules, key, c.in)
			if shown := tag.ReplaceAllString(got, "~#]"); shown != tag.ReplaceAllString(c.want, "~#]") {
				t.Errorf("Identifier(%q) = %q, want %q", c.in, got, c.want)
			}
			if again := Identifier(rules, key, got); again != got {
				t.Errorf("Identifier(%q) = %q, and again = %q", c.in, got, again)
			}
		})
	}
}

func TestIdentifierKeepsPeopleApart(t *testing.T) {
	rules, key := New(), []byte("key of the archive")
	tag := func(s string) string {
		got := Identifier(rules, key, s)
		return got[strings.IndexByte(got, '['):]
	}
	same := []string{"whatsapp:direct:+8613812345678", "whatsapp:direct:8613812345678@s.whatsapp.net", "13812345678", "+86 138-1234-5678", "008613812345678"}
	for _, s := range same {
		if tag(s) != tag(same[0]) {
			t.Errorf("%q became %q, %q became %q: one person, two tags", same[0], tag(same[0]), s, tag(s))
		}
	}
	if tag("13812345678") == tag("13812345679") {
		t.Error("two people have one tag")
	}
	if tag("a:Nora@Example.com") != tag("b:nora@example.com") {
		t.Error("case of an address makes two people")
	}
	if Identifier(rules, []byte("another key"), "13812345678") == tag("13812345678") {
		t.Error("the tag does not depend on the key")
	}
}

func FuzzIdentifier(f *testing.F) {
	for _, s := range []string{"agent:main:whatsapp:direct:+8613812345678", "a@b.cc:c@s.whatsapp.net", "whatsapp:1-2@g.us", "密码是abc12345", "sms:[PHONE~abcdefgh]:86138", "\xff@\x80"} {
		f.Add(s)
	}
	rules, key := New(), []byte("k")
	f.Fuzz(func(t *testing.T, s string) {
		once := Identifier(rules, key, s)
		if twice := Identifier(rules, key, once); twice != once {
			t.Fatalf("Identifier(%q) = %q, and again = %q", s, once, twice)
		}
	})
}
