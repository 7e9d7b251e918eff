package doctor

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/source"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// sound is an installation with nothing to mend.
func sound() Facts {
	return Facts{
		Now: noon, Local: time.UTC, Version: "2.0.0",
		Copies:   []Copy{{Path: "/bin/session-sync", Version: "v2.0.0", Ours: true, OnPath: true, Self: true}},
		Skills:   []Skill{{"/state/skills/session-sync", "2.0.0"}},
		Settings: Settings{Path: "/home/config.yaml", Share: config.ShareAll},
		State:    State{Path: "/state", Why: "default"},
		Disk:     &Disk{Transcripts: map[source.Kind]int{source.KindSQLite: 3}, Databases: 1},
		Output:   Output{Dir: Dir{Path: "/out", Exists: true}, Why: "default"},
		Home:     Home{Dir: Dir{Path: "/home", Exists: true}},
		Archive: Archive{Path: "/home/archive.db", Status: ArchiveReady, Sessions: 3, Messages: 9,
			Stored: map[source.Kind]Stored{source.KindSQLite: {3, 3, 9}}},
		Schedule: Schedule{Jobs: []Job{{Where: "OpenClaw", ID: "j", Enabled: true, Every: time.Hour}}, Register: "session-sync cron install"},
		LastRun:  LastRun{Finished: noon.Add(-time.Hour), Succeeded: noon.Add(-time.Hour)},
	}
}

