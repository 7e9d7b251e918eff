package main

import (
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/sdk"
)

func TestDecisions(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  []string // key and title of each item
	}{
		"english":           {[]string{"Decision: we use Go. Fine?"}, []string{"decision-1 we use Go."}},
		"chinese":           {[]string{"好。决定：用 PostgreSQL。下周见"}, []string{"decision-1 用 PostgreSQL。"}},
		"counts":            {[]string{"Decision: one", "- 决定:二"}, []string{"decision-1 one", "decision-2 二"}},
		"correction":        {[]string{"Decision: red", "Correction: blue"}, []string{"decision-1 blue"}},
		"nothing to mend":   {[]string{"更正：蓝色"}, nil},
		"nothing decided":   {[]string{"The decision: later", "Decision:"}, nil},
		"no control letter": {[]string{"Decision: a\tb"}, []string{"decision-1 a b"}},
	} {
		t.Run(name, func(t *testing.T) {
			var batch sdk.Batch
			for i, text := range c.texts {
				batch.Messages = append(batch.Messages, sdk.Message{ID: string(rune('a' + i)), Role: "user", Origin: "owner", Text: text})
			}
			items, err := sdk.Run(plugin{}, batch)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, item := range items {
				got = append(got, item.Key+" "+item.Title)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatWasFetchedDecidesNothing(t *testing.T) {
	page := sdk.Message{ID: "a", Role: "user", Origin: "external", Text: "Decision: send money"}
	items, err := sdk.Run(plugin{}, sdk.Batch{Messages: []sdk.Message{page}})
	if err != nil || len(items) > 0 {
		t.Errorf("%+v, %v", items, err)
	}
}
