package intake

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/redact"
)

const (
	placeUUID  = "3f2a8c1e-0b7d-4e6f-9a5c-138123456789"
	importDir  = "work/session-sqlite-import-archive/"
	importTail = ".88888888.jsonl.imported-1795324699387"
	hexJob     = "3f2a8c1e3f2a8c1e3f2a8c1e3f2a8c1e"
)

// Made-up people, put together here so that no file looks as if it held any.
var (
	mobile  = "138" + "12345101"
	foreign = "1415" + "5550108"
	mail    = "qa_09" + "@corp09.example.org"
)

// Made-up keys: of fixed length, with separators in it, and one whose end a text
// has to show.
func placeKeys() map[string]string {
	letters := func(n int) string { return strings.Repeat("Xy7Zw9aB3dE5", n/12) }
	return map[string]string{
		"fixed": "ghp" + "_" + letters(36), "parted": "sk-ant" + "-api03-" + letters(84) + "_" + letters(12)[:8] + "-AA",
		"ended": "AI" + "za" + letters(24) + "sy_4-aQ2x7Z",
	}
}

func TestPlace(t *testing.T) {
	rules, key := redact.BuiltIn(), []byte("key of the archive")
	tag := func(s string) string { return redact.Identifier(rules, key, s) }
	p, f, e, k := tag("+86"+mobile), tag("+"+foreign), tag(mail), placeKeys()
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(`{"sub":"nobody"}`)) + "." + encode([]byte("0123456789 abcdef 0123456789 abcdef"))
	cases := []struct{ name, in, want string }{
		{"mobile", "main/sessions/" + mobile + ".jsonl", "main/sessions/" + p + ".jsonl"},
		{"mobile with country code as a row", "main/agent/openclaw-agent.sqlite#86" + mobile + ":5", "main/agent/openclaw-agent.sqlite#" + p + ":5"},
		{"mobile as a topic", "main/sessions/" + placeUUID + "-topic-" + mobile + ".jsonl", "main/sessions/" + placeUUID + "-topic-" + p + ".jsonl"},
		{"mobile after text", "main/sessions/planted-" + mobile + "_x.jsonl", "main/sessions/planted-" + p + "_x.jsonl"},
		{"mobile in an import's id", importDir + "agent_main_main." + mobile + ".jsonl.imported-1795324699387", importDir + "agent_main_main." + p + ".jsonl.imported-1795324699387"},
		{"row", "main/agent/openclaw-agent.sqlite#" + foreign, "main/agent/openclaw-agent.sqlite#" + f},
		{"archive row", "main/agent/openclaw-agent.sqlite#cold/" + foreign, "main/agent/openclaw-agent.sqlite#cold/" + f},
		{"import", importDir + "agent_main_whatsapp_direct_+" + foreign + importTail, importDir + "agent_main_whatsapp_direct_" + f + importTail},
		{"import without plus", importDir + "agent_main_signal_direct_" + foreign + importTail, importDir + "agent_main_signal_direct_" + f + importTail},
		{"import of an address of WhatsApp", importDir + "agent_main_whatsapp_direct_" + foreign + "@s.whatsapp.net.aaaa.jsonl.imported-1", importDir + "agent_main_whatsapp_direct_" + f + ".aaaa.jsonl.imported-1"},
		{"import of an old group", importDir + "agent_main_whatsapp_group_" + foreign + "-1600000000@g.us" + importTail, importDir + "agent_main_whatsapp_group_" + f + "-1600000000@g.us" + importTail},
		{"import of a group", importDir + "agent_main_whatsapp_group_120363012345678901@g.us" + importTail, importDir + "agent_main_whatsapp_group_120363012345678901@g.us" + importTail},
		{"import of an address", importDir + "agent_main_imessage_direct_" + mail + ".aaaa.jsonl.imported-1", importDir + "agent_main_imessage_direct_" + e + ".aaaa.jsonl.imported-1"},
		{"address", "main/sessions/" + mail + ".jsonl.deleted.2026-01-05T00-00-00.000Z", "main/sessions/" + e + ".jsonl.deleted.2026-01-05T00-00-00.000Z"},
		{"address as a row", "main/agent/openclaw-agent.sqlite#" + mail + ":7", "main/agent/openclaw-agent.sqlite#" + e + ":7"},
		{"address before an underscore", "main/sessions/" + mail + "_x.jsonl", "main/sessions/" + e + "_x.jsonl"},
		{"two keys", importDir + "agent_main_hook_" + k["fixed"] + "_" + k["ended"] + importTail, importDir + "agent_main_hook_" + tag(k["fixed"]) + "_" + tag(k["ended"]) + importTail},
		{"a key and a mobile", importDir + "agent_main_hook_" + k["fixed"] + "_direct_" + mobile + importTail, importDir + "agent_main_hook_" + tag(k["fixed"]) + "_direct_" + p + importTail},
		{"token, whose end looks like more of it", importDir + "agent_main_hook_" + token + importTail, importDir + "agent_main_hook_" + tag(token+importTail)},
		{"done before", "main/sessions/" + p + ".jsonl", "main/sessions/" + p + ".jsonl"},
	}
	for name, key := range k {
		for _, around := range [][2]string{
			{importDir + "agent_main_hook_", importTail}, {"main/sessions/", ".jsonl.reset.2026-01-05T00-00-00.000Z"},
			{"main/agent/openclaw-agent.sqlite#hook-", ":12"}, {"agent:main:hook_", ""},
		} {
			cases = append(cases, struct{ name, in, want string }{name + " key in " + around[0], around[0] + key + around[1], around[0] + tag(key) + around[1]})
		}
	}
	cases = append(cases, struct{ name, in, want string }{
		"key before a topic", importDir + "agent_main_hook_" + k["ended"] + "_topic_42" + importTail, importDir + "agent_main_hook_" + tag(k["ended"]) + "_topic_42" + importTail,
	})
	for _, kept := range []string{
		importDir + "agent_main_cron_token-refresh_" + hexJob + importTail,
		importDir + "agent_main_cron_" + hexJob + "_token_refresh" + importTail,
		"main/sessions/Nightly-Report-2026-01-05.jsonl",
		"main/sessions/" + placeUUID + ".jsonl.reset.2026-01-05T00-00-00.000Z.zst:1234567",
		"main/sessions/" + placeUUID + "-topic-1234567890.jsonl",
		"main/agent/openclaw-agent.sqlite#" + hexJob + ":12",
		"main/sessions/run-1773461489776.jsonl",
		importDir + "agent_main_telegram_direct_7001234567" + importTail,
		importDir + "agent_main_telegram_group_-1001234567890_topic_42" + importTail,
		importDir + "agent_main_whatsapp_group_120363012345678901@g.us_topic_1234567" + importTail,
		importDir + "agent_signal_telegram_direct_7001234567" + importTail,
		importDir + "agent_main_cron_daily_run_1773461489776" + importTail,
		"agent:main:telegram:direct:7001234567",
	} {
		cases = append(cases, struct{ name, in, want string }{"kept " + kept, kept, kept})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Place(rules, key, c.in)
			if got != c.want {
				t.Errorf("Place(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
			if again := Place(rules, key, got); again != got {
				t.Errorf("Place(%q) = %q, and again = %q", c.in, got, again)
			}
		})
	}
}

