package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/source"
)

// TestThousandCanaries plants a thousand secrets wherever OpenClaw could keep
// one and hunts for them in everything that the product writes or says: the
// archive, the shared files, temporary files, answers, exports and errors.
//
// What is planted: canary_plant_test.go. In which forms it is hunted:
// canary_hunter_test.go. What leaves the program: canary_process_test.go.
func TestThousandCanaries(t *testing.T) {
	all := flock(t)
	if testing.Short() {
		all = sample(all, 10)
	}
	h := newHunter(t, all)
	first, later := all[:len(all)*9/10], all[len(all)*9/10:]
	t.Run("read by the rules", func(t *testing.T) {
		w := flockWorld(t, first)
		plantExcerpts(w, first)
		w.configure(flockSettings)
		w.syncWatched(t, h)
		w.clean(t, h, "after a sync")
		plantGrowth(w, later)
		w.syncClean(t, h, "growth", engine.SyncOptions{})
		w.configure(flockSettings + "  numbered: true\n")
		w.syncClean(t, h, "a full sync with numbers", fullSync)
		w.syncClean(t, h, "a new index", engine.SyncOptions{Reindex: true})
		w.exportClean(t, h, "json", "jsonl", "md")
		w.askClean(t, h, all)
		w.refusesClean(t, h, sample(outright(all), 20))
		w.redactClean(t, h, all)
	})
	t.Run("redacted again", func(t *testing.T) {
		w := flockWorld(t, first)
		w.configure(weakSettings())
		w.sync()
		w.holds(t, h, first)
		w.configure(flockSettings)
		before := snapshot(t, w.home)
		trial, err := w.trySync(engine.SyncOptions{DryRun: true})
		must(t, err)
		wantSame(t, "a dry run", before, snapshot(t, w.home))
		h.clean(t, "a dry run", []byte(fmt.Sprintf("%+v", trial)))
		h.cleanFiles(t, "after a dry run", w.temp())
		if report := w.syncClean(t, h, "new rules", engine.SyncOptions{}); report.RedactedAgain < len(first) {
			t.Errorf("only %d messages were redacted again", report.RedactedAgain)
		}
		plantGrowth(w, later)
		w.syncClean(t, h, "growth under new rules", engine.SyncOptions{})
	})
}

// sample is every nth canary.
func sample(flock []canary, n int) (few []canary) {
	for i := 0; i < len(flock); i += n {
		few = append(few, flock[i])
	}
	return few
}

// flockWorld is an installation full of canaries, with a directory of its own
// for temporary files.
func flockWorld(t *testing.T, flock []canary) *world {
	w := newWorld(t)
	w.env[knownVariable] = knownValue()
	mkdir(t, w.temp())
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, w.temp())
	}
	plantFlock(w, flock)
	plantPeers(w, flock)
	return w
}

func (w *world) temp() string { return filepath.Join(w.root, "temp") }

// clean hunts in all our files.
func (w *world) clean(t *testing.T, h *hunter, when string) {
	t.Helper()
	for _, dir := range []string{w.home, w.out, w.temp()} {
		h.cleanFiles(t, when, dir)
	}
	complain(t, when+": the tables of the archive", h.inArchive(t, filepath.Join(w.home, "archive.db")))
}

// holds makes sure that the hunt is not in vain: in every place of the archive
// it finds every canary that weak rules left there.
func (w *world) holds(t *testing.T, h *hunter, flock []canary) {
	t.Helper()
	db := readOnly(t, filepath.Join(w.home, "archive.db"))
	defer db.Close()
	for place, query := range archivePlaces() {
		found, seen := map[prey]bool{}, map[string]bool{}
		h.inRows(t, db, query, found)
		for p := range found {
			seen[p.canary] = true
		}
		var missed []string
		for _, c := range flock {
			if isName := place == "titles" || place == "senders"; !seen[c.name] && !(isName && c.kind == redact.Email) { // no rule is needed there
				missed = append(missed, c.name)
			}
		}
		if len(missed) > 0 {
			t.Errorf("%s: the hunt does not find %d canaries that weak rules left there: %.400q", place, len(missed), missed)
		}
	}
}

