package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
	"github.com/smallccwc/chronosync/engine/redact"
)

// weak are rules that find next to nothing.
func weak() redact.Options {
	kinds := map[string]bool{}
	for _, rule := range redact.BuiltIn().List() {
		kinds[string(rule.Kind)] = true
	}
	delete(kinds, string(redact.IP)) // off by itself
	return redact.Options{Disable: slices.Sorted(maps.Keys(kinds))}
}

// plantShort says every secret in a message of its own, too short to be
// compressed, so that its bytes can be found in the archive.
func plantShort(w *world, secret map[string]string) {
	const id = "99999999-9999-4999-8999-999999999999"
	all := []object{header(id)}
	for i, name := range slices.Sorted(maps.Keys(secret)) {
		all = append(all, said("user", 60+i, "planted: password: "+secret[name]+" ,"))
	}
	w.write(sessions+id+".jsonl", lines(all...))
}

// held tells which secrets stand in the archive, byte for byte.
func (w *world) held(secret map[string]string) []string {
	data := readFile(w.t, filepath.Join(w.home, "archive.db"))
	var held []string
	for name, value := range secret {
		if strings.Contains(data, strings.TrimPrefix(value, "+")) {
			held = append(held, name)
		}
	}
	return held
}

// TestRedactedAgain: what older rules left in the archive is gone from all files
// once newer ones are in force, also where no source is left.
func TestRedactedAgain(t *testing.T) {
	secret := canaries()
	for _, gone := range []bool{true, false} {
		t.Run("sources gone="+strconv.FormatBool(gone), func(t *testing.T) {
			w := newWorld(t)
			plantTranscripts(w, secret)
			plantRows(w, secret)
			plantShort(w, secret)
			w.redact = weak()
			before := w.sync()
			if held := w.held(secret); len(held) != len(secret) {
				t.Fatalf("the archive holds only %q before", held)
			}
			if gone {
				must(t, os.RemoveAll(w.path("agents")))
			}
			w.redact = redact.Options{}
			report := w.sync()
			w.search(secret, "after new rules")
			if report.RedactedAgain == 0 || report.Messages != before.Messages || report.NewMessages != 0 {
				t.Errorf("report %+v, before %+v", report, before)
			}
			if report.Redactions["EMAIL"] == 0 || report.RedactionRules["email"] == 0 {
				t.Errorf("counts %v, %v", report.Redactions, report.RedactionRules)
			}
			if last := w.engine().LastRun(); !maps.Equal(last.RedactionRules, report.RedactionRules) {
				t.Errorf("last_run.json has %v", last.RedactionRules)
			}
			if again := w.sync(); again.RedactedAgain != 0 || !maps.Equal(again.RedactionRules, report.RedactionRules) {
				t.Errorf("the next sync: %+v", again)
			}
		})
	}
}

// TestExcerptOfASecret: rules that let a secret pass leave no half of it at the
// end of an excerpt, which stricter ones would not know for what it is.
func TestExcerptOfASecret(t *testing.T) {
	secret := canaries()["token"]
	for name, before := range map[string]string{
		"behind lines": strings.Repeat("line of output\n", 132), "in one line": "{" + strings.Repeat(`"a":1,`, 330) + `"t":"`,
	} {
		t.Run(name, func(t *testing.T) {
			if len(before) > 2000-12 || len(before)+len(secret) <= 2000 {
				t.Fatalf("%d bytes before the secret", len(before))
			}
			w := newWorld(t)
			w.configure("include_tools: true\n")
			w.write(mainFile, lines(header(idMain), said("user", 1, "read it"), tool(2, before+secret+"\nmore")))
			w.redact = weak()
			w.sync()
			w.redact = redact.Options{}
			w.sync()
			if got := w.exported(); !strings.Contains(got, `"class":"tool"`) || strings.Contains(got, secret[:12]) {
				t.Errorf("the archive has %s", got)
			}
		})
	}
}

// A sync that is killed before the file is made anew leaves that to the next.
func TestRedactedAgainAndKilled(t *testing.T) {
	secret := canaries()
	w := newWorld(t)
	plantShort(w, secret)
	w.redact = weak()
	w.sync()
	w.redact = redact.Options{}
	must(t, w.engine().RedactAgainAndDie(context.Background()))
	db := w.db(t)
	marks := func() (n int) {
		must(t, db.QueryRow("SELECT count(*) FROM meta WHERE key = 'vacuum'").Scan(&n))
		return n
	}
	if marks() != 1 {
		t.Fatal("the archive does not know that it is due")
	}
	db.Close()
	if report := w.sync(); report.Unchanged {
		t.Errorf("report %+v", report)
	}
	w.search(secret, "after the next sync")
	if db = w.db(t); marks() != 0 {
		t.Error("the archive is still due")
	}
}