// FuzzPlace looks for names that change twice, and plants a number that has to go.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{"main/sessions/", importDir + "agent_main_whatsapp_direct_+", "a@b.jsonl@c.org#", "x_[PHONE~abcdefgh]@g.us:", "sms_1-2@lid/" + placeUUID} {
		f.Add(s)
	}
	rules, key := redact.BuiltIn(), []byte("k")
	letterOrDigit := regexp.MustCompile(`[0-9A-Za-z]$`)
	for _, key := range placeKeys() {
		f.Add("agent_main_hook_" + key + ".88888888.jsonl-" + key + "_7")
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !letterOrDigit.MatchString(s) {
			s += mobile
		}
		once := Place(rules, key, s)
		if twice := Place(rules, key, once); twice != once {
			t.Fatalf("Place(%q) = %q, and again = %q", s, once, twice)
		}
		if strings.HasSuffix(once, mobile) {
			t.Fatalf("Place(%q) = %q", s, once)
		}
	})
}

// BenchmarkPlace redacts the names of 2,000 ordinary transcripts.
func BenchmarkPlace(b *testing.B) {
	rules, key := redact.BuiltIn(), []byte("k")
	random := rand.New(rand.NewPCG(1, 2))
	names := make([]string, 2000)
	for i := range names {
		id := fmt.Sprintf("%08x-%04x-4%03x-9%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48))
		names[i] = []string{"main/sessions/" + id + ".jsonl", "main/agent/openclaw-agent.sqlite#" + id}[i%2]
	}
	for b.Loop() {
		for _, name := range names {
			Place(rules, key, name)
		}
	}
	b.ReportMetric(float64(len(names)*b.N)/b.Elapsed().Seconds(), "names/s")
}
