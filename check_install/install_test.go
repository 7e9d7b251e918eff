package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// needed are the programs that install.sh calls, beside Go.
var needed = []string{"awk", "basename", "chmod", "cp", "dirname", "mkdir", "mv", "rm", "sed"}

// place is a machine for install.sh: a copy of the skill, a home, and a PATH
// with the programs that are needed and a Go that only seems to build.
type place struct {
	t       *testing.T
	skill   string // folder of the skill
	home    string
	bin     string // where the program goes
	tools   string // the directory on PATH
	env     map[string]string
	command []string // the shell
}

const (
	// fakeGo tells of itself what Go does and writes what it was called with.
	fakeGo = `#!/bin/sh
case $1 in
version) echo "go version go${FAKE_VERSION:-1.26.8} linux/amd64" ;;
env) case $2 in GOHOSTOS) echo linux ;; GOHOSTARCH) echo amd64 ;; esac ;;
build)
	printf '%s\n' "$PWD" "$@" "GOFLAGS=$GOFLAGS" "GOWORK=$GOWORK" "GO111MODULE=$GO111MODULE" "CGO_ENABLED=$CGO_ENABLED" "GOOS=$GOOS" >"$HOME/built"
	while [ "$1" != -o ]; do shift; done
	printf '%s\n' "${FAKE_PROGRAM-#!/bin/sh
echo session-sync 7.8.9
echo more}" >"$2"
	chmod 755 "$2"
	exit "${FAKE_EXIT:-0}"
	;;
esac
`
	builtVersion = "session-sync 7.8.9"
)

func newPlace(t *testing.T) *place {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no POSIX shell here: install.ps1 is for this system")
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, skill: filepath.Join(root, "skill"), home: filepath.Join(root, "home"), tools: filepath.Join(root, "tools"), command: []string{sh}}
	p.bin = filepath.Join(p.home, ".local", "bin")
	p.env = map[string]string{"HOME": p.home, "PATH": p.tools, "LANG": "C"}
	p.copyFile(p.skill, "check_install/install.sh")
	p.copyFile(p.skill, "go.mod")
	p.mkdir(p.home)
	p.mkdir(p.tools)
	for _, name := range needed {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("there is no %s here", name)
		}
		must(t, os.Symlink(path, filepath.Join(p.tools, name)))
	}
	p.program("go", fakeGo)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *place) mkdir(dir string) {
	p.t.Helper()
	must(p.t, os.MkdirAll(dir, 0o755))
}

// copyFile copies a file of the repository without its exec bits.
func (p *place) copyFile(to, name string) {
	p.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
	must(p.t, err)
	to = filepath.Join(to, filepath.FromSlash(name))
	p.mkdir(filepath.Dir(to))
	must(p.t, os.WriteFile(to, data, 0o644))
}

// program puts a script on PATH.
func (p *place) program(name, script string) {
	p.t.Helper()
	must(p.t, os.WriteFile(filepath.Join(p.tools, name), []byte(script), 0o755))
}

// earlier puts an earlier program in place and returns another name of it,
// which keeps what was there.
func (p *place) earlier() (link string) {
	p.t.Helper()
	p.mkdir(p.bin)
	link = filepath.Join(p.home, "earlier")
	must(p.t, os.WriteFile(link, []byte("#!/bin/sh\necho session-sync 1.0.1\n"), 0o755))
	must(p.t, os.Link(link, filepath.Join(p.bin, "session-sync")))
	return link
}

// install runs the script and returns its exit code and output.
func (p *place) install() (code int, stdout, stderr string) {
	p.t.Helper()
	args := append(slices.Clone(p.command[1:]), filepath.Join(p.skill, "check_install", "install.sh"))
	cmd := exec.Command(p.command[0], args...)
	cmd.Dir = p.home
	cmd.Env = []string{}
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// installed checks that it went well and that nothing else lies beside it.
func (p *place) installed() (stdout string) {
	p.t.Helper()
	code, stdout, stderr := p.install()
	if code != 0 || stderr != "" {
		p.t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	out, err := exec.Command(filepath.Join(p.bin, "session-sync"), "version").Output()
	if err != nil || !strings.HasPrefix(string(out), builtVersion) {
		p.t.Errorf("the program says %q, %v", out, err)
	}
	p.alone()
	return stdout
}

// alone: only the program is in its directory.
func (p *place) alone() {
	p.t.Helper()
	entries, _ := os.ReadDir(p.bin) // one that is not there holds nothing
	for _, entry := range entries {
		if entry.Name() != "session-sync" {
			p.t.Errorf("%s was left", entry.Name())
		}
	}
}

// wantIn checks that all texts stand in the output.
func wantIn(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("no %q in\n%s", text, output)
		}
	}
}