// redactedAgain compares an archive that was redacted again with one that was
// read by the new rules.
func (w *world) redactedAgain(t *testing.T) {
	t.Helper()
	w.redact = weak()
	w.sync()
	w.redact = redact.Options{}
	w.sync()
	fresh := w.sibling("fresh")
	mkdir(t, fresh.home)
	writeFile(t, filepath.Join(fresh.home, "key"), readFile(t, filepath.Join(w.home, "key")))
	fresh.sync()
	again, want := strings.Split(w.exported(), "\n"), strings.Split(fresh.exported(), "\n")
	for i := range min(len(again), len(want)) {
		if again[i] != want[i] {
			t.Fatalf("line %d is\n%.500s\nread anew\n%.500s", i, again[i], want[i])
		}
	}
	if len(again) != len(want) {
		t.Errorf("%d lines, read anew %d", len(again), len(want))
	}
}

func TestRedactedAgainIsLikeReadAnew(t *testing.T) {
	builders := stateBuilders(t)
	builders["canaries"] = func(w *world) {
		plantTranscripts(w, canaries())
		plantRows(w, canaries())
	}
	builders["generated"] = func(w *world) { secretive(w, 300) }
	for _, name := range slices.Sorted(maps.Keys(builders)) {
		if name == "no sessions" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			builders[name](w)
			w.redactedAgain(t)
		})
	}
}

// secretive is a chat of which every message holds something that a rule finds.
func secretive(w *world, messages int) {
	var templates []string
	for _, rule := range redact.BuiltIn().List() {
		for _, example := range rule.Examples {
			templates = append(templates, strings.NewReplacer("«", "", "»", "").Replace(example))
		}
	}
	maker, r := fakesecret.New(7), rand.New(rand.NewPCG(7, 7))
	all := []object{header(idDirect)}
	for i := range messages {
		role := []string{"user", "assistant"}[i%2]
		all = append(all, said(role, 10+i, fmt.Sprintf("message %d\n%s\nand more", i, maker.Fill(templates[r.IntN(len(templates))]))))
	}
	w.write(sessions+"sessions.json", asJSON(object{keyDirect: telegram(idDirect, "direct")}))
	w.write(sessions+idDirect+".jsonl", lines(all...))
}

// A known value is redacted again when it is new; one that went away and a
// change of numbering cost nothing.
func TestKnownValues(t *testing.T) {
	w := newWorld(t)
	value, other := "the old "+"mill", "the new "+"bridge"
	w.write(mainFile, lines(header(idMain), said("user", 1, "meet me at "+value), said("user", 2, "or at "+other)))
	w.sync()
	for _, step := range []struct {
		name     string
		known    []string
		numbered bool
		again    int
	}{
		{"one", []string{value}, false, 1},
		{"the same", []string{value}, false, 0},
		{"another besides", []string{other, value}, false, 1},
		{"in another order", []string{value, other}, false, 0},
		{"none", nil, false, 0},
		{"numbered", nil, true, 0},
	} {
		t.Run(step.name, func(t *testing.T) {
			w.redact.Known, w.numbered = step.known, step.numbered
			if report := w.sync(); report.RedactedAgain != step.again {
				t.Errorf("%d redacted again, want %d", report.RedactedAgain, step.again)
			}
		})
	}
	w.search(map[string]string{"value": value, "other": other}, "after they were known")
	if strings.Contains(readFile(t, filepath.Join(w.home, "archive.db")), fmt.Sprintf("%x", value)) {
		t.Error("a known value stands in the archive in another form")
	}
}

// TestKnownValueMissing: a run that lacks a variable of the settings, as a
// scheduled one may, stops before it reads or writes anything. Its value stays
// out of the archive, which is not made anew when the variable is back.
func TestKnownValueMissing(t *testing.T) {
	const settings, variable = "redact:\n  known_values_from_env:\n  - MEETING\n", "MEETING"
	value := "the old " + "mill"
	for _, c := range []struct {
		name   string
		opt    engine.SyncOptions
		change func(*world)
	}{
		{"nothing new", engine.SyncOptions{}, func(*world) {}},
		{"full", fullSync, func(*world) {}},
		{"dry run", engine.SyncOptions{DryRun: true}, func(*world) {}},
		{"grown", engine.SyncOptions{}, func(w *world) { w.appendTo(mainFile, lines(said("user", 2, "again at "+value))) }},
		{"reset", engine.SyncOptions{}, func(w *world) { w.rename(mainFile, mainFile+".reset.2026-01-02T03-04-05.000Z") }},
		{"too short", engine.SyncOptions{}, func(w *world) { w.env[variable] = value[:5] }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.configure(settings)
			w.env[variable] = value
			w.write(mainFile, lines(header(idMain), said("user", 1, "meet me at "+value)))
			w.sync()
			archive, held := filepath.Join(w.home, "archive.db"), filepath.Join(w.root, "held.db")
			must(t, os.Link(archive, held))
			delete(w.env, variable)
			c.change(w)
			before := snapshot(t, w.root)
			_, err := w.trySync(c.opt)
			var wrong *config.Error
			if !errors.As(err, &wrong) || wrong.Line != 3 || wrong.Key != "redact.known_values_from_env[0]" || !strings.Contains(wrong.Problem, variable) {
				t.Fatalf("got %v", err)
			}
			wantSame(t, "everything", before, snapshot(t, w.root))
			if answered := w.exported(); strings.Contains(answered, value) || !strings.Contains(answered, "meet me at [API_KEY]") {
				t.Errorf("the archive, which can be read all the same, has %s", answered)
			}
			w.env[variable] = value
			w.sync()
			w.search(map[string]string{"value": value}, "after the variable is back")
			if !sameFile(t, archive, held) {
				t.Error("the archive was made anew")
			}
		})
	}
}

