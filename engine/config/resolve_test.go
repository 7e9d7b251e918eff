package config

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// environment makes a Lookup of pairs.
func environment(pairs ...string) Lookup {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func mustParse(t *testing.T, path, text string) File {
	t.Helper()
	file, err := parse(path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func valueOf(t *testing.T, c Config, key string) Value {
	t.Helper()
	i := slices.IndexFunc(c.Values(), func(v Value) bool { return v.Key == key })
	if i < 0 {
		t.Fatalf("no value for %s", key)
	}
	return c.Values()[i]
}

func TestDefaults(t *testing.T) {
	c, err := File{}.Resolve(Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	want := Settings{Lang: "zh", Share: ShareAll, Shared: Shared{262144, 8388608, 200}}
	if !reflect.DeepEqual(c.Settings, want) || c.ShareSet || c.TerminalLang != "en" || c.Home != "" || c.StateDir != "" {
		t.Errorf("got %+v, want %+v", c, want)
	}
	var keys []string
	for _, v := range c.Values() {
		keys = append(keys, v.Key)
		if v.Origin != "default" {
			t.Errorf("%s comes from %q", v.Key, v.Origin)
		}
	}
	if want := append(keyNames(), "terminal_lang", "home", "state_dir"); !slices.Equal(keys, want) {
		t.Errorf("got the keys %v, want %v", keys, want)
	}
}

func TestOriginChinese(t *testing.T) {
	for origin, want := range map[string]string{
		"default":                        "默认",
		"environment OPENCLAW_STATE_DIR": "环境变量 OPENCLAW_STATE_DIR",
		"flag --output":                  "选项 --output",
		"file /a b/config.yaml:2":        "文件 /a b/config.yaml:2",
		"agents.defaults.workspace":      "agents.defaults.workspace",
		"older name":                     "旧名称",
		"":                               "",
	} {
		if got := OriginChinese(origin); got != want {
			t.Errorf("%q: got %q, want %q", origin, got, want)
		}
	}
}

func TestPrecedence(t *testing.T) {
	root := t.TempDir() // absolute on every system
	settingsPath := filepath.Join(root, "config.yaml")
	userHome := filepath.Join(root, "user")
	inFile := "# first line\noutput: from-file\n"
	fileOrigin := "file " + settingsPath + ":2"
	flag := Flag{"--output", filepath.Join(root, "flag")}
	fromFile := Value{"output", filepath.Join(root, "from-file"), fileOrigin}
	tests := []struct {
		name string
		text string
		over Overrides
		want Value
	}{
		{"nothing", "", Overrides{}, Value{"output", "", "default"}},
		{"file, relative to itself", inFile, Overrides{}, fromFile},
		{"file, absolute", "output: '" + filepath.Join(root, "abs") + "'", Overrides{},
			Value{"output", filepath.Join(root, "abs"), "file " + settingsPath + ":1"}},
		{"file, home", "output: ~/x", Overrides{UserHome: userHome},
			Value{"output", filepath.Join(userHome, "x"), "file " + settingsPath + ":1"}},
		{"file, home alone", `output: "~"`, Overrides{UserHome: userHome}, Value{"output", userHome, "file " + settingsPath + ":1"}},
		{"environment over file", inFile, Overrides{Env: environment(envOutput, "env/")},
			Value{"output", "env", "environment SESSION_SYNC_OUTPUT"}},
		{"environment, home", inFile, Overrides{Env: environment(envOutput, " ~/y "), UserHome: userHome},
			Value{"output", filepath.Join(userHome, "y"), "environment SESSION_SYNC_OUTPUT"}},
		{"blank variable", inFile, Overrides{Env: environment(envOutput, " \t")}, fromFile},
		{"undefined variable", inFile, Overrides{Env: environment(envOutput, "undefined")}, fromFile},
		{"null variable", inFile, Overrides{Env: environment(envOutput, "null")}, fromFile},
		{"flag over environment", inFile, Overrides{Flags: Flags{Output: flag}, Env: environment(envOutput, "env")},
			Value{"output", flag.Value, "flag --output"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := mustParse(t, settingsPath, test.text).Resolve(test.over)
			if err != nil {
				t.Fatal(err)
			}
			if got := valueOf(t, c, "output"); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if c.Output != test.want.Value {
				t.Errorf("Output is %q, want %q", c.Output, test.want.Value)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	over := Overrides{
		Flags:    Flags{StateDir: Flag{"--state-dir", "s"}},
		Env:      environment(envHome, "~/h", envStateDir, "other"),
		UserHome: "user",
	}
	c, err := File{}.Resolve(over)
	if err != nil {
		t.Fatal(err)
	}
	home, err := over.Home()
	if want := (Value{"home", filepath.Join("user", "h"), "environment SESSION_SYNC_HOME"}); err != nil || home != want || c.Home != want.Value {
		t.Errorf("got %+v, %q, %v, want %+v", home, c.Home, err, want)
	}
	stateDir, err := over.StateDir()
	if want := (Value{"state_dir", "s", "flag --state-dir"}); err != nil || stateDir != want || c.StateDir != want.Value {
		t.Errorf("got %+v, %q, %v, want %+v", stateDir, c.StateDir, err, want)
	}
}

func TestOrigins(t *testing.T) {
	c, err := mustParse(t, "c.yaml", "share: all\nlang:\ninclude: [a, 'b*']\nshared:\n  json_bytes: 70000\n").Resolve(Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	if !c.ShareSet {
		t.Error("the file says how to share, ShareSet is false")
	}
	for _, want := range []Value{
		{"share", "all", "file c.yaml:1"},
		{"lang", "zh", "default"},
		{"include", "a, b*", "file c.yaml:3"},
		{"exclude", "", "default"},
		{"include_tools", "false", "default"},
		{"shared.json_bytes", "70000", "file c.yaml:5"},
		{"shared.markdown_bytes", "262144", "default"},
	} {
		if got := valueOf(t, c, want.Key); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	tests := []struct {
		name string
		text string
		over Overrides
		line int
		key  string
	}{
		{"another user's home", "lang: en\noutput: ~other/x", Overrides{UserHome: "user"}, 2, "output"},
		{"unknown home", "output: ~/x", Overrides{}, 1, "output"},
		{"unknown home in a variable", "", Overrides{Env: environment(envHome, "~")}, 0, envHome},
		{"control character in a variable", "", Overrides{Env: environment(envStateDir, "a\x1b[0m")}, 0, envStateDir},
		{"blank flag", "", Overrides{Flags: Flags{Output: Flag{"--output", " "}}}, 0, "--output"},
		{"unknown language in a flag", "", Overrides{Flags: Flags{Lang: Flag{"--lang", "fr"}}}, 0, "--lang"},
		{"unknown language in a variable", "", Overrides{Env: environment(envLang, "zh_CN")}, 0, envLang},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := mustParse(t, "c.yaml", test.text).Resolve(test.over)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Line != test.line || e.Key != test.key || (e.Path != "") != (test.line > 0) {
				t.Errorf("got %+v, want line %d and key %q", *e, test.line, test.key)
			}
			checkMessage(t, e)
		})
	}
}

func TestTerminalLang(t *testing.T) {
	tests := []struct {
		name     string
		flag     string
		env      Lookup
		fileLang string
		want     string
		origin   string
	}{
		{"nothing", "", nil, "", "en", "default"},
		{"flag first", "zh", environment(envLang, "en"), "en", "zh", "flag --lang"},
		{"then the variable", "", environment(envLang, "zh"), "en", "zh", "environment SESSION_SYNC_LANG"},
		{"then the file", "", environment("LANG", "zh_CN.UTF-8"), "en", "en", "file c.yaml:1"},
		{"then LC_ALL", "", environment("LC_ALL", "zh_TW", "LC_MESSAGES", "en", "LANG", "en"), "", "zh", "environment LC_ALL"},
		{"then LC_MESSAGES", "", environment("LC_ALL", "", "LC_MESSAGES", "ZH", "LANG", "en"), "", "zh", "environment LC_MESSAGES"},
		{"then LANG", "", environment("LANG", "zh_CN.UTF-8"), "", "zh", "environment LANG"},
		{"the first locale decides", "", environment("LC_ALL", "C.UTF-8", "LANG", "zh_CN"), "", "en", "environment LC_ALL"},
		{"other locale", "", environment("LANG", "de_DE.UTF-8"), "", "en", "environment LANG"},
		{"wrong values are passed over", "fr", environment(envLang, "klingon", "LANG", "zh_CN"), "", "zh", "environment LANG"},
		{"variable that is not set", "", environment(envLang, "undefined", "LANG", "null"), "", "en", "default"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := TerminalLang(test.flag, test.env, test.fileLang); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			file := Value{"lang", test.fileLang, "file c.yaml:1"}
			got := terminalLang(Flag{"--lang", test.flag}, test.env, file)
			if want := (Value{"terminal_lang", test.want, test.origin}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// The terminal's language must not turn the files over at each scheduled run.
func TestTerminalLangLeavesFilesAlone(t *testing.T) {
	c, err := File{}.Resolve(Overrides{Flags: Flags{Lang: Flag{"--lang", "en"}}, Env: environment(envLang, "en", "LANG", "en")})
	if err != nil || c.Lang != "zh" || c.TerminalLang != "en" {
		t.Errorf("files %q, terminal %q, %v", c.Lang, c.TerminalLang, err)
	}
}
