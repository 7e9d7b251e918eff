package engine_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

// checkupIn is how the checkup of a world is asked for. Its account and the
// system's directories are the world's own.
func (w *world) checkupIn(lang string) engine.CheckupOptions {
	return engine.CheckupOptions{
		Options: engine.Options{
			Flags: config.Flags{Lang: config.Flag{Name: "--lang", Value: lang}},
			Env: func(name string) (string, bool) {
				value, found := w.env[name]
				return value, found
			},
			OSHome: w.account(), Now: func() time.Time { return w.now }, Local: time.UTC, Version: "test",
		},
		Source: "..", Root: filepath.Join(w.root, "system"),
	}
}

func (w *world) account() string { return filepath.Join(w.root, "account") }

// checkup returns what people and what programs read, and fails when anything
// was written.
func (w *world) checkup(lang string) (text string, findings map[string]found) {
	w.t.Helper()
	before := snapshot(w.t, w.root)
	diagnosis, err := engine.Checkup(context.Background(), w.checkupIn(lang))
	must(w.t, err)
	var out bytes.Buffer
	must(w.t, diagnosis.Write(&out))
	wantSame(w.t, "a checkup", before, snapshot(w.t, w.root))
	data, err := json.Marshal(diagnosis)
	must(w.t, err)
	var read struct {
		OK       bool
		Findings []found
	}
	must(w.t, json.Unmarshal(data, &read))
	findings = map[string]found{}
	fine := true
	for _, f := range read.Findings {
		findings[f.Code] = f
		fine = fine && f.Level != "problem"
		if (f.Remedy == "") != (f.Level == "ok") {
			w.t.Errorf("no remedy, or one too many: %+v", f)
		}
	}
	if read.OK != fine {
		w.t.Errorf("ok is %v with %+v", read.OK, read.Findings)
	}
	return w.masked(out.String()), findings
}

// found is a finding as programs read it.
type found struct {
	Code, Level, Text, Place, Remedy string
	Details                          map[string]int
}

var (
	clockTime  = regexp.MustCompile(`20\d\d-\d\d-\d\d \d\d:\d\d`)
	goVersions = regexp.MustCompile(`(?m)^✓ Go .*$`)
)

// masked puts words in place of paths, versions and times.
func (w *world) masked(text string) string {
	text = strings.ReplaceAll(text, w.root, "ROOT")
	text = clockTime.ReplaceAllString(text, "TIME")
	return goVersions.ReplaceAllString(text, "✓ Go VERSION")
}

// compareCheckup holds a text to its golden file.
func compareCheckup(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "checkup", name+".txt")
	if *update {
		mkdir(t, filepath.Dir(path))
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	if want := strings.ReplaceAll(readFile(t, path), "\r\n", "\n"); got != want {
		t.Errorf("differs from %s (go test -update rewrites it); got\n%s", path, got)
	}
}

// TestCheckupOfPublishedStates holds what is said of stores of real releases,
// before and after a sync, to golden files.
func TestCheckupOfPublishedStates(t *testing.T) {
	dir, names := published(t)
	for _, name := range names {
		for _, lang := range []string{"zh", "en"} {
			t.Run(name+"."+lang, func(t *testing.T) {
				w := newWorld(t)
				copyTree(t, filepath.Join(dir, name), w.state)
				before, findings := w.checkup(lang)
				if findings["archive-missing"].Level != "note" {
					t.Errorf("before the sync: %+v", findings)
				}
				w.sync()
				after, findings := w.checkup(lang)
				if findings["archive"].Level != "ok" || findings["share-groups"].Level != "warning" {
					t.Errorf("after the sync: %+v", findings)
				}
				compareCheckup(t, name+"."+lang, before+"\n=== after a sync\n\n"+after)
			})
		}
	}
}