// cases change one thing each, and name what is then found beside what is fine.
func cases() []struct {
	name   string
	change func(*Facts)
	want   string // level and code, or codes that are fine
} {
	skip := func(reason source.Reason) func(*Facts) {
		return func(f *Facts) { f.Disk.Skips = []source.Skip{{Where: "main/sessions", Reason: reason, Count: 1}} }
	}
	return []struct {
		name   string
		change func(*Facts)
		want   string
	}{
		{"sound", func(f *Facts) {}, ""},
		{"Go is new enough", func(f *Facts) { f.Toolchain = &Toolchain{Running: "go1.26.8", Needed: "1.26.0", Found: "go1.26.8"} }, ""},
		{"Go outside of our tree", func(f *Facts) { f.Toolchain = &Toolchain{Running: "go1.26.8"} }, ""},
		{"Go of its own tree", func(f *Facts) { f.Toolchain = &Toolchain{Running: "devel go1.27-abcdef", Needed: "1.26.0"} }, ""},
		{"Go too old", func(f *Facts) { f.Toolchain = &Toolchain{Running: "go1.25.1", Needed: "1.26.0"} }, "problem go-too-old"},
		{"Go on PATH too old", func(f *Facts) {
			f.Toolchain = &Toolchain{Running: "go1.26.1", Needed: "1.26.0", Path: "/bin/go", Found: "go1.21.0"}
		}, "warning go-old"},
		{"no program", func(f *Facts) { f.Copies = nil }, "warning binary-missing"},
		{"program not on PATH", func(f *Facts) { f.Copies[0].OnPath = false }, "warning binary-not-on-path"},
		{"equal copies", func(f *Facts) {
			f.Copies = append(f.Copies, Copy{Path: "/go/bin/session-sync", Version: "v2.0.0", Ours: true})
		}, ""},
		{"an old copy", func(f *Facts) {
			f.Copies = append(f.Copies, Copy{Path: "/go/bin/session-sync", Version: "v1.9.0", Ours: true})
		}, "warning binary-other-version"},
		{"an old copy comes first", func(f *Facts) {
			f.Copies = append([]Copy{{Path: "/old/session-sync", Version: "v1.9.0", Ours: true, OnPath: true}}, f.Copies...)
		}, "warning binary-other-version"},
		{"a stranger on PATH", func(f *Facts) {
			f.Copies = append(f.Copies, Copy{Path: "/x/session-sync", Version: "unknown", OnPath: true})
		}, "warning binary-foreign"},
		{"no skill", func(f *Facts) { f.Skills = nil }, "note skill-missing"},
		{"equal skills", func(f *Facts) { f.Skills = append(f.Skills, Skill{"/x", "2.0.0"}) }, ""},
		{"a new skill behind an old one", func(f *Facts) { f.Skills = append([]Skill{{"/x", "1.0.1"}}, f.Skills...) }, "warning skill-hidden"},
		{"a skill newer than the program", func(f *Facts) { f.Skills[0].Version = "2.0.1" }, "warning skill-not-of-program"},
		{"and one of the program's behind it", func(f *Facts) {
			f.Skills = append([]Skill{{"/x", "2.0.1"}}, f.Skills...)
		}, "warning skill-not-of-program, warning skill-other-version"},
		{"a skill older than the program", func(f *Facts) { f.Skills[0].Version = "2.0.0-dev" }, "warning skill-not-of-program"},
		{"a skill, and another program asks", func(f *Facts) { f.Version = "" }, ""},
		{"a skill that is not looked for", func(f *Facts) { f.UnseenSkills = []Skill{{"/x", "2.0.0"}} }, "warning skill-unseen"},
		{"only such a skill", func(f *Facts) { f.Skills, f.UnseenSkills = nil, f.Skills }, "warning skill-unseen"},
		{"an old skill", func(f *Facts) { f.Skills = append(f.Skills, Skill{"/x", "1.0.1"}) }, "warning skill-other-version"},
		{"wrong settings", func(f *Facts) { f.Settings.Wrong = "lang: no" }, "problem settings"},
		{"wrong settings with advice", func(f *Facts) { f.Settings.Wrong, f.Settings.Advice = "lang: no", "say zh" }, "problem settings"},
		{"known value missing", func(f *Facts) { f.Settings.Unused = []config.Unused{{Name: "A"}} }, "warning known-value-unset"},
		{"known value too short", func(f *Facts) { f.Settings.Unused = []config.Unused{{Name: "A", TooShort: true}} }, "warning known-value-short"},
		{"no state", func(f *Facts) { *f = Facts{State: State{Path: "/state", Missing: true}, Copies: f.Copies} }, "problem state-missing"},
		{"closed state", func(f *Facts) { f.Disk = nil }, "problem state-unreadable"},
		{"closed agents", func(f *Facts) { skip(source.ReasonUnreadable)(f); f.Disk.Transcripts = nil }, "problem state-unreadable"},
		{"closed agent", skip(source.ReasonUnreadable), "warning source-unreadable"},
		{"damaged database", skip(source.ReasonBadDatabase), "warning source-unreadable"},
		{"link that leads away", skip(source.ReasonOutside), "warning source-unreadable"},
		{"busy database", skip(source.ReasonBusy), "note database-busy"},
		{"wrong openclaw.json", skip(source.ReasonBadConfig), "warning openclaw-config"},
		{"home refused", func(f *Facts) { f.Home.Refused = "it is a link" }, "problem home-refused"},
		{"home blocked", func(f *Facts) { f.Home.Blocked = "/home" }, "problem home-blocked"},
		{"home closed", func(f *Facts) { f.Home.ReadOnly = "/" }, "problem home-not-writable"},
		{"home open to all", func(f *Facts) { f.Home.Loose = []string{"/home", "/home/key"} }, "warning home-permissions"},
		{"copies left", func(f *Facts) { f.Home.Copies = 2 }, "warning tmp-leftovers"},
		{"no archive", func(f *Facts) { f.Archive.Status = ArchiveNone }, "note archive-missing"},
		{"no archive and no key", func(f *Facts) { f.Archive.Status, f.Archive.NoKey = ArchiveNone, true }, "note archive-missing"},
		{"no key", func(f *Facts) { f.Archive.NoKey = true }, "problem key-missing"},
		{"newer archive", func(f *Facts) { f.Archive.Status = ArchiveNewer }, "problem archive-newer"},
		{"older archive", func(f *Facts) { f.Archive.Status = ArchiveOlder }, "note archive-older"},
		{"damaged archive", func(f *Facts) { f.Archive.Status = ArchiveDamaged }, "problem archive-damaged"},
		{"busy archive", func(f *Facts) { f.Archive.Status = ArchiveBusy }, "note archive-busy"},
		{"closed archive", func(f *Facts) { f.Archive.Status = ArchiveUnreadable }, "problem archive-unreadable"},
		{"no sessions", func(f *Facts) { f.Disk.Transcripts, f.Archive.Stored = nil, nil }, "note store-empty"},
		{"every form", func(f *Facts) {
			f.Disk.Transcripts = map[source.Kind]int{source.KindJSONL: 1, source.KindCold: 1, source.KindReset: 1, source.KindImport: 1}
		}, ""},
		{"leftovers", func(f *Facts) { f.Disk.Leftovers = Leftovers{3, 2, 3} }, ""},
		{"leftovers to be synced", func(f *Facts) { f.Disk.Leftovers = Leftovers{3, 2, 1} }, "warning migration-leftovers"},
		{"workspace missing", func(f *Facts) { f.Output.Workspace = "/w" }, "problem workspace-missing"},
		{"output refused", func(f *Facts) { f.Output.Refused = "it is OpenClaw's" }, "problem output-refused"},
		{"output blocked", func(f *Facts) { f.Output.Blocked = "/out" }, "problem output-blocked"},
		{"output closed", func(f *Facts) { f.Output.ReadOnly = "/out" }, "problem output-not-writable"},
		{"output to be made", func(f *Facts) { f.Output.Exists = false }, ""},
		{"file of others", func(f *Facts) { f.Output.Foreign = []string{"/out/shared_chat.md"} }, "warning output-foreign"},
		{"large file", func(f *Facts) { f.Output.Large = []LargeFile{{"/out/x.md", 300 << 10}} }, "warning memory-file-large"},
		{"groups with all", func(f *Facts) { f.Archive.Groups = 2 }, "warning share-groups"},
		{"groups apart", func(f *Facts) { f.Archive.Groups, f.Settings.Share = 2, config.ShareSeparate }, ""},
		{"no schedule", func(f *Facts) { f.Schedule.Jobs = nil }, "warning scheduler-missing"},
		{"no schedule in a profile", func(f *Facts) { f.Schedule.Jobs, f.Schedule.Profile = nil, "lab" }, "warning scheduler-missing"},
		{"schedule of the system", func(f *Facts) { f.Schedule.Jobs = []Job{{Where: "/etc/crontab", Enabled: true}} }, ""},
		{"schedule off", func(f *Facts) { f.Schedule.Jobs[0].Enabled = false }, "warning scheduler-off"},
		{"schedule off, strange id", func(f *Facts) { f.Schedule.Jobs[0] = Job{Where: "OpenClaw", ID: "x; rm"} }, "warning scheduler-off"},
		{"schedule unknown", func(f *Facts) { f.Schedule.Jobs, f.Schedule.Unreadable = nil, true }, "note scheduler-unknown"},
		{"another profile", func(f *Facts) { f.Others = []Other{{"/p", 1, true, "session-sync sync --state-dir /p"}} }, "note other-profile"},
		{"an empty profile", func(f *Facts) { f.Others = []Other{{"/p", 0, true, "session-sync sync --state-dir /p"}} }, ""},
		{"two installs", func(f *Facts) { f.Others = []Other{{"/p", 1, false, "session-sync sync --state-dir /p"}} }, "warning two-installs"},
		{"failed", func(f *Facts) { f.LastRun.Error = "no space" }, "warning last-run-failed"},
		{"long ago", func(f *Facts) { f.LastRun.Finished = noon.Add(-25 * time.Hour) }, "warning last-run-old"},
		{"long ago by hand", func(f *Facts) {
			f.LastRun.Finished, f.Schedule.Jobs = noon.Add(-25*time.Hour), nil
		}, "warning scheduler-missing"},
		{"unread", func(f *Facts) {
			f.LastRun.Unread = []source.Skip{{Where: "a", Reason: "r"}, {Where: "b", Reason: "r"}, {Where: "c", Reason: "r"}, {Where: "d", Reason: "r"}}
		}, "warning unread"},
		{"plugins", func(f *Facts) {
			f.LastRun.Unread = []source.Skip{{Where: "plugin todo", Reason: source.ReasonPluginQuarantined}, {Where: "plugin words", Reason: source.ReasonPluginFailed}}
		}, "warning plugins-failed"},
	}
}

