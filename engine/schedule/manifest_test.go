package schedule

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/manifest"
)

// TestManifest: the job that skill.yaml tells of is the one that is registered.
func TestManifest(t *testing.T) {
	skill, err := manifest.Skill()
	if err != nil {
		t.Fatal(err)
	}
	cron := skill.Entrypoints.Cron
	every, err := time.ParseDuration(cron.Every)
	if err != nil {
		t.Fatal(err)
	}
	words := registration(Task{Argv: cron.Argv, Every: every})
	for flag, want := range map[string]string{
		"--declaration-key": cron.DeclarationKey, "--name": skill.Name, "--every": cron.Every,
		"--command-argv": `["session-sync","sync","--scheduled"]`, "--timeout-seconds": strconv.Itoa(cron.TimeoutSeconds),
	} {
		if at := slices.Index(words, flag); at < 0 || words[at+1] != want {
			t.Errorf("%s is not %s in %q", flag, want, words)
		}
	}
}