// brokenSetups are installations with one thing wrong, and the finding that has
// to be told of each.
func brokenSetups() []struct {
	name  string
	build func(*world)
	code  string
	level string
} {
	return []struct {
		name  string
		build func(*world)
		code  string
		level string
	}{
		{"healthy", func(w *world) { w.settled(jsonlState) }, "scheduler", "ok"},
		{"no-state", func(w *world) { must(w.t, os.Remove(w.state)) }, "state-missing", "problem"},
		{"state-is-a-file", func(w *world) { w.write("agents", "a file in the place of the directory") }, "state-unreadable", "problem"},
		{"no-sessions", func(w *world) {}, "store-empty", "note"},
		{"broken-settings", func(w *world) {
			w.settled(jsonlState)
			writeFile(w.t, filepath.Join(w.home, "config.yaml"), "lang: klingon\n")
		}, "settings", "problem"},
		{"broken-openclaw-settings", func(w *world) { w.settled(jsonlState); w.write("openclaw.json", "{") }, "openclaw-config", "warning"},
		{"output-blocked", func(w *world) { w.settled(jsonlState); replaceByFile(w.t, w.out) }, "output-blocked", "problem"},
		{"output-among-openclaws", func(w *world) {
			w.settled(jsonlState)
			w.env["SESSION_SYNC_OUTPUT"] = w.path("agents/main/sessions")
		}, "output-refused", "problem"},
		{"workspace-missing", func(w *world) {
			w.settled(jsonlState)
			delete(w.env, "SESSION_SYNC_OUTPUT")
			w.write("openclaw.json", asJSON(object{"agents": object{"defaults": object{"workspace": filepath.Join(w.root, "nowhere")}}}))
		}, "workspace-missing", "problem"},
		{"foreign-file", func(w *world) {
			w.settled(jsonlState)
			writeFile(w.t, filepath.Join(w.out, "shared_chat.md"), "# My notes\n")
		}, "output-foreign", "warning"},
		{"newer-archive", func(w *world) { w.settled(jsonlState); w.archiveSQL("PRAGMA user_version = 99") }, "archive-newer", "problem"},
		{"damaged-archive", func(w *world) {
			w.settled(jsonlState)
			writeFile(w.t, filepath.Join(w.home, "archive.db"), strings.Repeat("x", 8192))
		}, "archive-damaged", "problem"},
		{"interrupted-archive", func(w *world) {
			w.settled(jsonlState)
			writeFile(w.t, filepath.Join(w.home, "archive.db-journal"), "what a killed run left")
		}, "archive-busy", "note"},
		{"no-key", func(w *world) { w.settled(jsonlState); must(w.t, os.Remove(filepath.Join(w.home, "key"))) }, "key-missing", "problem"},
		{"home-is-a-link", func(w *world) {
			w.settled(jsonlState)
			must(w.t, os.Rename(w.home, w.home+"-moved"))
			if err := os.Symlink(w.home+"-moved", w.home); err != nil {
				w.t.Skip("no symbolic links here:", err)
			}
		}, "home-refused", "problem"},
		{"copies-left", func(w *world) {
			w.settled(jsonlState)
			left := filepath.Join(w.home, "tmp", "database-1")
			mkdir(w.t, left)
			writeFile(w.t, filepath.Join(left, "copy.sqlite"), "raw text")
		}, "tmp-leftovers", "warning"},
		{"two-installs", func(w *world) {
			w.settled(jsonlState)
			for _, name := range []string{".clawdbot", ".openclaw-lab"} {
				dir := filepath.Join(w.account(), name, "agents", "main", "sessions")
				mkdir(w.t, dir)
				writeFile(w.t, filepath.Join(dir, idMain+".jsonl"), chat(idMain, 10, 2))
			}
			mkdir(w.t, filepath.Join(w.account(), ".openclaw-empty", "agents"))
		}, "two-installs", "warning"},
		{"groups-shared-with-all", func(w *world) { w.settled(groupState) }, "share-groups", "warning"},
		{"groups-kept-apart", func(w *world) {
			mkdir(w.t, w.home)
			must(w.t, os.Chmod(w.home, 0o700))
			writeFile(w.t, filepath.Join(w.home, "config.yaml"), "share: separate\n")
			w.settled(groupState)
		}, "share", "ok"},
		{"memory-file-too-big", func(w *world) {
			w.settled(jsonlState)
			memory := w.path("workspace/memory/.old")
			mkdir(w.t, memory)
			writeFile(w.t, filepath.Join(memory, "diary.md"), strings.Repeat("x", 3<<19))
			writeFile(w.t, filepath.Join(memory, "small.md"), "x")
			writeFile(w.t, filepath.Join(memory, "big.txt"), strings.Repeat("x", 1<<19))
		}, "memory-file-large", "warning"},
		{"migration-leftovers", func(w *world) {
			w.settled(sqliteState)
			w.write("agents/main/session-sqlite-import-archive/agent_main_main."+idMain+".jsonl.imported-1", chat(idMain, 20, 2))
			w.write(sessions+idDirect+".jsonl", chat(idDirect, 10, 2))
		}, "migration-leftovers", "warning"},
		{"migration-leftovers-archived", func(w *world) {
			w.write("agents/main/session-sqlite-import-archive/agent_main_main."+idMain+".jsonl.imported-1", chat(idMain, 20, 2))
			w.settled(sqliteState)
		}, "migration-leftovers", "ok"},
		{"no-scheduler", func(w *world) { jsonlState(w); w.sync() }, "scheduler-missing", "warning"},
		{"scheduler-off", func(w *world) {
			w.settled(jsonlState)
			w.write("cron/jobs.json", `{"jobs":[{"id":"job-1","enabled":false,"payload":{"argv":["/bin/session-sync","sync"]}}]}`)
		}, "scheduler-off", "warning"},
		{"scheduler-unreadable", func(w *world) { w.settled(jsonlState); w.write("cron/jobs.json", "{") }, "scheduler-unknown", "note"},
		{"crontab", func(w *world) {
			jsonlState(w)
			w.sync()
			dir := filepath.Join(w.root, "system", "etc", "cron.d")
			mkdir(w.t, dir)
			writeFile(w.t, filepath.Join(dir, "chats"), "*/30 * * * * alice /home/alice/.local/bin/session-sync sync --scheduled\n")
		}, "scheduler", "ok"},
		{"schedule-stands-still", func(w *world) { w.settled(jsonlState); w.now = w.now.Add(48 * time.Hour) }, "last-run-old", "warning"},
		{"unread", func(w *world) { w.settled(jsonlState); w.appendTo(mainFile, "{broken\n"); w.sync() }, "unread", "warning"},
		{"last-run-failed", func(w *world) {
			w.settled(jsonlState)
			replaceByFile(w.t, w.out)
			w.appendTo(mainFile, line(said("user", 50, "new")))
			w.fails(engine.ErrPlace)
			must(w.t, os.Remove(w.out))
		}, "last-run-failed", "warning"},
		{"two-skills", func(w *world) {
			w.settled(jsonlState)
			w.skill(w.path("skills/session-sync"), "2.0.0")
			w.skill(w.path("workspace/skills/ss"), "1.0.1")
		}, "skill-hidden", "warning"},
		{"skill-of-another-version", func(w *world) {
			w.settled(jsonlState)
			w.skill(w.path("workspace/skills/session-sync"), "2.0.0")
			w.skill(w.path("workspace/.agents/skills/session-sync"), "2.0.0")
			w.skill(w.path("skills/session-sync"), "1.0.1")
		}, "skill-not-of-program", "warning"},
		{"skill-where-nobody-looks", func(w *world) {
			w.settled(jsonlState)
			w.skill(filepath.Join(w.account(), ".agents", "skills", "session-sync"), "2.0.0")
		}, "skill-unseen", "warning"},
		{"home-of-somebody", func(w *world) { w.settled(jsonlState); w.env["SESSION_SYNC_HOME"] = "~nobody/x" }, "settings", "problem"},
	}
}

