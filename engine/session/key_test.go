package session

import "testing"

func TestParseKey(t *testing.T) {
	for key, want := range map[string]Parts{
		"agent:main:main":                                   {"main", KindMain, ""},
		"agent:work:dashboard:lab-ui-1":                     {"work", KindWebchat, ChannelWeb},
		"agent:main:hook:deploy-42":                         {"main", KindHook, ""},
		"agent:main:cron:9007ecd8:run:3239d25b":             {"main", KindCron, ""},
		"agent:main:subagent:d9c9f9fd":                      {"main", KindSubagent, ""},
		"agent:main:recovered:aac9952e":                     {"main", KindRecovered, ""},
		"agent:main:openai:5c5eb9a3":                        {"main", KindAPI, ""},
		"agent:main:telegram:direct:7001":                   {"main", KindDirect, "telegram"},
		"agent:main:telegram:bot2:direct:7001":              {"main", KindDirect, "telegram"},
		"agent:main:direct:7001":                            {"main", KindDirect, ""},
		"agent:main:telegram:group:-1001":                   {"main", KindGroup, "telegram"},
		"agent:main:telegram:group:-1001:topic:42":          {"main", KindTopic, "telegram"},
		"agent:main:slack:channel:C01:thread:17.2":          {"main", KindTopic, "slack"},
		"agent:main:slack:channel:C01":                      {"main", KindChannel, "slack"},
		"agent:main:matrix:room:!abc:example.org":           {"main", KindChannel, "matrix"},
		"agent:main:imessage:direct:topic:someone:thread:x": {"main", KindDirect, "imessage"},
		"agent:main:telegram:slash:7002":                    {"main", KindOther, ""},
		"agent:main:acp:whatever:group:1":                   {"main", KindOther, ""},
		"agent:main:unknown:5838c1d3":                       {"main", KindOther, ""},
		"telegram:group:-1001":                              {"", KindGroup, "telegram"},
		"main":                                              {"", KindMain, ""},
		"global":                                            {"", KindOther, ""},
		"":                                                  {"", KindOther, ""},
	} {
		if got := ParseKey(key); got != want {
			t.Errorf("%q: got %+v, want %+v", key, got, want)
		}
	}
}

func TestCanonicalKey(t *testing.T) {
	for key, want := range map[string]string{
		"agent:main:cron:job:run:id":                  "agent:main:cron:job",
		"agent:main:cron:job":                         "agent:main:cron:job",
		"agent:main:telegram:direct:7001:run:strange": "agent:main:telegram:direct:7001:run:strange",
	} {
		if got := CanonicalKey(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

func TestUnknownKey(t *testing.T) {
	if key := UnknownKey("main", "a:b"); !IsUnknownKey(key) || ParseKey(key).Agent != "main" {
		t.Errorf("%q is not taken for an unknown key of agent main", key)
	}
	for _, key := range []string{"agent:main:main", "agent:main:unknown", "unknown:x", ""} {
		if IsUnknownKey(key) {
			t.Errorf("%q is taken for an unknown key", key)
		}
	}
}

func TestPublicID(t *testing.T) {
	for _, c := range []struct{ session, entry, want string }{
		{"1a5f4d21-d17c-4e1f-8435-f83e97260806", "64f19ff3", "1a5f4d21:64f19ff3"},
		{"short", "1", "short:1"},
		{"会话会话会话会话会话", "1", "会话会话会话会话:1"},
	} {
		if got := PublicID(c.session, c.entry); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestKindsAreAllListed(t *testing.T) {
	listed := map[Kind]bool{}
	for _, kind := range Kinds() {
		listed[kind] = true
	}
	for kind := range plainKinds {
		if !listed[plainKinds[kind]] {
			t.Errorf("%q is missing in Kinds", plainKinds[kind])
		}
	}
	if len(listed) != len(Kinds()) {
		t.Error("a kind is listed twice")
	}
}
