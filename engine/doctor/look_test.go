package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tree writes files by name and content; a name that ends in / is a directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = os.WriteFile(path, []byte(content), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skip("no symbolic links here:", err)
	}
}

// TestCopies: copies are told by what Go wrote into them; this test is a
// program of our module itself.
func TestCopies(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	name := executable(programName)
	dir := tree(t, map[string]string{
		"first/" + name: string(program), "second/" + name: string(program), "script/" + name: "#!/bin/sh\n", "empty/": "",
	})
	link(t, filepath.Join(dir, "first"), filepath.Join(dir, "linked"))
	at := func(name string) string { return filepath.Join(dir, name) }
	mine := filepath.Join(at("first"), name)
	got := Copies([]string{at("script"), at("empty"), "relative", "", at("first"), at("linked")}, []string{at("second"), at("first")}, mine)
	var told []string
	for _, c := range got {
		rel, _ := filepath.Rel(dir, filepath.Dir(c.Path))
		for word, is := range map[string]bool{" ours": c.Ours} {
			if is {
				rel += word
			}
		}
		if c.OnPath {
			rel += " on PATH"
		}
		if c.Self {
			rel += " self"
		}
		told = append(told, rel)
	}
	if want := []string{"script on PATH", "first ours on PATH self", "second ours"}; !slices.Equal(told, want) {
		t.Errorf("got %q, want %q: %+v", told, want, got)
	}
	if version := GoVersion(mine); version != runtime.Version() {
		t.Errorf("built with %q, want %q", version, runtime.Version())
	}
	if GoVersion(filepath.Join(at("script"), name)) != "" {
		t.Error("a script has a version of Go")
	}
	if found := Find([]string{"", at("empty"), at("script"), at("first")}, programName); found != filepath.Join(at("script"), name) {
		t.Errorf("found %q on PATH", found)
	}
}

