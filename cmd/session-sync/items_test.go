package main

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// keepItems puts items into an archive as a plugin named "seeded" would find
// them, one a line: what the built-in plugins find is not for these scripts to
// say.
func keepItems(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "items HOME FILE")
	found := map[[2]string][]session.Item{}
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		var it session.Item
		ts.Check(json.Unmarshal([]byte(line), &it))
		of := [2]string{it.Agent, it.SessionKey}
		found[of] = append(found[of], it)
	}
	archive, err := store.Open(context.Background(), filepath.Join(ts.MkAbs(args[0]), "archive.db"), store.Options{})
	ts.Check(err)
	defer archive.Close()
	batch, err := archive.Begin(context.Background())
	ts.Check(err)
	defer batch.Rollback()
	for of, items := range found {
		ts.Check(batch.Extracted(store.Extraction{
			Plugin: "seeded", Version: "1", Agent: of[0], Key: of[1], Revision: math.MaxInt32, Items: items,
		}))
	}
	ts.Check(batch.Commit(context.Background()))
}

// TestItemsAreClean: what stands in an item can't act on a terminal, nor make
// lines of its own.
func TestItemsAreClean(t *testing.T) {
	bad := "one\n[x] two\x1b[2J\u202e three"
	report := &query.Report{Evidence: bad, MessageID: bad}
	for _, lang := range []string{"zh", "en"} {
		var out strings.Builder
		a := &console.App{World: console.World{Local: time.UTC}, Lang: lang}
		printItem(a, &out, query.Item{
			ID: "abcdefghij", Kind: session.ItemTodo, Title: bad, Evidence: bad + bad, Due: "2026-03-01T10:00", Sender: bad, Channel: bad,
			MessageID: bad, ClosedBy: report, PossiblyClosed: report, Overdue: true, Owner: session.OwnerUser, Tier: query.TierSuggested,
			Origin: session.OriginExternal, SameAs: "abcdefghik",
		})
		if got := strings.Count(out.String(), "\n"); got != 5 || terminal.Clean(out.String()) != out.String() {
			t.Errorf("%d lines: %q", got, out.String())
		}
	}
}

// TestEveryMark: whatever an item is, each word about it is there in both
// languages.
func TestEveryMark(t *testing.T) {
	for _, kind := range []string{session.ItemDecision, session.ItemKnowledge, session.ItemPreference, session.ItemTodo} {
		for _, status := range []session.Status{"", session.StatusOpen, session.StatusDone, session.StatusCancelled, session.StatusConfirmed} {
			for _, owner := range []session.Owner{"", session.OwnerUser, session.OwnerAgent, session.OwnerOther} {
				it := query.Item{Kind: kind, Status: status, Owner: owner, Overdue: true, Tier: query.TierSuggested, Origin: session.OriginExternal}
				for _, p := range append(marks(it), label(it)) {
					if p.ZH == "" || p.EN == "" {
						t.Errorf("%+v: %+v", it, p)
					}
				}
			}
		}
	}
}