// TestCheckupOfBrokenSetups: what is wrong is told with its remedy, in both
// languages.
func TestCheckupOfBrokenSetups(t *testing.T) {
	for _, setup := range brokenSetups() {
		t.Run(setup.name, func(t *testing.T) {
			w := newWorld(t)
			setup.build(w)
			for _, lang := range []string{"zh", "en"} {
				text, findings := w.checkup(lang)
				if got := findings[setup.code]; got.Level != setup.level {
					t.Errorf("%s is %+v, want level %s", setup.code, got, setup.level)
				}
				ready := strings.HasSuffix(text, "检查完成,可以正常使用!\n") || strings.HasSuffix(text, "Check complete, ready to use!\n")
				if ready == (setup.level == "problem") {
					t.Errorf("ends with ready: %v", ready)
				}
				compareCheckup(t, setup.name+"."+lang, text)
			}
		})
	}
}

// settled makes a state, a scheduled sync and a sync.
func (w *world) settled(build func(*world)) {
	w.t.Helper()
	build(w)
	w.write("cron/jobs.json", `{"version":1,"jobs":[{"id":"job-1","declarationKey":"session-sync:sync","enabled":true,
		"schedule":{"kind":"every","everyMs":1800000},"payload":{"kind":"command","argv":["/home/alice/.local/bin/session-sync","sync"]}}]}`)
	w.sync()
}