// --full reads again what looser rules would not have masked.
func TestFullLoosens(t *testing.T) {
	w := newWorld(t)
	text := "write to " + canaries()["e-mail"]
	w.write(mainFile, lines(header(idMain), said("user", 1, text)))
	w.sync()
	w.redact = weak()
	if w.sync(); strings.Contains(w.exported(), text) {
		t.Error("a sync loosened what was stored")
	}
	if _, err := w.trySync(fullSync); err != nil || !strings.Contains(w.exported(), text) {
		t.Errorf("a full sync did not: %v", err)
	}
}

// TestReplacedTexts: what a run replaces that reads everything again is in no
// page of the file and in no word of the index. A run that replaces nothing
// leaves the file in its place.
func TestReplacedTexts(t *testing.T) {
	const before, after = "OLDROOM", "NEWROOM"
	for _, c := range []struct {
		name, placeholder   string
		full, tools, killed bool
		anew                bool
	}{
		{"full", after, true, false, false, true},
		{"tools", after, false, true, false, true},
		{"full, nothing replaced", before, true, false, false, false},
		{"tools, nothing replaced", before, false, true, false, false},
		{"behind a run that was killed", before, false, false, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			archive, held := filepath.Join(w.home, "archive.db"), filepath.Join(w.root, "held.db")
			configure := func(placeholder string, tools bool) {
				w.configure(fmt.Sprintf("include_tools: %t\nredact:\n  rules: [{name: room, regex: 'room \\d+', placeholder: %s}]\n", tools, placeholder))
			}
			configure(before, false)
			w.write(mainFile, lines(header(idMain), said("user", 1, "we meet in room 12"), tool(2, "nothing")))
			w.sync()
			configure(c.placeholder, false)
			w.sync() // finds nothing in what is stored
			must(t, os.Link(archive, held))
			if c.killed {
				db := w.db(t)
				_, err := db.Exec("INSERT OR REPLACE INTO meta(key, value) VALUES('replaced', 'due')")
				must(t, errors.Join(err, db.Close()))
			}
			configure(c.placeholder, c.tools)
			_, err := w.trySync(engine.SyncOptions{Full: c.full})
			must(t, err)
			if anew := !sameFile(t, archive, held); anew != c.anew {
				t.Errorf("the file was made anew: %t, want %t", anew, c.anew)
			}
			if text := w.exported(); !strings.Contains(text, "we meet in ["+c.placeholder+"]") {
				t.Errorf("the archive has %s", text)
			}
			if c.placeholder != before && strings.Contains(strings.ToUpper(readFile(t, archive)), before) {
				t.Error("the file holds the text that was replaced")
			}
			if !w.sync().Unchanged {
				t.Error("it does not come to rest")
			}
		})
	}
}

func sameFile(t testing.TB, a, b string) bool {
	t.Helper()
	first, err := os.Stat(a)
	must(t, err)
	second, err := os.Stat(b)
	must(t, err)
	return os.SameFile(first, second)
}

func TestDryRunOfNewRules(t *testing.T) {
	w := newWorld(t)
	plantShort(w, canaries())
	w.redact = weak()
	w.sync()
	w.redact = redact.Options{}
	before := snapshot(t, w.root)
	trial, err := w.trySync(engine.SyncOptions{DryRun: true})
	must(t, err)
	wantSame(t, "everything", before, snapshot(t, w.root))
	if real := w.sync(); trial.RedactedAgain == 0 || real.RedactedAgain != trial.RedactedAgain {
		t.Errorf("%d redacted again, the dry run told %d", real.RedactedAgain, trial.RedactedAgain)
	}
}

// New rules do not make a sync read again what is in the archive.
func TestRedactedAgainReadsNothing(t *testing.T) {
	for name, build := range map[string]func(*world){"jsonl": jsonlState, "sqlite": sqliteState} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			build(w)
			w.redact = weak()
			w.sync()
			w.redact = redact.Options{}
			_, err := w.trySync(engine.SyncOptions{Progress: func(transcripts, _ int) {
				t.Errorf("%d transcripts were read", transcripts)
			}})
			must(t, err)
			w.wantLikeAFreshRead("new rules")
			if !w.sync().Unchanged {
				t.Error("it does not come to rest")
			}
		})
	}
}
