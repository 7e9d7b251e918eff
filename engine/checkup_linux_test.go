package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckupByPermission: what permissions forbid is told before a sync fails
// of it. The checkup runs as a user whom they bind.
func TestCheckupByPermission(t *testing.T) {
	for _, c := range []struct {
		name, code string
		forbid     func(*world) (path string, mode os.FileMode)
	}{
		{"output-not-writable", "output-not-writable", func(w *world) (string, os.FileMode) { return w.out, 0o555 }},
		{"output-not-to-be-made", "output-not-writable", func(w *world) (string, os.FileMode) {
			must(w.t, os.RemoveAll(w.out))
			return w.root, 0o555
		}},
		{"home-not-writable", "home-not-writable", func(w *world) (string, os.FileMode) { return w.home, 0o555 }},
		{"state-unreadable", "state-unreadable", func(w *world) (string, os.FileMode) { return w.path("agents"), 0 }},
		{"agent-unreadable", "source-unreadable", func(w *world) (string, os.FileMode) { return w.path("agents/work/sessions"), 0 }},
		{"archive-unreadable", "archive-unreadable", func(w *world) (string, os.FileMode) { return filepath.Join(w.home, "archive.db"), 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			as := w.nobody()
			if got, message := w.syncAs(as); got != "ok" {
				t.Fatalf("sync: %q; %s", got, message)
			}
			path, mode := c.forbid(w)
			must(t, os.Chmod(path, mode))
			defer os.Chmod(path, 0o755)
			for _, lang := range []string{"zh", "en"} {
				cmd := child(t, "checkup", w.env)
				cmd.Env = append(cmd.Env, "SESSION_SYNC_LANG="+lang, "TEST_ROOT="+filepath.Join(w.root, "system"), "PATH=")
				if as != nil {
					as(cmd)
				}
				out, err := cmd.CombinedOutput()
				must(t, err)
				code, text, _ := strings.Cut(string(out), "\n\n")
				if !strings.Contains(code, c.code) {
					t.Errorf("codes are %s, want %s", code, c.code)
				}
				compareCheckup(t, "as-a-user-"+c.name+"."+lang, w.masked(text))
			}
		})
	}
}