func TestInstall(t *testing.T) {
	tests := []struct {
		name    string
		arrange func(*place)
		want    []string // said
		wantNot []string
	}{
		{"first", func(p *place) {},
			[]string{"Installed " + builtVersion + ": HOME/.local/bin/session-sync\n", "HOME/.local/bin is not on PATH", "~/.profile",
				`    export PATH="$HOME/.local/bin:$PATH"`, "    openclaw gateway restart\n", "    HOME/.local/bin/session-sync cron install\n"},
			[]string{"more\n", "skills info"}},
		{"on PATH", func(p *place) { p.earlier(); p.env["PATH"] += ":" + p.bin },
			[]string{"    session-sync doctor\n    session-sync sync\n    session-sync cron install\n"},
			[]string{"PATH", "restart"}},
		{"another is first on PATH", func(p *place) {
			p.earlier()
			p.program("session-sync", "#!/bin/sh\n")
			p.env["PATH"] += ":" + p.bin
		}, []string{"Another session-sync comes first on PATH: TOOLS/session-sync", "    HOME/.local/bin/session-sync doctor\n"}, []string{"export"}},
		{"linked from PATH", func(p *place) {
			p.earlier()
			must(p.t, os.Symlink(p.bin, filepath.Join(p.home, "linked")))
			p.env["PATH"] += ":" + filepath.Join(p.home, "linked")
		}, []string{"    session-sync doctor\n"}, []string{"PATH"}},
		{"zsh", func(p *place) { p.env["SHELL"] = "/bin/zsh" }, []string{"~/.zshrc", "export PATH"}, nil},
		{"bash", func(p *place) { p.env["SHELL"] = "/bin/bash" }, []string{"~/.bashrc", "export PATH"}, nil},
		{"fish", func(p *place) { p.env["SHELL"] = "/usr/bin/fish" }, []string{"config.fish", "    fish_add_path HOME/.local/bin\n"}, []string{"export"}},
		{"elsewhere", func(p *place) {
			p.env["SESSION_SYNC_BIN"] = "my tools"
			p.bin = filepath.Join(p.home, "my tools")
		}, []string{`export PATH="$HOME/my tools:$PATH"`, "    'HOME/my tools/session-sync' doctor\n"}, nil},
		{"special letters", func(p *place) {
			p.bin = filepath.Join(p.home, "my $(tools)")
			p.env["SESSION_SYNC_BIN"] = p.bin
		}, []string{`export PATH='HOME/my $(tools)':"$PATH"`, "    'HOME/my $(tools)/session-sync' doctor\n"}, nil},
		{"Chinese", func(p *place) { p.env["LANG"] = "zh_CN.UTF-8" }, []string{"已安装 " + builtVersion, "接下来运行", "请重启", "不在 PATH 中"}, []string{"Installed"}},
		{"Chinese by the variable", func(p *place) { p.env["SESSION_SYNC_LANG"] = "zh" }, []string{"已安装"}, nil},
		{"English by the variable", func(p *place) { p.env["SESSION_SYNC_LANG"], p.env["LC_ALL"] = "en", "zh_CN.UTF-8" }, []string{"Installed"}, nil},
		{"locale over language", func(p *place) { p.env["LC_ALL"], p.env["LANG"] = "C", "zh_CN.UTF-8" }, []string{"Installed"}, nil},
		{"older Go", func(p *place) { p.env["FAKE_VERSION"] = "1.9.4" }, []string{"This is Go 1.9.4, and 1.2", "GOTOOLCHAIN=local"}, nil},
		{"newer Go", func(p *place) { p.env["FAKE_VERSION"] = "1.100rc1" }, nil, []string{"is needed"}},
		{"Go of its own tree", func(p *place) { p.env["FAKE_VERSION"] = " devel go1.1-x" }, nil, []string{"is needed"}},
		{"openclaw", func(p *place) { p.program("openclaw", "#!/bin/sh\necho \"asked: $*\"\ncat\n") }, []string{"asked: skills info session-sync\n"}, []string{"failed"}},
		{"openclaw fails", func(p *place) { p.program("openclaw", "#!/bin/sh\nexit 9\n") }, []string{"openclaw skills info failed"}, nil},
		{"a link in the place", func(p *place) {
			p.mkdir(p.bin)
			must(p.t, os.Symlink(filepath.Join(p.home, "nowhere"), filepath.Join(p.bin, "session-sync")))
		}, []string{"Installed"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t)
			p.program("cat", "#!/bin/sh\nwhile read -r line; do :; done\n") // ends at once: there is no input
			test.arrange(p)
			said := strings.NewReplacer(p.home, "HOME", p.tools, "TOOLS").Replace(p.installed())
			wantIn(t, said, test.want...)
			for _, text := range test.wantNot {
				if strings.Contains(said, text) {
					t.Errorf("%q in\n%s", text, said)
				}
			}
		})
	}
}