func TestCheck(t *testing.T) {
	told := map[string]bool{}
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			f := sound()
			c.change(&f)
			findings := Check(f)
			var wrong []string
			for _, finding := range findings {
				told[finding.Code] = true
				checkFinding(t, finding)
				if finding.Level != OK {
					wrong = append(wrong, string(finding.Level)+" "+finding.Code)
				}
			}
			if got := strings.Join(wrong, ", "); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || len(wrong) > 2 {
				t.Errorf("found %q, want %q", got, c.want)
			}
			checkText(t, findings)
		})
	}
	for code := range codes(t) {
		if !told[code] {
			t.Errorf("no case gives %s", code)
		}
	}
}

// checkFinding holds for every finding.
func checkFinding(t *testing.T, f Finding) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(f.Code) || f.Details == nil {
		t.Errorf("finding %+v", f)
	}
	if (f.Remedy.ZH == "") != (f.Level == OK) || (f.Remedy.EN == "") != (f.Level == OK) {
		t.Errorf("%s at level %s has remedy %+v", f.Code, f.Level, f.Remedy)
	}
	for _, text := range []string{f.Text.ZH, f.Text.EN, f.Remedy.ZH, f.Remedy.EN} {
		if strings.Contains(text, "%!") || strings.ContainsAny(text, "\n\t") {
			t.Errorf("%s says %q", f.Code, text)
		}
	}
	isHan := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	if f.Text.EN == "" || strings.ContainsFunc(f.Text.EN+f.Remedy.EN, isHan) {
		t.Errorf("%s is not in English: %+v", f.Code, f)
	}
}