// archivePlaces are queries for the parts of an archive.
func archivePlaces() map[string]string {
	places := map[string]string{
		"titles": "SELECT title FROM sessions", "senders": "SELECT name FROM names",
		"tool results": "SELECT text FROM messages WHERE class = 7",
		"webhooks":     "SELECT text FROM messages JOIN windows ON windows.id = window WHERE windows.key LIKE '%:hook:%'",
		"cron prompts": "SELECT text FROM messages JOIN windows ON windows.id = window WHERE windows.key LIKE '%:cron:%'",
	}
	for _, kind := range []source.Kind{
		source.KindJSONL, source.KindOrphan, source.KindSQLite, source.KindSQLiteArchive, source.KindCold,
		source.KindReset, source.KindDeleted, source.KindImport, source.KindBackup,
	} {
		places["transcripts of the kind "+string(kind)] = "SELECT text FROM messages JOIN transcripts ON transcripts.id = source WHERE transcripts.kind = '" + string(kind) + "'"
	}
	return places
}

func (w *world) syncClean(t *testing.T, h *hunter, when string, opt engine.SyncOptions) engine.Report {
	t.Helper()
	report, err := w.trySync(opt)
	must(t, err)
	h.clean(t, when+": the report", []byte(fmt.Sprintf("%+v", report)))
	w.clean(t, h, "after "+when)
	if report.Redactions["EMAIL"] == 0 || report.Redactions["STAFF"] == 0 {
		t.Errorf("%s: redactions %v", when, report.Redactions)
	}
	return report
}

// syncWatched is a first sync with a hunt in the middle: journals and temporary
// files are gone at its end. The copy of a database of OpenClaw's, which holds
// what that holds while it is read, stands in a directory of its own.
func (w *world) syncWatched(t *testing.T, h *hunter) {
	t.Helper()
	const often = 150
	looks, unfinished := 0, false
	report, err := w.trySync(engine.SyncOptions{Progress: func(transcripts, messages int) {
		if transcripts%often != 0 {
			return
		}
		looks++
		unfinished = unfinished || exists(filepath.Join(w.home, "archive.db-journal"))
		h.cleanFiles(t, "in the middle of a sync", w.home, "tmp")
		h.cleanFiles(t, "in the middle of a sync", w.temp())
	}})
	must(t, err)
	if !testing.Short() && (looks < 3 || !unfinished) {
		t.Errorf("%d looks in the middle, a journal was seen: %v", looks, unfinished)
	}
	if all, _ := report.Unread(); all < 3 {
		t.Errorf("damage was planted, but only %d things are unread", all)
	}
}

// everything is a scope without bounds.
var everything = query.Scope{Classes: true, IncludeDeleted: true, Limit: query.MaxLimit}

// exportClean exports everything. What may be shared stands in the shared files.
func (w *world) exportClean(t *testing.T, h *hunter, formats ...string) {
	t.Helper()
	for _, format := range formats {
		var out bytes.Buffer
		_, err := w.engine().Export(t.Context(), &out, engine.ExportOptions{Format: format, All: true})
		must(t, err)
		h.clean(t, "export --all --format "+format, out.Bytes())
		if !bytes.Contains(out.Bytes(), []byte("planted")) {
			t.Errorf("export as %s: what was planted is not there at all", format)
		}
	}
}

// askClean asks for sessions and messages in every way, and for each canary.
func (w *world) askClean(t *testing.T, h *hunter, flock []canary) {
	t.Helper()
	must(t, w.engine().Query(t.Context(), "", func(q *query.Queries) error {
		said := func(what string, answer any, err error) {
			t.Helper()
			data, _ := json.Marshal(answer)
			h.clean(t, what, append(data, fmt.Sprint(err)...))
		}
		sessions, err := q.List(t.Context(), query.ListRequest{Scope: everything})
		said("list", sessions, err)
		last, err := q.Last(t.Context(), query.LastRequest{Scope: everything})
		said("last", last, err)
		for _, s := range sessions.Sessions[:min(len(sessions.Sessions), 50)] {
			page, err := q.Show(t.Context(), query.ShowRequest{Scope: query.Scope{Session: s.Key, Agent: s.Agent, Classes: true, IncludeDeleted: true}})
			said("show", page, err)
		}
		found, err := q.Search(t.Context(), query.SearchRequest{Scope: everything, Query: "planted", Context: 5, Snippet: 1000})
		said("search", found, err)
		for i, c := range flock {
			found, err := q.Search(t.Context(), query.SearchRequest{Scope: everything, Query: c.secret, Exact: true})
			said("search for a canary", found, err)
			if found.Total > 0 {
				t.Errorf("searching for %s finds %d messages", c.name, found.Total)
			}
			if i%5 > 0 {
				continue
			}
			for what, scope := range map[string]query.Scope{"session": {Session: c.secret}, "for": {For: c.secret}, "next": {Next: c.secret}} {
				page, err := q.List(t.Context(), query.ListRequest{Scope: scope})
				said("list by "+what, page, err)
			}
		}
		return nil
	}))
	for _, lang := range []string{"zh", "en"} {
		text, findings := w.checkup(lang)
		h.clean(t, "doctor in "+lang, []byte(fmt.Sprint(text, findings)))
	}
}

