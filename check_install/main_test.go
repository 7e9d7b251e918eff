package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// account gives the test a home directory and an environment of its own.
func account(t *testing.T, lang string) (home string) {
	t.Helper()
	home = t.TempDir()
	for _, name := range []string{
		"OPENCLAW_STATE_DIR", "OPENCLAW_HOME", "OPENCLAW_PROFILE", "OPENCLAW_CONFIG_PATH", "OPENCLAW_WORKSPACE_DIR", "CLAWDBOT_STATE_DIR",
		"SESSION_SYNC_HOME", "SESSION_SYNC_OUTPUT", "GOBIN", "GOPATH", "XDG_CONFIG_HOME", "PATH",
	} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("SESSION_SYNC_LANG", lang)
	return home
}

func TestReady(t *testing.T) {
	for lang, want := range map[string]string{"zh": "检查完成,可以正常使用!", "en": "Check complete, ready to use!"} {
		t.Run(lang, func(t *testing.T) {
			if err := os.MkdirAll(filepath.Join(account(t, lang), ".openclaw", "agents"), 0o700); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			code := run(nil, &out, &errs)
			if code != 0 || !strings.HasSuffix(out.String(), "\n"+want+"\n") || errs.Len() > 0 {
				t.Errorf("exit code %d\n%s%s", code, &out, &errs)
			}
			if !strings.HasPrefix(out.String(), "✓ Go go1") {
				t.Errorf("it does not tell the version of Go:\n%s", &out)
			}
		})
	}
}

func TestToBeMended(t *testing.T) {
	home := account(t, "en")
	var out, errs bytes.Buffer
	code := run(nil, &out, &errs)
	if code != 1 || !strings.Contains(out.String(), "✗ there is no OpenClaw state directory: "+filepath.Join(home, ".openclaw")) {
		t.Errorf("exit code %d\n%s%s", code, &out, &errs)
	}
	if entries, _ := os.ReadDir(home); len(entries) > 0 {
		t.Errorf("it made %v", entries)
	}
}

func TestArguments(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"--json"}, &out, &errs); code != 2 || out.Len() > 0 || !strings.Contains(errs.String(), "takes no arguments") {
		t.Errorf("exit code %d, %q, %q", code, &out, &errs)
	}
}
