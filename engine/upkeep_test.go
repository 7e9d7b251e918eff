package engine

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
)

// TestArgv: what is registered means this installation, from wherever it is run,
// and says no more than that takes.
func TestArgv(t *testing.T) {
	home := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{home}, parts...)...) }
	tests := []struct {
		name    string
		env     map[string]string
		flags   config.Flags
		setting string
		sync    []string // behind sync --scheduled
		profile string
	}{
		{name: "default"},
		{name: "profile", env: map[string]string{"OPENCLAW_PROFILE": "lab"}, sync: []string{"--state-dir", at(".openclaw-lab")}, profile: "lab"},
		{name: "profile by its directory", env: map[string]string{"OPENCLAW_STATE_DIR": at(".openclaw-lab")}, sync: []string{"--state-dir", at(".openclaw-lab")}, profile: "lab"},
		{name: "a directory of the same name elsewhere", env: map[string]string{"OPENCLAW_STATE_DIR": at("x", ".openclaw-lab")}, sync: []string{"--state-dir", at("x", ".openclaw-lab")}},
		{name: "home", env: map[string]string{"SESSION_SYNC_HOME": at("own")}, sync: []string{"--store", at("own")}},
		{name: "output", env: map[string]string{"SESSION_SYNC_OUTPUT": at("out")}, sync: []string{"--output", at("out")}},
		{name: "flags", flags: config.Flags{StateDir: config.Flag{Name: "--state-dir", Value: at("s")}, Home: config.Flag{Name: "--store", Value: at("own")}},
			setting: at("c.yaml"), sync: []string{"--state-dir", at("s"), "--store", at("own"), "--config", at("c.yaml")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := Open(Options{
				OSHome: home, Flags: test.flags, Settings: test.setting, Now: time.Now, Local: time.UTC,
				Env: func(name string) (string, bool) { value, set := test.env[name]; return value, set },
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := append(e.callArgs(), e.syncArgs()...); !slices.Equal(got, test.sync) {
				t.Errorf("got %q, want %q", got, test.sync)
			}
			if got := e.profile(); got != test.profile {
				t.Errorf("profile is %q, want %q", got, test.profile)
			}
		})
	}
}
