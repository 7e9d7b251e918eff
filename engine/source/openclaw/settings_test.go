package openclaw

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (s settings) find(id string) agentSettings {
	for _, a := range s.agents {
		if a.id == id {
			return a
		}
	}
	return agentSettings{}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		env   map[string]string
		check func(s settings) bool
	}{
		{"none", nil, nil, func(s settings) bool { return s.path == "" && s.defaultAgent().id == "main" }},
		{"JSON5", map[string]string{"openclaw.json": "// c\n{agents: {defaults: {workspace: '/w', userTimezone: 'Asia/Shanghai',},},}"}, nil,
			func(s settings) bool { return s.workspace == "/w" && s.timezone == "Asia/Shanghai" }},
		{"legacy name", map[string]string{"moltbot.json": `{"session":{"store":"/s/{agentId}/sessions.json"}}`}, nil,
			func(s settings) bool { return s.store == "/s/{agentId}/sessions.json" }},
		{"newer name first", map[string]string{"clawdbot.json": `{"session":{"store":"/a"}}`, "openclaw.json": `{}`}, nil,
			func(s settings) bool { return s.store == "" }},
		{"path of the settings", map[string]string{"openclaw.json": `{"session":{"store":"/a"}}`, "x/y.json": `{"session":{"store":"/b"}}`},
			map[string]string{"OPENCLAW_CONFIG_PATH": "@/x/y.json"}, func(s settings) bool { return s.store == "/b" }},
		{"path of settings that do not exist", map[string]string{"openclaw.json": `{"session":{"store":"/a"}}`},
			map[string]string{"OPENCLAW_CONFIG_PATH": "@/none.json"}, func(s settings) bool { return s.store == "" && s.path == "" }},
		{"list of agents", map[string]string{"openclaw.json": `{"agents":{"list":[{"id":"a"},{"id":"Work","default":true,"workspace":"~/w","agentDir":"/d/agent"},7,{}]}}`}, nil,
			func(s settings) bool {
				d := s.defaultAgent()
				return len(s.agents) == 2 && d.id == "work" && d.workspace == filepath.Join("/home/u", "w") && d.agentDir == "/d/agent"
			}},
		{"entries of agents", map[string]string{"openclaw.json": `{"agents":{"entries":{"b":{"workspace":"/wb"},"a":{},"":{}, "c":3}}}`}, nil,
			func(s settings) bool {
				return len(s.agents) == 3 && s.defaultAgent().id == "a" && s.find("b").workspace == "/wb"
			}},
		{"an agent in both counts once", map[string]string{"openclaw.json": `{"agents":{"list":[{"id":"a","workspace":"/1"}],"entries":{"A":{"workspace":"/2"}}}}`}, nil,
			func(s settings) bool { return len(s.agents) == 1 && s.find("a").workspace == "/1" }},
		{"variables, also in lists", map[string]string{"openclaw.json": `{"x":"${TOKEN}","agents":{"list":[{"id":"a","workspace":"${BASE}/w"}]}}`},
			map[string]string{"BASE": "/base"}, func(s settings) bool { return s.find("a").workspace == "/base/w" }},
		{"include", map[string]string{"openclaw.json": `{"$include":["a.json","./sub/b.json"],"session":{"store":"/own"}}`,
			"a.json": `{"agents":{"defaults":{"workspace":"/a"}},"session":{"store":"/a"}}`, "sub/b.json": `{"agents":{"defaults":{"userTimezone":"UTC"}}}`}, nil,
			func(s settings) bool { return s.workspace == "/a" && s.timezone == "UTC" && s.store == "/own" }},
		{"include of a part", map[string]string{"openclaw.json": `{"agents":{"list":{"$include":"list.json"}}}`, "list.json": `[{"id":"z"}]`}, nil,
			func(s settings) bool { return s.defaultAgent().id == "z" }},
		{"include below an include", map[string]string{"openclaw.json": `{"$include":"sub/a.json"}`, "sub/a.json": `{"$include":"b.json"}`, "sub/b.json": `{"session":{"store":"/b"}}`}, nil,
			func(s settings) bool { return s.store == "/b" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := loadTestSettings(t, c.files, c.env)
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(s) {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func loadTestSettings(t *testing.T, files, env map[string]string) (settings, error) {
	t.Helper()
	st := newState(t)
	for name, content := range files {
		st.raw(name, content)
	}
	filled := map[string]string{}
	for name, value := range env {
		filled[name] = strings.Replace(value, "@", st.dir, 1)
	}
	return loadSettings(st.dir, "/home/u", lookup(filled))
}

func TestSettingsThatCanNotBeRead(t *testing.T) {
	const private = "do-not-quote-me"
	for _, c := range []struct {
		name  string
		files map[string]string
	}{
		{"not JSON5", map[string]string{"openclaw.json": "{a:" + private}},
		{"not an object", map[string]string{"openclaw.json": `["` + private + `"]`}},
		{"empty", map[string]string{"openclaw.json": ""}},
		{"includes itself", map[string]string{"openclaw.json": `{"$include":["openclaw.json","openclaw.json"]}`}},
		{"include outside", map[string]string{"openclaw.json": `{"$include":"../` + private + `.json"}`}},
		{"include missing", map[string]string{"openclaw.json": `{"$include":"` + private + `.json"}`, "clawdbot.json": "{}"}},
		{"include of two that are no objects", map[string]string{"openclaw.json": `{"$include":["a.json","a.json"]}`, "a.json": "[]"}},
		{"too deep", map[string]string{"openclaw.json": strings.Repeat("[", 100_000)}},
		{"too large", map[string]string{"openclaw.json": `{"a":"` + strings.Repeat("x", maxConfig) + `"}`}},
		{"relative workspace", map[string]string{"openclaw.json": `{"agents":{"defaults":{"workspace":"` + private + `"}}}`}},
		{"variable that is not set", map[string]string{"openclaw.json": `{"session":{"store":"/${NOT_SET}/` + private + `"}}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := loadTestSettings(t, c.files, nil)
			if err == nil {
				t.Fatalf("no error, got %+v", s)
			}
			if strings.Contains(err.Error(), private) {
				t.Errorf("the error quotes the file: %v", err)
			}
			if filepath.Base(s.path) != "openclaw.json" || s.workspace != "" || s.store != "" {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func TestSettingsIncludeRoots(t *testing.T) {
	elsewhere := tree(t, "x/")
	if err := os.WriteFile(filepath.Join(elsewhere, "x", "a.json"), []byte(`{"session":{"store":"/a"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"openclaw.json": `{"$include":` + quote(filepath.Join(elsewhere, "x", "a.json")) + `}`}
	if _, err := loadTestSettings(t, files, nil); err == nil {
		t.Error("read an included file outside the settings directory")
	}
	s, err := loadTestSettings(t, files, map[string]string{"OPENCLAW_INCLUDE_ROOTS": elsewhere})
	if err != nil || s.store != "/a" {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestBadSettingsAreReportedAndTheRestIsRead(t *testing.T) {
	st := newState(t)
	st.raw("openclaw.json", "{")
	st.write("agents/main/sessions/a.jsonl", header("a"), user("1", "x"))
	rec := st.read(newRecorder())
	compare(t, "skips", rec.skipped(), []string{"bad-config openclaw.json x1"})
	compare(t, "texts", rec.texts("main/sessions/a.jsonl"), []string{"x"})
}

func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"agents":{"defaults":{"workspace":"~/w"},"list":[{"id":"a"}],"entries":{"b":{"agentDir":"/x"}}},"session":{"store":"/s/{agentId}.json"}}`,
		`{$include: ["other.json", "openclaw.json"], a: "${HOME}"}`, `{"$include":"../x"}`, "[[[[", `{agents:{list:{$include:'list.json'}}}`,
	} {
		f.Add([]byte(seed))
	}
	dir := newState(f)
	dir.raw("other.json", `{"agents":{"list":[{"id":"o"}]}}`)
	dir.raw("list.json", `[{"id":"l"}]`)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(dir.path("openclaw.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := loadSettings(dir.dir, "/home/u", lookup(map[string]string{"HOME": "/home/u"}))
		for _, path := range []string{s.workspace, s.store, s.defaultAgent().workspace, s.defaultAgent().agentDir} {
			if path != "" && !filepath.IsAbs(path) {
				t.Errorf("path %q is not absolute", path)
			}
		}
		if s.defaultAgent().id == "" {
			t.Error("no default agent")
		}
	})
}
