package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
)

// TestCapabilities: an assistant is told of every command and every flag, in few
// bytes, and of nothing that is not there.
func TestCapabilities(t *testing.T) {
	o := newOutside(t)
	if code := run(t.Context(), []string{"capabilities", "--json"}, o.World); code != exitDone {
		t.Fatalf("exits with %d: %s", code, o.err.String())
	}
	const most = 16 << 10
	if o.out.Len() >= most {
		t.Errorf("takes %d bytes, want less than %d", o.out.Len(), most)
	}
	var can capabilities
	if err := json.Unmarshal(o.out.Bytes(), &can); err != nil {
		t.Fatal(err)
	}
	told := map[string]capability{}
	for _, c := range can.Commands {
		told[c.Command] = c
	}
	for _, c := range everyCommand() {
		is, listed := told[c.path]
		if listed != (c.Setup != nil) {
			t.Errorf("%s is listed: %t", c.path, listed)
		}
		if !listed {
			continue
		}
		c.OwnFlags().VisitAll(func(f *pflag.Flag) {
			has := slices.ContainsFunc(is.Flags, func(form string) bool { return strings.Fields(form)[0] == "--"+f.Name })
			if has = has || f.Name == "json" && is.JSON || f.Name == "for" && is.For; !has {
				t.Errorf("%s: --%s is missing", c.path, f.Name)
			}
		})
		for _, form := range is.Flags {
			if name := strings.TrimPrefix(strings.Fields(form)[0], "--"); c.OwnFlags().Lookup(name) == nil {
				t.Errorf("%s has no flag %s", c.path, form)
			}
		}
		delete(told, c.path)
	}
	for path := range told {
		t.Errorf("there is no command %s", path)
	}
	for i, exit := range console.ExitCodes() {
		if can.ExitCodes[i] != (exitCode{exit.Code, exit.Meaning.EN}) || exit.Meaning.ZH == "" {
			t.Errorf("exit code %d: %+v", exit.Code, can.ExitCodes[i])
		}
	}
}
