package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// call calls a tool with arguments, and for unless it is "".
func (s *agent) call(tool, arguments, asker string) gjson.Result {
	if asker != "" {
		arguments = strings.Replace(arguments, "{", `{"for":`+asJSON(asker)+",", 1)
		arguments = strings.Replace(arguments, ",}", "}", 1)
	}
	return s.ask(`"method":"tools/call","params":{"name":"` + tool + `","arguments":` + arguments + `}`)
}

// resultsOf are the JSON texts that the result of a call holds.
func resultsOf(result gjson.Result) (texts []string) {
	for _, part := range result.Get("content").Array() {
		texts = append(texts, part.Get("text").String())
	}
	if structured := result.Get("structuredContent"); structured.Exists() {
		texts = append(texts, structured.Raw)
	}
	return texts
}

// checkTools is checkCommands for the tools of the MCP server.
func checkTools(t *testing.T, f *aviary, policy string) {
	s := serve(t.Context(), t, f.outside, f.flags(policy)...)
	for tool, calls := range toolReadings() {
		for i, arguments := range calls {
			first, _, paged := strings.Cut(arguments, `,"next"`)
			next := ""
			if paged {
				page := s.call(tool, filled(first, coopOf("mn"))+"}", coopKey("mn")).Get("result")
				if next = gjson.Get(resultsOf(page)[0], "next").String(); next == "" {
					t.Errorf("%s %s: there is no next page", tool, arguments)
				}
			}
			arguments = strings.ReplaceAll(arguments, "{next}", next)
			for _, c := range coops() {
				if i > 0 && !slices.Contains([]string{"mn", "ga", "tp"}, c.code) {
					continue // the first calls of each tool show the most
				}
				for _, about := range []string{"gb", "mn", "ga"} {
					shown := filled(arguments, coopOf(about))
					checkCall(t, s, tool, shown, c, policy)
					if shown == arguments {
						break
					}
				}
			}
			if i > 0 {
				continue
			}
			for _, asker := range []string{"", "agent:main:nobody", canaryWord, "canaryzz", " "} {
				got := s.call(tool, filled(arguments, coopOf("mn")), asker)
				if words := canariesIn(got.Raw); !got.Get("result.isError").Bool() || len(words) > 0 {
					t.Errorf("%s %s for %q is no error, or shows %q: %s", tool, arguments, asker, words, got.Raw)
				}
			}
		}
	}
	for _, tool := range silentTools() {
		if words := canariesIn(s.call(tool, "{}", "").Raw); len(words) > 0 {
			t.Errorf("%s shows %q", tool, words)
		}
	}
}

func checkCall(t *testing.T, s *agent, tool, arguments string, asker coop, policy string) {
	t.Helper()
	got := s.call(tool, arguments, asker.key).Get("result")
	for _, word := range wrongly(got.Raw, maySee(asker.code, policy, mcpTool)) {
		t.Errorf("%s %s for %s: shows %q", tool, arguments, asker.code, word)
	}
	if len(resultsOf(got)) == 0 {
		t.Errorf("%s %s for %s: answers nothing: %s", tool, arguments, asker.code, got.Raw)
	}
}
