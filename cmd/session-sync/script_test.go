package main

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

var update = flag.Bool("update", false, "rewrite the expected texts")

// pluginCache takes compiled plugins for all tests of a run, cacheVariable tells
// scripts of it.
var pluginCache string

const cacheVariable = "TEST_PLUGIN_CACHE"

type withCache struct{ *testing.M }

// Run makes the cache for as long as the tests run.
func (m withCache) Run() int {
	var err error
	if pluginCache, err = os.MkdirTemp("", "plugin-cache"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(pluginCache)
	return m.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(withCache{m}, map[string]func(){
		"session-sync": func() {
			p := program()
			p.PluginCache = os.Getenv(cacheVariable)
			os.Exit(execute(p))
		},
		"openclaw": fakeopenclaw.Answer,
	})
}

// TestScript runs the scripts in testdata/script. Each has a home directory
// and a clock in UTC of its own, and these commands beside those of testscript:
//
//	exits CODE COMMAND...        run a command, which has to exit with CODE
//	json FILE PATH [VALUE]       a value in JSON, by gjson's paths; without
//	                             VALUE it has to exist; a PATH that begins
//	                             with .. is one in JSON Lines
//	capture NAME FILE PATH       put a value in JSON into a variable
//	old DIR                      files were last changed years ago
//	fill FILE...                 put phone numbers and keys in place of {phone},
//	                             {email} and {openai}, a NUL in place of {nul},
//	                             and nothing in place of {cut} and its line feed
//	database FILE LINES          make a database of OpenClaw's, see database_test.go
//	sql FILE STATEMENT           run a statement on a database
//	items HOME FILE              put items into the archive, see items_test.go
//	hold FILE                    hold a lock until the script ends
//	remember NAME DIR            keep names, bytes and times of a directory
//	unchanged NAME [BUT...]      compare them, without these files
//	secretless DIR               no file holds what fill put in
//
// $tools is where session-sync is, and an openclaw that only answers like one.
func TestScript(t *testing.T) {
	goCache := ""
	if out, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
		goCache = strings.TrimSpace(string(out))
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Values[memories] = map[string]tree{}
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("USERPROFILE", home)
			env.Setenv(cacheVariable, pluginCache)
			env.Setenv("GOCACHE", goCache)
			program, err := exec.LookPath("session-sync")
			if err != nil {
				return err
			}
			env.Setenv("tools", filepath.Dir(program))
			env.Setenv("TZ", "UTC")
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("state", filepath.Join(home, ".openclaw"))
			env.Setenv("out", filepath.Join(home, ".openclaw", "workspace", "memory", "sync"))
			return os.MkdirAll(home, 0o700)
		},
		Condition: func(name string) (bool, error) {
			if name == "permissions" {
				return runtime.GOOS != "windows" && os.Geteuid() != 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "json": checkJSON, "capture": capture, "old": makeOld, "fill": fill,
			"database": makeDatabase, "sql": runSQL, "hold": hold,
			"items": keepItems, "remember": remember, "unchanged": unchanged, "secretless": secretless,
		},
	})
}

func want(ts *testscript.TestScript, neg, fits bool, form string) {
	if neg || !fits {
		ts.Fatalf("usage: %s", form)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) >= 2, "exits CODE COMMAND...")
	code, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != code {
		ts.Fatalf("exit code is %d, want %d", got, code)
	}
}

func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, false, len(args) == 2 || len(args) == 3, "[!] json FILE PATH [VALUE]")
	text := ts.ReadFile(args[0])
	values := []string{text}
	if strings.HasPrefix(args[1], "..") {
		values = strings.Split(strings.TrimSpace(text), "\n")
	}
	for _, value := range values {
		if !gjson.Valid(value) {
			ts.Fatalf("%s is not JSON:\n%s", args[0], value)
		}
	}
	got := gjson.Get(text, args[1])
	if got.IsArray() || got.IsObject() {
		got = got.Get("@ugly")
	}
	fits := got.Exists() && (len(args) == 2 || got.String() == args[2])
	if fits == neg {
		ts.Fatalf("%s is %s in:\n%s", args[1], got.Raw, text)
	}
}

func capture(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 3, "capture NAME FILE PATH")
	value := gjson.Get(ts.ReadFile(args[1]), args[2])
	if !value.Exists() {
		ts.Fatalf("there is no %s in %s", args[2], args[1])
	}
	ts.Setenv(args[0], value.String())
}

func makeOld(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 1, "old DIR")
	then := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	dir := ts.MkAbs(args[0])
	for name := range readTree(ts, dir) {
		ts.Check(os.Chtimes(filepath.Join(dir, name), then, then))
	}
}

// private is what fill puts in. It is put together here so that no file of the
// repository holds anything that looks like a secret.
func private() map[string]string {
	sum := sha256.Sum256([]byte("a key that nobody has"))
	return map[string]string{
		"{phone}":  "138" + "1234" + "5678",
		"{email}":  "li.lei" + "@" + "mail.example.cn",
		"{openai}": "sk-" + "proj-" + base64.RawURLEncoding.EncodeToString(sum[:]) + "x9",
	}
}

func fill(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 0, "fill FILE...")
	pairs := []string{"{nul}", "\x00", "{cut}\n", ""}
	for name, value := range private() {
		pairs = append(pairs, name, value)
	}
	for _, name := range args {
		text := strings.NewReplacer(pairs...).Replace(ts.ReadFile(name))
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

func secretless(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 1, "secretless DIR")
	for name, file := range readTree(ts, ts.MkAbs(args[0])) {
		for kind, secret := range private() {
			if strings.Contains(file.data, secret) {
				ts.Fatalf("%s holds the %s", name, kind)
			}
		}
	}
}

func hold(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 1, "hold FILE")
	lock := flock.New(ts.MkAbs(args[0]))
	held, err := lock.TryLock()
	ts.Check(err)
	if !held {
		ts.Fatalf("somebody else holds %s", args[0])
	}
	ts.Defer(func() { lock.Unlock() })
}

const memories = "memories"

// tree is what is in a directory, by slash path.
type tree map[string]file

type file struct{ data, state string }

func readTree(ts *testscript.TestScript, dir string) tree {
	files := tree{}
	ts.Check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || entry.IsDir() {
			files[filepath.ToSlash(name)+"/"] = file{state: info.Mode().String()}
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.ToSlash(name)] = file{string(data), fmt.Sprint(info.Mode(), info.ModTime().UnixNano())}
		return err
	}))
	return files
}

func remember(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "remember NAME DIR")
	dir := ts.MkAbs(args[1])
	ts.Value(memories).(map[string]tree)[args[0]] = readTree(ts, dir)
	ts.Setenv("remembered_"+args[0], dir)
}

func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) >= 1, "unchanged NAME [BUT...]")
	before := ts.Value(memories).(map[string]tree)[args[0]]
	after := readTree(ts, ts.Getenv("remembered_"+args[0]))
	for name, is := range after {
		was, there := before[name]
		switch {
		case slices.ContainsFunc(args[1:], func(but string) bool { return name == but || strings.HasPrefix(name, but+"/") }):
		case !there:
			ts.Fatalf("%s is new", name)
		case is != was:
			ts.Fatalf("%s changed", name)
		}
	}
	for name := range before {
		if _, there := after[name]; !there {
			ts.Fatalf("%s is gone", name)
		}
	}
}
