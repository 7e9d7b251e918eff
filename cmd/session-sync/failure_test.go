package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