// refusesClean reads settings that are wrong in every way, with a canary where
// the mistake is, and hunts in the errors as they are shown.
func (w *world) refusesClean(t *testing.T, h *hunter, flock []canary) {
	t.Helper()
	mask := engine.Mask()
	for place, settings := range wrongSettings() {
		found, refused := map[prey]bool{}, 0
		for _, c := range flock {
			w.configure(fmt.Sprintf(settings, quoted(c.secret)))
			_, err := w.open()
			var wrong *config.Error
			if errors.As(err, &wrong) {
				refused++
				h.find([]byte(mask(wrong.Error())+"\n"+mask(wrong.Hint)), found)
			}
		}
		if refused == 0 {
			t.Errorf("settings with a canary in place of %s are fine", place)
		}
		complain(t, "settings: "+place, found)
	}
	w.configure(flockSettings)
}

// wrongSettings are settings by the place of the mistake.
func wrongSettings() map[string]string {
	return map[string]string{
		"a key":             "\"%s\": 1\n",
		"a key of a group":  "shared:\n  \"%s\": 1\n",
		"a word":            "share: \"%s\"\n",
		"the language":      "lang: \"%s\"\n",
		"a time zone":       "timezone: \"%s\"\n",
		"a number":          "shared:\n  markdown_bytes: \"%s\"\n",
		"a switch":          "include_tools: \"%s\"\n",
		"a list":            "include: \"%s\"\n",
		"a pattern":         "include: [\"%s[\"]\n",
		"a group":           "redact: \"%s\"\n",
		"YAML":              "lang: \"%s\n",
		"an alias":          "lang: *\"%s\"\n",
		"a rule's name":     "redact:\n  rules: [{name: \"%s\", regex: x}]\n",
		"a rule's regex":    "redact:\n  rules: [{name: x, regex: \"%s(\"}]\n",
		"a rule's group":    "redact:\n  rules: [{name: x, regex: x, group: \"%s\"}]\n",
		"a placeholder":     "redact:\n  rules: [{name: x, regex: x, placeholder: \"%s\"}]\n",
		"a key of a rule":   "redact:\n  rules: [{name: x, regex: x, \"%s\": 1}]\n",
		"what is allowed":   "redact:\n  allow: [{regex: \"%s(\"}]\n",
		"what is switched":  "redact:\n  disable: [\"%s\"]\n",
		"what is enabled":   "redact:\n  enable: [\"%s\"]\n",
		"a known variable":  "redact:\n  known_values_from_env: [\"%s\"]\n",
		"numbered":          "redact:\n  numbered: \"%s\"\n",
		"a second document": "lang: zh\n---\n\"%s\"\n",
	}
}

// redactClean redacts the flock as text and as lines, and has it explained.
func (w *world) redactClean(t *testing.T, h *hunter, flock []canary) {
	t.Helper()
	e := w.engine()
	var text, lines strings.Builder
	for i, c := range flock {
		text.WriteString(planting(i, c.text) + "\n\n")
		lines.WriteString(line(object{"id": i, "text": planting(i, c.text)}))
	}
	for name, in := range map[string]string{"text": text.String(), "lines": lines.String(), "damaged lines": "{" + lines.String() + text.String()} {
		asLines := name != "text"
		var out bytes.Buffer
		failed := e.Redact(t.Context(), strings.NewReader(in), &out, engine.RedactOptions{Lines: asLines})
		explained, err := e.Explain(t.Context(), strings.NewReader(in), asLines, query.MaxLimit)
		stats, err2 := e.RedactStats(t.Context(), strings.NewReader(in), asLines)
		if name != "text" { // where one text ends another rule may see the next
			h.clean(t, "redact "+name, out.Bytes())
		}
		h.clean(t, "redact --explain "+name, []byte(fmt.Sprintf("%+v %+v %v %v %v", explained, stats, failed, err, err2)))
		if name == "damaged lines" == (failed == nil) || name != "damaged lines" && explained.Total < len(flock)*9/10 {
			t.Errorf("%s: %v, %d findings", name, failed, explained.Total)
		}
	}
}
