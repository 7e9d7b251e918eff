package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
)

// TestSecretsInErrors: what was typed or set by mistake, and may end up in the
// log of a scheduler, is told with placeholders, as text and as JSON.
func TestSecretsInErrors(t *testing.T) {
	token := "ghp" + "_" + strings.Repeat("Xy7Zw9", 6)
	long := "sk-" + "proj-" + strings.Repeat("aB3dE5", 12)
	phone := "138" + "1234" + "5670"
	for _, c := range []struct{ name, args, settings, want string }{
		{"command", "SECRET", "", `unknown command "[API_KEY]"`},
		{"operand", "sync SECRET", "", `unexpected argument "[API_KEY]"`},
		{"second operand", "last x SECRET", "", `unexpected argument "[API_KEY]"`},
		{"flag", "sync --SECRET", "", `unknown flag "[API_KEY]"`},
		{"settings file", "sync --config /none/SECRET", "", `settings "/none/[API_KEY]": there is no such file`},
		{"key", "sync", "SECRET: 1\n", `line 1, "[API_KEY]": unknown key`},
		{"key of a group", "sync", "shared: {SECRET: 1}\n", `line 1, shared."[API_KEY]": unknown key`},
		{"kind", "sync", "redact: {disable: [SECRET]}\n", `redact.disable[0]: "[API_KEY]" is neither`},
		{"what is enabled", "sync", "redact: {enable: [SECRET]}\n", `redact.enable[0]: "[API_KEY]" is not off`},
		{"variable", "sync", "redact: {known_values_from_env: [SECRET]}\n", "the variable [API_KEY] is not set"},
		{"short value", "sync", "share: '" + phone + "'\n", `share: "[PHONE]" is not one of`},
		{"time zone", "sync", "timezone: '" + phone + "'\n", `timezone: "[PHONE]" is not a known`},
		{"long command", "LONG", "", `unknown command "…"`},
		{"long flag", "sync --LONG", "", "unknown flag --…"},
		{"long key", "sync", "LONG: 1\n", "line 1, …: unknown key"},
	} {
		for _, mode := range []string{"", " --json", " --lang zh"} {
			t.Run(c.name+mode, func(t *testing.T) {
				typed := strings.NewReplacer("SECRET", token, "LONG", long)
				o := newOutside(t)
				home, _ := o.Env("HOME")
				if err := os.MkdirAll(filepath.Join(home, "session-sync"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(home, "session-sync", "config.yaml"), []byte(typed.Replace(c.settings)), 0o600); err != nil {
					t.Fatal(err)
				}
				code := run(t.Context(), strings.Fields(typed.Replace(c.args)+mode), o.World)
				said := strings.ReplaceAll(o.err.String(), `\"`, `"`)
				if code != exitUsage || !strings.Contains(said, c.want) {
					t.Errorf("exit code %d, stderr %s, want %s", code, said, c.want)
				}
				if strings.Contains(said, token[:12]) || strings.Contains(said, long[:12]) || strings.Contains(said, phone) {
					t.Errorf("the secret is told: %s", said)
				}
			})
		}
	}
}

// TestErrorsAreObjects: whatever is wrong, with --json stderr is one object that
// says what and what to do next, and stdout is empty.
func TestErrorsAreObjects(t *testing.T) {
	empty, archived := newOutside(t), newArchived(t, chats())
	check := func(o *outside, want int, args ...string) {
		t.Helper()
		o.out.Reset()
		o.err.Reset()
		if code := run(t.Context(), args, o.World); code != want {
			t.Errorf("%q: exit code %d, want %d", args, code, want)
		}
		var told console.Failure
		decoder := json.NewDecoder(&o.err)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&told); err != nil || told.Code == "" || told.Message == "" || told.Hint == "" || decoder.More() {
			t.Errorf("%q: %v, %+v", args, err, told)
		}
		if o.out.Len() > 0 {
			t.Errorf("%q: stdout is %q", args, o.out.String())
		}
	}
	for _, c := range everyCommand() {
		flags := c.Flags()
		if flags.Lookup("json") == nil || c.Setup == nil {
			continue
		}
		path := strings.Fields(c.path)
		with := func(more ...string) []string { return append(slices.Clone(path), more...) }
		check(empty, exitUsage, with("--nothing", "--json")...)
		check(empty, exitUsage, with("--json=1", "--nothing")...)
		if flags.Lookup("for") == nil {
			continue
		}
		if c.Operands != "" && c.Operands[0] != '[' {
			path = append(path, "agent:main:main")
		}
		check(empty, exitFailed, with("--json")...)
		check(empty, exitUsage, with("--json", "--config", "nowhere.yaml")...)
		check(archived, exitUsage, with("--for", "agent:main:nobody", "--json")...)
		check(archived, exitUsage, with("--for", "0", "--json")...)
		check(archived, exitUsage, with("--since", "soon", "--json")...)
		if strings.Contains(c.Operands, "SESSION") {
			check(archived, exitUsage, append(strings.Fields(c.path), "agent:main:nobody", "--json")...)
		}
		if flags.Lookup("next") != nil {
			check(archived, exitUsage, with("--next", "nothing", "--json")...)
		}
	}
}

// TestSecretAsVariable: who names the value instead of the variable is not
// warned with it.
func TestSecretAsVariable(t *testing.T) {
	token := "ghp" + "_" + strings.Repeat("Xy7Zw9", 6)
	o := newOutside(t)
	o.Stdin = strings.NewReader("hello")
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("redact: {known_values_from_env: ["+token+"]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := run(t.Context(), []string{"redact", "--config", path}, o.World)
	if want := "session-sync: the variable [API_KEY] is not set"; code != exitDone || !strings.HasPrefix(o.err.String(), want) {
		t.Errorf("exit code %d, stderr %s", code, o.err.String())
	}
}
