package redact

import (
	"regexp"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// Made-up numbers with right check digits, and a made-up key.
var (
	idCard   = "110105" + "19900307" + "0009"
	bankCard = "4111" + strings.Repeat("1", 12)
)

func apiKey(last string) string { return "sk-" + "proj-" + strings.Repeat("aB3dE5", 8) + last }

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
		{"title with password", "密码是abc12345", "密码是[PASSWORD~#]"},
		{"address before an underscore", "qa11" + "@corp11.example.org_x", e + "_x"},
		{"address before a number", "imessage:direct:qa" + "@corp.example.org.2026", "imessage:direct:" + e + ".2026"},
		{"address before a file ending", "qa" + "@corp.example.org.json", e + ".json"},
		{"whatsapp address before an underscore", "14155550108" + "@s.whatsapp.net_x", p + "_x"},
		{"escaped address before an underscore", "a:qa" + "%40corp.example.org_x", "a:" + e + "_x"},
		{"picture", "icon@2x.png.2026", "icon@2x.png.2026"},
		{"version", "react@18.2.0", "react@18.2.0"},
		{"hidden user", "whatsapp:direct:123456789012345@lid", "whatsapp:direct:123456789012345@lid"},
		{"key", "agent:main:openai:" + apiKey("A"), "agent:main:openai:[API_KEY~#]"},
		{"discord channel like an id card", "agent:main:discord:channel:" + idCard, "agent:main:discord:channel:" + idCard},
		{"discord thread like a bank card", "agent:main:discord:channel:1:thread:" + bankCard, "agent:main:discord:channel:1:thread:" + bankCard},
		{"id card", "agent:main:main:" + idCard, "agent:main:main:[ID_CARD~#]"},
		{"card in a title", "discord " + bankCard, "discord [BANK_CARD~#]"},
		{"sender id", "13812345678", p},
		{"telegram user", "telegram:direct:7001", "telegram:direct:7001"},
		{"telegram long user", "agent:main:telegram:direct:7001234567", "agent:main:telegram:direct:7001234567"},
		{"telegram group", "telegram:group:-1001234567890:topic:42", "telegram:group:-1001234567890:topic:42"},
		{"telegram chat", "-1001234567890", "-1001234567890"},
		{"nine digits", "123456789", "123456789"},
		{"wechat user", "agent:main:wechat:wxid_abc123def456", "agent:main:wechat:wxid_abc123def456"},
		{"qq user", "agent:main:qq:1234567890", "agent:main:qq:1234567890"},
		{"job about passwords", "agent:main:cron:password-rotation:Winter2026", "agent:main:cron:password-rotation:Winter2026"},
		{"uuid", "3f2a8c1e-0b7d-4e6f-9a5c-138123456789", "3f2a8c1e-0b7d-4e6f-9a5c-138123456789"},
		{"job", "agent:main:cron:daily-report:run:1773461489776", "agent:main:cron:daily-report:run:1773461489776"},
		{"hex job", "agent:main:cron:token-refresh:" + strings.Repeat("3f2a8c1e", 4), "agent:main:cron:token-refresh:" + strings.Repeat("3f2a8c1e", 4)},
		{"empty", "", ""},
		{"done before", "whatsapp:direct:[PHONE~abcdefgh]", "whatsapp:direct:[PHONE~abcdefgh]"},
	}
	rules, key := BuiltIn(), []byte("key of the archive")
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
	rules, key := BuiltIn(), []byte("key of the archive")
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
	if tag("a:"+apiKey("A")) == tag("a:"+apiKey("B")) {
		t.Error("two keys have one tag")
	}
	if Identifier(rules, []byte("another key"), "13812345678") == tag("13812345678") {
		t.Error("the tag does not depend on the key")
	}
}

func FuzzIdentifier(f *testing.F) {
	for _, s := range []string{"agent:main:whatsapp:direct:+8613812345678", "a@b.cc:c@s.whatsapp.net", "whatsapp:1-2@g.us", "密码是abc12345", "sms:[PHONE~abcdefgh]:86138", "\xff@\x80",
		"a:qa@corp.example.org_x", "qa@corp.example.org.2026@s.whatsapp.net_1", "openai:" + apiKey("A"), "discord:" + bankCard, "a:" + idCard} {
		f.Add(s)
	}
	rules, key := BuiltIn(), []byte("k")
	f.Fuzz(func(t *testing.T, s string) {
		once := Identifier(rules, key, s)
		if twice := Identifier(rules, key, once); twice != once {
			t.Fatalf("Identifier(%q) = %q, and again = %q", s, once, twice)
		}
		checkQuickAnswers(t, s)
	})
}

// checkQuickAnswers compares what is answered without looking closely with
// what looking closely finds.
func checkQuickAnswers(t *testing.T, s string) {
	t.Helper()
	key, scanned := []byte("k"), scan{rules: BuiltIn(), text: s}
	if got, want := tagParts(key, s), tagEachPart(key, s); got != want {
		t.Fatalf("tagParts(%q) = %q, part by part %q", s, got, want)
	}
	for i := range len(s) + 1 {
		want := false
		for j := max(0, i-longestPlaceholder+1); j < i; j++ {
			want = want || placeholderLen(s[j:], precedence) > i-j
		}
		if got := scanned.insidePlaceholder(i); got != want {
			t.Fatalf("insidePlaceholder(%q, %d) = %v", s, i, got)
		}
	}
}

func TestQuickAnswers(t *testing.T) {
	for _, s := range []string{
		"", "64f19ff3", "13812345678", "138abcdefgh", "12345678", "+8613812345678", "whatsapp", "sms:12345678", "12345678@c.us", "n5-0a1b2c",
		"[PHONE]", "a[PHONE~abcdefgh]b[EMAIL][", "[[PHONE~abcdefgh]]", "[PRIVATE_KEY~abcdefgh]13812345678", "[PHONE~abcdefg1]", "[PHONE~",
	} {
		checkQuickAnswers(t, s)
	}
	for _, s := range sampleTexts(fakesecret.New(3)) {
		checkQuickAnswers(t, s)
	}
}
