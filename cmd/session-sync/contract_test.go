package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/plugincmd"
	"github.com/smallccwc/chronosync/cmd/session-sync/upkeep"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/query"
)

// TestContract holds docs/commands-json.md, in both languages, to the structs
// that the commands print: the same fields in the same order.
func TestContract(t *testing.T) {
	want := map[string][]string{
		"sync --json":                            fieldsOf(outcome{}),
		"skipped":                                fieldsOf(console.Skipped{}),
		"status --json":                          fieldsOf(state{}),
		"list --json":                            fieldsOf(query.SessionPage{}),
		"session":                                fieldsOf(query.Session{}),
		"show --json, last --json":               fieldsOf(query.MessagePage{}),
		"message":                                fieldsOf(query.Message{}),
		"search --json":                          fieldsOf(query.SearchPage{}),
		"hit":                                    fieldsOf(query.Hit{}),
		"brief --json":                           fieldsOf(query.Brief{}),
		"brief items":                            fieldsOf(query.BriefItems{}),
		"brief item":                             fieldsOf(query.BriefItem{}),
		"brief channel":                          fieldsOf(query.BriefChannel{}),
		"decisions --json, todos --json":         fieldsOf(query.ItemPage{}),
		"item":                                   fieldsOf(query.Item{}),
		"todos done --json":                      fieldsOf(judged{}),
		"judged item":                            fieldsOf(engine.JudgedItem{}),
		"plugin list --json":                     fieldsOf(plugincmd.List{}),
		"plugin":                                 fieldsOf(engine.PluginInfo{}),
		"plugin inspect --json":                  fieldsOf(plugincmd.Inspection{}),
		"plugin new --json, plugin build --json": fieldsOf(plugincmd.Made{}),
		"plugin test --json":                     fieldsOf(plugincmd.Tested{}),
		"fixture":                                fieldsOf(plugincmd.Fixture{}),
		"cron install --json":                    fieldsOf(upkeep.Registered{}),
		"cron status --json":                     fieldsOf(upkeep.Scheduled{}),
		"scheduled job":                          fieldsOf(engine.ScheduledJob{}),
		"cron remove --json":                     fieldsOf(upkeep.Removed{}),
		"mcp install --json, mcp remove --json":  fieldsOf(upkeep.Server{}),
		"uninstall --json":                       fieldsOf(upkeep.Uninstalled{}),
		"trace":                                  fieldsOf(upkeep.Trace{}),
		"kept":                                   fieldsOf(engine.Kept{}),
		"demo --json":                            fieldsOf(demonstration{}),
		"redact --explain --json":                fieldsOf(engine.Explanation{}),
		"redact finding":                         fieldsOf(engine.Spot{}),
		"redact --stats --json":                  fieldsOf(engine.RedactStats{}),
		"redact --rules --json":                  fieldsOf(engine.RuleList{}),
		"rule":                                   fieldsOf(engine.Rule{}),
		"config show --json":                     fieldsOf(settings{}),
		"doctor --json":                          fieldsOf(engine.Diagnosis{}),
		"finding":                                fieldsOf(reflect.Zero(reflect.TypeOf(engine.Diagnosis{}.Findings).Elem()).Interface()),
		"capabilities --json":                    fieldsOf(capabilities{}),
		"capability":                             fieldsOf(capability{}),
		"limits":                                 fieldsOf(limits{}),
		"error":                                  fieldsOf(console.Failure{}),
		"version --json":                         fieldsOf(identity{}),
	}
	field := regexp.MustCompile("^\\| `([a-z0-9_]+)` \\| .+ \\|$")
	for _, name := range []string{"commands-json.md", "commands-json.zh-CN.md"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		documented := map[string][]string{}
		heading := ""
		for line := range strings.SplitSeq(string(data), "\n") {
			if h, found := strings.CutPrefix(line, "## "); found {
				heading = h
			}
			if m := field.FindStringSubmatch(line); m != nil {
				documented[heading] = append(documented[heading], m[1])
			}
		}
		for heading, fields := range want {
			if !slices.Equal(documented[heading], fields) {
				t.Errorf("%s, %s: got %v, want %v", name, heading, documented[heading], fields)
			}
		}
	}
}

// fieldsOf lists the JSON names of a struct's fields, embedded ones in place.
func fieldsOf(v any) []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