// groupState has a chat that several people can read.
func groupState(w *world) {
	w.t.Helper()
	w.write(sessions+"sessions.json", asJSON(object{keyGroup: telegram(idGroup, "group"), keyMain: web(idMain)}))
	w.write(sessions+idGroup+".jsonl", chat(idGroup, 30, 2))
	w.write(sessions+idMain+".jsonl", chat(idMain, 20, 2))
}

func (w *world) skill(dir, version string) {
	w.t.Helper()
	mkdir(w.t, dir)
	writeFile(w.t, filepath.Join(dir, "SKILL.md"), "---\nname: session-sync\ndescription: x\n---\nversion: 9 is no field\n")
	writeFile(w.t, filepath.Join(dir, "skill.yaml"), "name: session-sync\nversion: "+version+"  # of the package\n")
}

func (w *world) archiveSQL(statement string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.home, "archive.db"))
	must(w.t, err)
	_, err = db.Exec(statement)
	must(w.t, errors.Join(err, db.Close()))
}

// replaceByFile puts a file in the place of a directory.
func replaceByFile(t testing.TB, dir string) {
	t.Helper()
	must(t, os.RemoveAll(dir))
	writeFile(t, dir, "a file in the place of the directory")
}

// TestCheckupIsStopped: a checkup that is interrupted judges nothing.
func TestCheckupIsStopped(t *testing.T) {
	w := newWorld(t)
	w.settled(sqliteState)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if diagnosis, err := engine.Checkup(ctx, w.checkupIn("en")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v", diagnosis, err)
	}
}

// TestCheckupHidesPeople: names of transcripts hold session keys, and those can
// be numbers of people.
func TestCheckupHidesPeople(t *testing.T) {
	phone := "+86138" + "1234" + "5678"
	w := newWorld(t)
	w.settled(jsonlState)
	w.write("agents/main/session-sqlite-import-archive/agent_main_whatsapp_direct_"+phone+".x.jsonl.imported-1", "{broken\n"+chat(idOld, 1, 2))
	mkdir(t, w.path(sessions+phone+".jsonl"))
	w.sync()
	for _, lang := range []string{"zh", "en"} {
		text, findings := w.checkup(lang)
		if strings.Contains(text, phone[3:]) {
			t.Errorf("the number is shown:\n%s", text)
		}
		if data, _ := json.Marshal(findings); bytes.Contains(data, []byte(phone[3:])) {
			t.Errorf("the number is in the JSON: %s", data)
		}
		if findings["unread"].Details["places"] == 0 || findings["source-unreadable"].Level != "warning" {
			t.Errorf("nothing was unread: %+v", findings)
		}
	}
}