// checkText: a problem, and nothing else, keeps an installation from being
// ready, and is named once more at the end.
func checkText(t *testing.T, findings []Finding) {
	t.Helper()
	for lang, ready := range map[string]string{"zh": "检查完成,可以正常使用!\n", "en": "Check complete, ready to use!\n"} {
		var out strings.Builder
		if err := Write(&out, findings, lang); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(out.String(), ready) != (Problems(findings) == 0) {
			t.Errorf("with %d problems it says\n%s", Problems(findings), &out)
		}
		for _, f := range findings {
			want := 1
			if f.Level == Problem {
				want = 2
			}
			if got := strings.Count(out.String(), f.Text.In(lang)+"\n"); got != want {
				t.Errorf("%q stands there %d times, want %d", f.Text.In(lang), got, want)
			}
		}
	}
}

// codes reads the codes of all findings from the source.
func codes(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("check*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:ok|note|warning|problem|unreadable)\("([a-z-]+)"|\{"(store-[a-z]+)"`).FindAllStringSubmatch(string(text), -1) {
			found[m[1]+m[2]] = true
		}
	}
	if len(found) < 40 {
		t.Fatalf("only %d codes found", len(found))
	}
	return found
}

// TestHostileNames: names of files that others made can't end a line, colour
// it, or turn it around, and a remedy takes them word for word.
func TestHostileNames(t *testing.T) {
	evil := "/x/\x1b[31m\u202e\n✓ all is well/\xff/it's; rm -rf"
	f := sound()
	f.Output.Foreign = []string{evil}
	f.Output.Large = []LargeFile{{evil, 1 << 20}}
	f.Copies = append(f.Copies, Copy{Path: evil, Version: "v1\x1b", Ours: true})
	f.Skills = append(f.Skills, Skill{evil, "1"})
	f.LastRun.Error = evil + strings.Repeat("x", 1<<20)
	f.Others = []Other{{evil, 1, true, Command("session-sync", "sync", "--state-dir", evil)}}
	findings := Check(f)
	var out bytes.Buffer
	if err := Write(&out, findings, "en"); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(findings)
	if err != nil {
		t.Fatal(err)
	}
	if out.Len()+len(data) > 64<<10 {
		t.Errorf("%d bytes are said", out.Len()+len(data))
	}
	for _, text := range []string{out.String(), string(data)} {
		if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, "\n✓ all is well") {
			t.Errorf("hidden characters in %q", text)
		}
	}
	if want := `'/x/`; !strings.Contains(out.String(), want) || strings.Contains(out.String(), "it's; rm -rf\n    → delete") {
		t.Errorf("the path is not quoted in\n%s", &out)
	}
}

func TestQuoted(t *testing.T) {
	tests := []struct{ word, want string }{
		{"/home/alice/.local/bin", "/home/alice/.local/bin"}, {"", "''"}, {"a b", "'a b'"}, {"it's", `'it'\''s'`},
		{"~/x", "'~/x'"}, {"$HOME", "'$HOME'"}, {"家", "'家'"},
	}
	for _, test := range tests {
		if got := quoted(test.word); got != test.want {
			t.Errorf("%q: got %s, want %s", test.word, got, test.want)
		}
	}
}

func TestOlderVersion(t *testing.T) {
	inOrder := []string{"unknown", "1", "1.0.1", "1.0.10", "1.1", "2.0.0-dev", "2.0.0-rc.1", "2.0.0", "2.0.1", "10.0"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			if got := olderVersion(a, b); got != (i < j) {
				t.Errorf("%s before %s: %v", a, b, got)
			}
		}
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{300 << 10: "300 KiB", 1 << 20: "1 MiB", 3 << 19: "1.5 MiB", 50 << 20: "50 MiB"} {
		if got := size(bytes); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
}