func TestInstallFails(t *testing.T) {
	tests := []struct {
		name    string
		arrange func(*place)
		want    string
	}{
		{"no Go", func(p *place) { must(p.t, os.Remove(filepath.Join(p.tools, "go"))) }, "there is no Go on PATH\nsession-sync: hint: install Go 1."},
		{"no home", func(p *place) { delete(p.env, "HOME") }, "HOME is not set"},
		{"not whole", func(p *place) { must(p.t, os.Remove(filepath.Join(p.skill, "go.mod"))) }, "go.mod is missing"},
		{"build", func(p *place) { p.env["FAKE_EXIT"] = "1" }, "an earlier program is as it was\nsession-sync: hint: it takes Go 1."},
		{"does not run", func(p *place) { p.env["FAKE_PROGRAM"] = "#!/bin/sh\nexit 1" }, "does not run in "},
		{"no directory", func(p *place) { p.env["SESSION_SYNC_BIN"] = filepath.Join(p.home, "earlier", "bin") }, "can't be made"},
		{"a directory in the place", func(p *place) {
			p.env["SESSION_SYNC_BIN"] = "other"
			p.mkdir(filepath.Join(p.home, "other", "session-sync"))
		}, "a directory lies in the program's place"},
		{"in Chinese", func(p *place) { p.env["FAKE_EXIT"], p.env["SESSION_SYNC_LANG"] = "1", "zh" }, "构建失败，原有的程序没有改动"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t)
			link := p.earlier()
			test.arrange(p)
			code, _, stderr := p.install()
			if code != 1 {
				t.Errorf("exit code %d", code)
			}
			wantIn(t, stderr, "session-sync: ", test.want)
			before, err := os.Stat(link)
			must(t, err)
			after, err := os.Stat(filepath.Join(p.bin, "session-sync"))
			if err != nil || !os.SameFile(before, after) {
				t.Errorf("the earlier program is gone: %v", err)
			}
			p.alone()
		})
	}
}

// TestInstallReplaces: a program that runs keeps its file, because the new one
// takes the name and not the bytes.
func TestInstallReplaces(t *testing.T) {
	p := newPlace(t)
	link := p.earlier()
	p.installed()
	text, err := os.ReadFile(link)
	must(t, err)
	if !strings.Contains(string(text), "1.0.1") {
		t.Errorf("the earlier file now holds %q", text)
	}
}