// TestTransientProgram: what `go run` made is no installed copy.
func TestTransientProgram(t *testing.T) {
	name := executable(programName)
	dir := tree(t, map[string]string{"go-build123/b001/exe/" + name: "#!/bin/sh\n"})
	if got := Copies(nil, nil, filepath.Join(dir, "go-build123", "b001", "exe", name)); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestSkills(t *testing.T) {
	const about = "---\nname: session-sync\nversion: 1.5.0\ndescription: x\n---\n# session-sync\n"
	dir := tree(t, map[string]string{
		"work/ss/SKILL.md":              about,
		"work/ss/skill.yaml":            "version: \"2.0.0\"\n",
		"work/other/SKILL.md":           "---\nname: other\n---\nname: session-sync\n",
		"work/file":                     "",
		"state/session-sync/SKILL.md":   about,
		"plain/session-sync/SKILL.md":   "---\nname: session-sync\n---\n",
		"nothing/session-sync/skill.md": "",
	})
	link(t, filepath.Join(dir, "work", "ss"), filepath.Join(dir, "state", "linked"))
	var dirs []string
	for _, name := range []string{"missing", "work", "state", "plain"} {
		dirs = append(dirs, filepath.Join(dir, name))
	}
	want := []Skill{
		{filepath.Join(dir, "work", "ss"), "2.0.0"}, {filepath.Join(dir, "state", "session-sync"), "1.5.0"},
		{filepath.Join(dir, "plain", "session-sync"), "unknown"},
	}
	if got := Skills(dirs); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestField(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "version: 1.0\n", "1.0"},
		{"quoted, comment, CR", "a: b\r\nversion: '1.0' # the first\r\n", "1.0"},
		{"nested", "a:\n  version: 1.0\n", ""},
		{"behind the front matter", "---\nname: x\n---\nversion: 1.0\n", ""},
		{"too long", "version: " + strings.Repeat("1", 200), ""},
		{"none", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := field([]byte(test.text), "version"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzField(f *testing.F) {
	f.Add([]byte("---\nversion: 1 # x\n---\n"))
	f.Add([]byte("version:\xff\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got := field(text, "version"); len(got) > 100 || strings.ContainsAny(got, "\n") {
			t.Errorf("got %q", got)
		}
		if got := directive(text, "go"); strings.ContainsAny(got, " \n") {
			t.Errorf("got %q", got)
		}
		callsSync(text)
	})
}

func TestSyncs(t *testing.T) {
	tests := []struct {
		command string
		want    bool
	}{
		{"/home/alice/.local/bin/session-sync sync --scheduled", true},
		{"session-sync sync", true},
		{`sh -lc session-sync sync`, true},
		{`"/opt/my tools/session-sync" --store /x sync`, true},
		{`C:\bin\session-sync.exe sync`, true},
		{"Run: session-sync sync --quiet. Reply NO_REPLY.", true},
		{"session-sync status", false},
		{"session-sync status; rsync sync", false},
		{"not-session-sync sync", false},
		{"session-sync-old sync", false},
		{"tell me what session-sync is", false},
		{"", false},
	}
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			if got := Syncs(test.command); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestTimers(t *testing.T) {
	const call = "*/30 * * * * alice session-sync sync\n"
	tests := []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"none", nil, 0},
		{"timer", map[string]string{"cfg/systemd/user/session-sync.timer": "", "cfg/systemd/user/timers.target.wants/session-sync.timer": ""}, 1},
		{"timer of another name", map[string]string{"cfg/systemd/user/chats.timer": "Unit=session-sync.service", "cfg/systemd/user/timers.target.wants/chats.timer": ""}, 1},
		{"timer that is not started", map[string]string{"cfg/systemd/user/session-sync.timer": ""}, 0},
		{"timer of others", map[string]string{"cfg/systemd/user/x.timer": "", "cfg/systemd/user/timers.target.wants/x.timer": ""}, 0},
		{"agent", map[string]string{"home/Library/LaunchAgents/x.plist": "<string>/bin/session-sync</string><string>sync</string>"}, 1},
		{"agent of others", map[string]string{"home/Library/LaunchAgents/x.plist": "<string>session-sync</string><string>watch</string>"}, 0},
		{"crontab of the system", map[string]string{"root/etc/crontab": call}, 1},
		{"crontab in a directory", map[string]string{"root/etc/cron.d/chats": "# every half hour\n" + call}, 1},
		{"crontab of a user", map[string]string{"root/var/spool/cron/crontabs/alice": call}, 1},
		{"crontab elsewhere", map[string]string{"root/var/spool/cron/alice": call}, 1},
		{"crontab with a comment", map[string]string{"root/etc/crontab": "# " + call}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := tree(t, test.files)
			got := Timers(filepath.Join(dir, "home"), filepath.Join(dir, "cfg"), filepath.Join(dir, "root"))
			if len(got) != test.want {
				t.Errorf("got %+v, want %d", got, test.want)
			}
		})
	}
}

func TestLookAt(t *testing.T) {
	dir := tree(t, map[string]string{"there/": "", "file": ""})
	link(t, filepath.Join(dir, "nowhere"), filepath.Join(dir, "broken"))
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	tests := []struct {
		name string
		want Dir
	}{
		{"there", Dir{Path: at("there"), Exists: true}},
		{"there/new/deep", Dir{Path: at("there/new/deep")}},
		{"file", Dir{Path: at("file"), Blocked: at("file")}},
		{"file/below", Dir{Path: at("file/below"), Blocked: at("file")}},
		{"broken", Dir{Path: at("broken"), Blocked: at("broken")}},
		{"broken/below", Dir{Path: at("broken/below"), Blocked: at("broken")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := LookAt(test.want.Path); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestLarge(t *testing.T) {
	const bound = 256 << 10
	dir := tree(t, map[string]string{
		"memory/a.md": strings.Repeat("x", bound+1), "memory/sync/.b.MD": strings.Repeat("x", bound+2), "memory/at-the-bound.md": strings.Repeat("x", bound),
		"memory/c.json": strings.Repeat("x", bound+1), "elsewhere/d.md": strings.Repeat("x", bound+1),
	})
	link(t, filepath.Join(dir, "elsewhere"), filepath.Join(dir, "memory", "linked"))
	memory := filepath.Join(dir, "memory")
	want := []LargeFile{{filepath.Join(memory, "sync", ".b.MD"), bound + 2}, {filepath.Join(memory, "a.md"), bound + 1}}
	if got := Large(memory, filepath.Join(memory, "sync"), filepath.Join(dir, "missing")); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLoose(t *testing.T) {
	if !permissionsCount {
		t.Skip("permissions say nothing here")
	}
	dir := tree(t, map[string]string{"open": "", "private": ""})
	if err := os.Chmod(filepath.Join(dir, "private"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, "open")}
	if got := Loose(filepath.Join(dir, "open"), filepath.Join(dir, "private"), filepath.Join(dir, "missing")); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNeededGo(t *testing.T) {
	dir := tree(t, map[string]string{
		"ours/go.mod": "module " + module + "\n\ngo 1.30.1\n", "ours/sub/sub/": "", "theirs/go.mod": "module example.com/x\ngo 1.20\n",
	})
	for name, want := range map[string]string{"ours": "1.30.1", "ours/sub/sub": "1.30.1", "theirs": "", ".": ""} {
		if got := NeededGo(filepath.Join(dir, filepath.FromSlash(name))); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if NeededGo(".") == "" {
		t.Error("our own tree asks for no Go")
	}
}
