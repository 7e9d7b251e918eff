package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	_ "time/tzdata"
	"unicode"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		text string
		want Settings
	}{
		{"empty", "", Settings{}},
		{"only comments", "# nothing\n\n", Settings{}},
		{"empty document", "---\n", Settings{}},
		{"null", "~", Settings{}},
		{"byte order mark", "\ufefflang: en\n", Settings{Lang: "en"}},
		{"Windows line ends", "lang: en\r\nshare: direct\r\n", Settings{Lang: "en", Share: ShareDirect}},
		{"keys without value", "output:\ninclude:\nshared:\n", Settings{}},
		{"everything", `
lang: en
output: ~/记忆
timezone: Asia/Shanghai
share: separate
include: ["agent:main:*", telegram]
exclude:
  - agent:*:cron:*
  - "[ab]?"
include_tools: true
shared:
  markdown_bytes: 16384
  json_bytes: 0x10000
  messages_per_session: 1
`, Settings{
			Lang: "en", Output: "~/记忆", Timezone: "Asia/Shanghai", Share: ShareSeparate,
			Include: []string{"agent:main:*", "telegram"}, Exclude: []string{"agent:*:cron:*", "[ab]?"}, IncludeTools: true,
			Shared: Shared{MarkdownBytes: 16384, JSONBytes: 65536, MessagesPerSession: 1},
		}},
		{"redaction", `
redact:
  rules:
    - name: staff-number
      regex: 'staff no\. (\d{5})'
      group: 1
      placeholder: STAFF
      keywords: [staff, 工号]
    - {name: room, regex: "room \\d+", group: , keywords: []}
  allow:
    - "@example.com"
    - regex: 400\d{7}
  disable: [PLATE, wechat-name]
  enable: [IP]
  known_values_from_env: [ROUTER_PASSWORD, _2]
  numbered: true
`, Settings{Redact: Redact{
			Rules: []Rule{
				{"staff-number", `staff no\. (\d{5})`, 1, "STAFF", []string{"staff", "工号"}},
				{Name: "room", Regex: `room \d+`},
			},
			Allow:   []Allow{{Literal: "@example.com"}, {Regex: `400\d{7}`}},
			Disable: []string{"PLATE", "wechat-name"}, Enable: []string{"IP"},
			KnownValuesFromEnv: []string{"ROUTER_PASSWORD", "_2"}, Numbered: true,
		}}},
		{"redaction without anything", "redact:\n  rules: []\n  allow:\n", Settings{}},
		{"largest numbers", "shared: {markdown_bytes: 262144, json_bytes: 67108864, messages_per_session: 10000}",
			Settings{Shared: Shared{262144, 67108864, 10000}}},
		{"empty list", "include: []", Settings{Include: []string{}}},
		{"quoted number as a path", `output: "2026"`, Settings{Output: "2026"}},
		{"relative path stays", "output: sync", Settings{Output: "sync"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parse("config.yaml", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Settings, test.want) {
				t.Errorf("got %+v, want %+v", got.Settings, test.want)
			}
			if !got.Found || got.Path != "config.yaml" {
				t.Errorf("found %v at %q", got.Found, got.Path)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		numbers = "must be a whole number from "
		words   = "must be text, but is "
	)
	tests := []struct {
		name    string
		text    string
		line    int
		key     string
		problem string
	}{
		{"unknown key", "lang: en\nouput: /x\n", 2, "ouput", `unknown key; did you mean "output"?`},
		{"unknown key like no other", "frobnicate: 1", 1, "frobnicate", "unknown key"},
		{"unknown key in a group", "shared:\n  json_byte: 1", 2, "shared.json_byte", `unknown key; did you mean "shared.json_bytes"?`},
		{"key outside its group", "markdown_bytes: 1", 1, "markdown_bytes", `unknown key; did you mean "shared.markdown_bytes"?`},
		{"dotted key", "shared.json_bytes: 65536", 1, "shared.json_bytes", `unknown key; write "json_bytes:" in a line below "shared:", indented`},
		{"long unknown key", strings.Repeat("k", 200) + ": 1", 1, "…", "unknown key"},
		{"hostile unknown key", `"a\nb\u202e": 1`, 1, `"a\nb\u202e"`, "unknown key"},
		{"list as a key", "[a]: 1", 1, "", "a key must be a word, but is a list"},
		{"key given twice", "lang: en\n\nlang: zh", 3, "lang", "is given twice, first in line 1"},
		{"key given twice, once empty", "lang:\nlang: zh", 2, "lang", "is given twice, first in line 1"},
		{"list instead of keys", "- lang", 1, "", `must be lines of the form "key: value", but is a list`},
		{"text instead of keys", "lang", 1, "", `must be lines of the form "key: value", but is text`},
		{"text instead of a group", "shared: 1", 1, "shared", `must be lines of the form "key: value", but is a number`},

		{"unknown language", "lang: fr", 1, "lang", `"fr" is not one of: zh, en`},
		{"list of languages", "lang:\n  - zh", 2, "lang", "a list is not one of: zh, en"},
		{"unknown policy", "share: none", 1, "share", `"none" is not one of: all, direct, separate`},
		{"long value", "share: " + strings.Repeat("x", 40), 1, "share", "the value is not one of: all, direct, separate"},
		{"number as a path", "output: 2026", 1, "output", words + "a number"},
		{"word as a path", "output: true", 1, "output", words + "true or false"},
		{"date as a path", "output: 2026-01-01", 1, "output", words + "a date"},
		{"list as a path", "output: [a]", 1, "output", words + "a list"},
		{"group as a path", "output: {a: b}", 1, "output", words + "a group of keys"},
		{"bytes as a path", "output: !!binary aGk=", 1, "output", words + "something else"},
		{"empty path", `output: ""`, 1, "output", "is empty"},
		{"line end in a path", `output: "a\nb"`, 1, "output", "holds a control character"},
		{"long path", "output: " + strings.Repeat("x", maxText+1), 1, "output", "is longer than 4096 bytes"},
		{"unknown time zone", "timezone: Asia/Nowhere", 1, "timezone", `"Asia/Nowhere" is not a known time zone`},
		{"Go's own time zone", "timezone: Local", 1, "timezone", `"Local" is not a known time zone`},
		{"time zone outside", "timezone: ../../etc/passwd", 1, "timezone", `"../../etc/passwd" is not a known time zone`},
		{"pattern without list", "include: telegram", 1, "include", "must be a list of patterns, but is text"},
		{"number as a pattern", "include:\n- a\n- 7001", 3, "include", "pattern 2: " + words + "a number"},
		{"nothing as a pattern", "include:\n- a\n-", 3, "include", "pattern 2: " + words + "nothing"},
		{"malformed pattern", "exclude:\n- a\n- b\n- \"[a\"", 4, "exclude", `pattern 3: "[a" is not a valid pattern`},
		{"too many patterns", "include: [" + strings.Repeat("a,", maxItems+1) + "]", 1, "include", "has more than 1000 patterns"},
		{"word for yes", "include_tools: yes", 1, "include_tools", "must be true or false"},
		{"number for yes", "include_tools: 1", 1, "include_tools", "must be true or false"},
		{"number too small", "shared: {markdown_bytes: 16383}", 1, "shared.markdown_bytes", numbers + "16384 to 262144"},
		{"number too large", "shared: {markdown_bytes: 262145}", 1, "shared.markdown_bytes", numbers + "16384 to 262144"},
		{"number out of range", "shared:\n  json_bytes: 99999999999999999999", 2, "shared.json_bytes", numbers + "65536 to 67108864"},
		{"fraction", "shared: {json_bytes: 65536.5}", 1, "shared.json_bytes", numbers + "65536 to 67108864"},
		{"zero", "shared: {messages_per_session: 0}", 1, "shared.messages_per_session", numbers + "1 to 10000"},
		{"number with unit", "shared: {json_bytes: 8 MiB}", 1, "shared.json_bytes", numbers + "65536 to 67108864"},

		{"rules without list", "redact:\n  rules: {name: a}", 2, "redact.rules", "must be a list, but is a group of keys"},
		{"text as a rule", "redact:\n  rules:\n  - a", 3, "redact.rules[0]", `must be lines of the form "key: value", but is text`},
		{"unknown key in a rule", "redact:\n  rules:\n  - name: a\n  - name: b\n    regexp: c", 5, "redact.rules[1].regexp", "unknown key"},
		{"key of a rule given twice", "redact:\n  rules:\n  - name: a\n    name: b", 4, "redact.rules[0].name", "is given twice, first in line 3"},
		{"list as a key of a rule", "redact:\n  rules:\n  - [a]: b", 3, "redact.rules[0]", "a key must be a word, but is a list"},
		{"number as a regex", "redact:\n  rules:\n  - name: a\n    regex: 12345", 4, "redact.rules[0].regex", words + "a number"},
		{"lines as a regex", "redact:\n  rules:\n  - regex: |\n      a\n      b", 3, "redact.rules[0].regex", "holds a control character"},
		{"negative group", "redact: {rules: [{group: -1}]}", 1, "redact.rules[0].group", numbers + "0 to 100"},
		{"text as a group", "redact: {rules: [{group: a}]}", 1, "redact.rules[0].group", numbers + "0 to 100"},
		{"long name of a rule", "redact: {rules: [{name: " + strings.Repeat("x", 41) + "}]}", 1, "redact.rules[0].name", "must be up to 40 letters, digits, - and _"},
		{"brackets in a placeholder", "redact: {rules: [{placeholder: '[X]'}]}", 1, "redact.rules[0].placeholder", "must be up to 40 letters, digits, - and _"},
		{"text as keywords", "redact: {rules: [{keywords: a}]}", 1, "redact.rules[0].keywords", "must be a list, but is text"},
		{"number as a keyword", "redact:\n  rules:\n  - keywords:\n    - a\n    - 7", 5, "redact.rules[0].keywords[1]", words + "a number"},
		{"number as what is allowed", "redact:\n  allow:\n  - a\n  - 4001234567", 4, "redact.allow[1]", words + "a number"},
		{"list as what is allowed", "redact: {allow: [[a]]}", 1, "redact.allow[0]", words + "a list"},
		{"unknown key in what is allowed", "redact:\n  allow:\n  - text: a", 3, "redact.allow[0].text", "unknown key"},
		{"nothing allowed", "redact:\n  allow:\n  - regex:", 3, "redact.allow[0]", `must be text, or "regex:" with a regex behind it`},
		{"sentence to disable", "redact:\n  disable:\n  - phone numbers", 3, "redact.disable[0]", "must be up to 40 letters, digits, - and _"},
		{"text to enable", "redact: {enable: IP}", 1, "redact.enable", "must be a list, but is text"},
		{"value for a variable", "redact:\n  known_values_from_env:\n  - cor-rect", 3, "redact.known_values_from_env[0]",
			"is not the name of a variable, which is made of letters, digits and _"},
		{"digit before a variable", "redact: {known_values_from_env: [2A]}", 1, "redact.known_values_from_env[0]",
			"is not the name of a variable, which is made of letters, digits and _"},
		{"too many variables", "redact: {known_values_from_env: [" + strings.Repeat("a,", maxItems+1) + "]}", 1, "redact.known_values_from_env",
			"has more than 1000 items"},
		{"number for numbered", "redact: {numbered: 1}", 1, "redact.numbered", "must be true or false"},
		{"member outside its group", "disable: [IP]", 1, "disable", `unknown key; did you mean "redact.disable"?`},

		{"not YAML", "lang: zh\n\tshare: all\n", 2, "", ""},
		{"open bracket", "include: [", 0, "", ""},
		{"broken UTF-8", "lang: en\n# \xff\n", 2, "", "is not UTF-8 text"},
		{"UTF-16", "\xff\xfel\x00", 1, "", "is not UTF-8 text"},
		{"two documents", "lang: en\n---\nlang: zh\n", 2, "", "a second YAML document begins here"},
		{"alias", "lang: &l en\noutput: *l\n", 2, "", "YAML aliases are not supported"},
		{"alias without anchor", "output: *l\n", 0, "", "is not valid YAML: alias without anchor"},
		{"alias bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", 2, "", "YAML aliases are not supported"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse("config.yaml", []byte(test.text))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Path != "config.yaml" || test.line > 0 && e.Line != test.line {
				t.Errorf("it is at %q line %d, want line %d", e.Path, e.Line, test.line)
			}
			if test.problem != "" && (e.Key != test.key || e.Problem != test.problem) {
				t.Errorf("got %q: %q, want %q: %q", e.Key, e.Problem, test.key, test.problem)
			}
			checkMessage(t, e)
		})
	}
}

// checkMessage holds what is true of every error: one line of bounded length
// that a terminal shows as it is.
func checkMessage(t *testing.T, e *Error) {
	t.Helper()
	for _, text := range []string{e.Error(), e.Hint} {
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 600 {
			t.Errorf("not fit for a terminal: %q", text)
		}
	}
	if e.Problem == "" || e.Path == "" && e.Key == "" {
		t.Errorf("the error says too little: %+v", *e)
	}
}

func TestErrorMessage(t *testing.T) {
	_, err := parse("/home/a/config.yaml", []byte("lang: en\nouput: /x\n"))
	want := `settings "/home/a/config.yaml", line 2, ouput: unknown key; did you mean "output"?`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorsDoNotQuoteLongValues(t *testing.T) {
	secret := "sk-" + strings.Repeat("s3cr3t", 6)
	for _, key := range keyNames() {
		group, member, grouped := strings.Cut(key, ".")
		for _, value := range []string{secret, "[" + secret + "[]", "{" + secret + ": *" + secret + "}", "*" + secret, "!!int " + secret, "['[" + secret + "']"} {
			text := key + ": " + value
			if grouped {
				text = group + ":\n  " + member + ": " + value
			}
			_, err := parse("config.yaml", []byte(text))
			var e *Error
			if errors.As(err, &e) && strings.Contains(e.Error()+e.Hint, "s3cr3t") {
				t.Errorf("%s is quoted: %v", key, err)
			}
		}
	}
}

// TestNearest: what a command line says is compared with its names.
func TestNearest(t *testing.T) {
	names := []string{"sync", "status", "list", "show", "last", "export", "help"}
	tests := []struct{ word, want string }{
		{"snyc", "sync"}, {"syncc", "sync"}, {"sttaus", "status"}, {"lst", "list"}, {"exprot", "export"},
		{"sho", "show"}, {"frobnicate", ""}, {"", ""}, {"x", ""}, {strings.Repeat("sync", 1000), ""},
	}
	for _, test := range tests {
		t.Run(test.word[:min(len(test.word), 20)], func(t *testing.T) {
			if got := Nearest(test.word, names); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSuggestions(t *testing.T) {
	tests := []struct{ name, want string }{
		{"ouput", "output"},
		{"outptu", "output"},
		{"OUTPUT", "output"},
		{"output_dir", "output"},
		{"language", "lang"},
		{"time_zone", "timezone"},
		{"includes", "include"},
		{"include-tools", "include_tools"},
		{"includeTools", "include_tools"},
		{"exlude", "exclude"},
		{"jsonBytes", "shared.json_bytes"},
		{"x", ""},
		{"", ""},
		{"gateway", ""},
		{strings.Repeat("output", 1000), ""},
	}
	for _, test := range tests {
		t.Run(shownKey(test.name), func(t *testing.T) {
			if got := nearestKey(test.name); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"", "abc", 3}, {"abc", "abd", 1},
		{"abc", "ac", 1}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"输出", "输入", 1},
	}
	for _, test := range tests {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	file, err := Load(path)
	if err != nil || file.Found || file.Path != path || !reflect.DeepEqual(file.Settings, Settings{}) {
		t.Fatalf("missing file: got %+v, %v", file, err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if file, err = Load(path); err != nil || !file.Found {
		t.Fatalf("empty file: got %+v, %v", file, err)
	}
	if err := os.WriteFile(path, []byte("lang: en\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if file, err = Load(path); err != nil || file.Settings.Lang != LangEnglish {
		t.Fatalf("got %+v, %v", file, err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if file, err = Load(link); err != nil || file.Settings.Lang != LangEnglish {
		t.Fatalf("through a link: got %+v, %v", file, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(path string) error
		problem string
	}{
		{"directory", func(path string) error { return os.Mkdir(path, 0o700) }, "is not a regular file"},
		{"link to nothing", func(path string) error { return os.Symlink(path+".target", path) }, "is a link that leads nowhere"},
		{"too large", func(path string) error { return os.WriteFile(path, make([]byte, maxFileSize+1), 0o600) }, "is larger than 1 MiB"},
		{"wrong key", func(path string) error { return os.WriteFile(path, []byte("lung: en"), 0o600) }, `unknown key; did you mean "lang"?`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.yaml")
			if err := test.prepare(path); err != nil {
				t.Skipf("not possible here: %v", err)
			}
			_, err := Load(path)
			var e *Error
			if !errors.As(err, &e) || e.Path != path || e.Problem != test.problem {
				t.Errorf("got %v, want %q", err, test.problem)
			}
		})
	}
	t.Run("below a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "plain")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Load(filepath.Join(path, "config.yaml"))
		if runtime.GOOS != "windows" && (err == nil || file.Found) {
			t.Errorf("got %+v, want an error", file)
		}
	})
	t.Run("without permission", func(t *testing.T) {
		if runtime.GOOS == "windows" || os.Geteuid() == 0 {
			t.Skip("modes don't bind this user")
		}
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, nil, 0); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if !errors.Is(err, fs.ErrPermission) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("got %v, want ErrPermission and the path once", err)
		}
	})
}

// FuzzLoad checks that what is accepted is in range and holds for a run.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "lang: en\nshare: direct\n", "include: ['a*', \"[b]\"]\nexclude:\n- c:?\n", "output: ~/x\ntimezone: UTC\n",
		"shared: {markdown_bytes: 16384, json_bytes: 65536, messages_per_session: 10}\ninclude_tools: true\n",
		"redact:\n  rules:\n  - {name: a, regex: '(b)', group: 1, keywords: [c]}\n  allow: [d, {regex: e}]\n  known_values_from_env: [F]\n",
		"redact: {rules: [{name: a, name: b}], allow: [[]], disable: [PHONE], enable: ['I P'], numbered: yes}\n",
		"a: &a [*a]\n", "? [x]\n: y\n", "lang: !!binary aGk=\n", "---\n...\n---\n", "<<: {lang: en}\n", "output: |\n  a\n  b\n", "\ufeff#\n",
	} {
		f.Add([]byte(seed))
	}
	f.Add(Template(LangChinese))
	f.Add(Template(LangEnglish))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parse("config.yaml", data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("an error of type %T", err)
			}
			checkMessage(t, e)
			return
		}
		c, err := file.Resolve(Overrides{UserHome: "user"})
		if err != nil {
			if !strings.HasPrefix(file.Settings.Output, "~") {
				t.Fatal(err)
			}
			return
		}
		if !isLang(c.Lang) || !slices.Contains([]Share{ShareAll, ShareDirect, ShareSeparate}, c.Share) {
			t.Errorf("lang %q, share %q", c.Lang, c.Share)
		}
		if s := c.Shared; s.MarkdownBytes < minMarkdownBytes || s.MarkdownBytes > maxMarkdownBytes ||
			s.JSONBytes < minJSONBytes || s.JSONBytes > maxJSONBytes ||
			s.MessagesPerSession < minMessages || s.MessagesPerSession > maxMessages {
			t.Errorf("bounds %+v", s)
		}
		for _, glob := range slices.Concat(c.Include, c.Exclude) {
			if !validGlob(glob) {
				t.Errorf("pattern %q", glob)
			}
		}
		for _, name := range slices.Concat(c.Redact.Disable, c.Redact.Enable, c.Redact.KnownValuesFromEnv) {
			if strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune(letters+digits+"-_", r) }) {
				t.Errorf("name %q", name)
			}
		}
		for i, a := range c.Redact.Allow {
			if (a.Literal == "") == (a.Regex == "") {
				t.Errorf("allow[%d] has no or both forms", i)
			}
			if e := file.Wrong(fmt.Sprintf("redact.allow[%d].regex", i), "is wrong", ""); e.Line == 0 {
				t.Errorf("nobody knows where %s stands", e.Key)
			}
		}
		if len(c.Unused()) != len(c.Redact.KnownValuesFromEnv) {
			t.Errorf("unused are %v of %v", c.Unused(), c.Redact.KnownValuesFromEnv)
		}
		if got, want := len(c.Values()), len(settings())+3; got != want {
			t.Errorf("%d values, want %d", got, want)
		}
	})
}