// TestInstallReady: the folder of a release archive has the program and no source,
// and no Go is needed. Some tools that unpack it drop the exec bits.
func TestInstallReady(t *testing.T) {
	p := newPlace(t)
	link := p.earlier()
	must(t, os.Remove(filepath.Join(p.skill, "go.mod")))
	must(t, os.Remove(filepath.Join(p.tools, "go")))
	must(t, os.WriteFile(filepath.Join(p.skill, "session-sync"), []byte("#!/bin/sh\necho "+builtVersion+"\n"), 0o644))
	wantIn(t, p.installed(), "Installed "+builtVersion)
	if text, err := os.ReadFile(link); err != nil || !strings.Contains(string(text), "1.0.1") {
		t.Errorf("the earlier file now holds %q, %v", text, err)
	}
	must(t, os.WriteFile(filepath.Join(p.skill, "session-sync"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	if code, _, stderr := p.install(); code != 1 || !strings.Contains(stderr, "does not run in ") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	p.alone()
}

// TestInstallFrom: the folder is found wherever it lies, and the user's own
// settings do not reach the build.
func TestInstallFrom(t *testing.T) {
	tests := []struct {
		name string
		move func(*place) (real string)
	}{
		{"plain", func(p *place) string { return p.skill }},
		{"spaces and Chinese", func(p *place) string {
			moved := filepath.Join(filepath.Dir(p.skill), "我的 技能", "it's session-sync")
			p.mkdir(filepath.Dir(moved))
			must(p.t, os.Rename(p.skill, moved))
			p.skill = moved
			return moved
		}},
		{"linked", func(p *place) string {
			link := filepath.Join(p.home, "linked")
			must(p.t, os.Symlink(p.skill, link))
			real := p.skill
			p.skill = link
			return real
		}},
		{"relative", func(p *place) string {
			real := p.skill
			p.skill = filepath.Join("..", "skill") // seen from the home directory
			return real
		}},
		{"CDPATH", func(p *place) string {
			real := p.skill
			p.skill = filepath.Join("..", "skill")
			p.env["CDPATH"] = p.tools
			p.mkdir(filepath.Join(p.tools, "..", "skill", "check_install"))
			return real
		}},
		{"read only", func(p *place) string {
			must(p.t, os.Chmod(p.skill, 0o555))
			p.t.Cleanup(func() { os.Chmod(p.skill, 0o755) })
			return p.skill
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t)
			for _, set := range []string{"GOFLAGS=-mod=vendor -race", "GOWORK=/work.go", "GO111MODULE=off", "CGO_ENABLED=1", "GOOS=plan9", "GOBIN=/nowhere", "GOPATH=/nowhere"} {
				name, value, _ := strings.Cut(set, "=")
				p.env[name] = value
			}
			real := test.move(p)
			p.installed()
			built, err := os.ReadFile(filepath.Join(p.home, "built"))
			must(t, err)
			lines := strings.Split(strings.TrimSpace(string(built)), "\n")
			new := slices.Index(lines, "-o") + 1
			if !strings.HasPrefix(lines[new], filepath.Join(p.bin, ".session-sync.new.")) {
				t.Errorf("built %s", lines[new])
			}
			want := []string{real, "build", "-trimpath", "-buildvcs=false", "-o", lines[new], "./cmd/session-sync",
				"GOFLAGS=-mod=readonly", "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0", "GOOS=linux"}
			if !slices.Equal(lines, want) {
				t.Errorf("built with\n%q, want\n%q", lines, want)
			}
		})
	}
}

// TestPowerShell: PowerShell 5 takes a file without this mark for one in the code page
// of the system.
func TestPowerShell(t *testing.T) {
	script, err := os.ReadFile("install.ps1")
	must(t, err)
	if !strings.HasPrefix(string(script), "\uFEFF#") {
		t.Error("install.ps1 has no byte order mark")
	}
}

// TestInstallShells: every shell that is here runs it.
func TestInstallShells(t *testing.T) {
	for _, command := range [][]string{{"dash"}, {"bash", "--posix"}, {"bash"}, {"busybox", "sh"}, {"ksh"}, {"mksh"}, {"zsh"}} {
		t.Run(strings.Join(command, " "), func(t *testing.T) {
			path, err := exec.LookPath(command[0])
			if err != nil {
				t.Skip("not here")
			}
			p := newPlace(t)
			p.command = append([]string{path}, command[1:]...)
			wantIn(t, p.installed(), "Installed "+builtVersion)
		})
	}
}

// TestInstallBuilds builds the program out of what ClawHub would deliver, the
// smallest form of the skill, with the real Go and without a network.
func TestInstallBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	p := newPlace(t)
	p.skill = filepath.Join(filepath.Dir(p.skill), "技能", "session sync")
	for _, name := range published(t) {
		p.copyFile(p.skill, name)
	}
	goCommand, err := exec.LookPath("go")
	must(t, err)
	out, err := exec.Command(goCommand, "env", "GOMODCACHE", "GOCACHE").Output()
	must(t, err)
	caches := strings.Fields(string(out))
	p.env["GOMODCACHE"], p.env["GOCACHE"], p.env["GOPROXY"], p.env["GOFLAGS"] = caches[0], caches[1], "off", "-mod=vendor"
	p.env["PATH"] = fmt.Sprintf("%s:%s", filepath.Dir(goCommand), os.Getenv("PATH"))
	p.program("openclaw", "#!/bin/sh\n") // not on this PATH
	code, stdout, stderr := p.install()
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	program := filepath.Join(p.bin, "session-sync")
	wantIn(t, stdout, "Installed session-sync ", program+"\n")
	version, err := exec.Command(program, "version", "--json").Output()
	must(t, err)
	wantIn(t, string(version), `"name": "session-sync"`)
	p.alone()
}
