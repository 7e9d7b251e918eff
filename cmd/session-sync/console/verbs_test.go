package console

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// gardener is a made-up program: a command with a verb and nothing else, and
// one that also does something by itself.
func gardener() Program {
	tell := func(what string) func(flags *pflag.FlagSet) Action {
		return func(flags *pflag.FlagSet) Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *App, operands []string) error {
				fmt.Fprintln(a.Stdout, what, *asJSON, operands)
				return nil
			}
		}
	}
	words := terminal.Both("话", "words")
	return Program{Commands: []Command{
		{Name: "tree", Operands: "VERB", Summary: words, About: words, Commands: []Command{
			{Name: "plant", Operands: "NAME", Summary: words, About: words, Setup: tell("plants"), Suggest: Words("oak", "elm")},
		}},
		{Name: "bed", Operands: "[VERB]", Summary: words, About: words, Setup: tell("beds"), Commands: []Command{
			{Name: "water", Summary: words, About: words, Setup: tell("waters")},
		}},
		Help(),
	}}
}

func TestVerbs(t *testing.T) {
	tests := []struct {
		args string
		code int
		say  string // in what is printed
	}{
		{"tree plant oak elm", exitDone, "plants false [oak elm]\n"},
		{"tree plant oak --json", exitDone, "plants true [oak]\n"},
		{"--lang zh tree --lang en plant", exitDone, "plants false []\n"},
		{"bed", exitDone, "beds false []\n"},
		{"bed --json", exitDone, "beds true []\n"},
		{"bed water --json", exitDone, "waters true []\n"},

		{"tree", exitDone, "usage: session-sync tree [flags] VERB\n"},
		{"tree -h", exitDone, "verbs:\n  plant      words\n"},
		{"tree plant --help", exitDone, "usage: session-sync tree plant [flags] NAME\n"},
		{"help tree plant", exitDone, "usage: session-sync tree plant [flags] NAME\n"},
		{"help bed", exitDone, "usage: session-sync bed [flags] [VERB]\n"},
		{"--lang zh help tree", exitDone, "子命令：\n  plant      话\n"},

		{"tree palnt", exitUsage, "unknown command \"tree palnt\"\nsession-sync: hint: did you mean session-sync tree plant? see: session-sync help tree\n"},
		{"bed oak", exitUsage, "unknown command \"bed oak\"\nsession-sync: hint: see: session-sync help bed\n"},
		{"help tree palnt", exitUsage, "did you mean session-sync tree plant?"},
		{"help tree plant oak", exitUsage, "help takes one command"},
		{"tree plant --jsno", exitUsage, "did you mean --json? see: session-sync help tree plant"},
		{"tree --json plant", exitUsage, "flags of a command stand after it; see: session-sync help tree"},
		{"bed --json water", exitUsage, `"message":"--json does not go with water; its flags stand behind it"`},
		{"tree palnt --json", exitUsage, `"message":"unknown command \"tree palnt\""`},
		{"tree plant --lang fr", exitUsage, "--lang takes zh or en"},

		{"__complete tree", exitDone, "tree\twords\n:none\n"},
		{"__complete tree pl", exitDone, "plant\twords\n:none\n"},
		{"__complete --lang zh bed w", exitDone, "water\t话\n:none\n"},
		{"__complete tree plant e", exitDone, "elm\n:none\n"},
		{"__complete tree plant elm o", exitDone, ":none\n"},
		{"__complete --lang en tree plant --la", exitDone, ":none\n"},
		{"__complete tree palnt e", exitDone, ":none\n"},
		{"__complete bed --js", exitDone, "--json\tprint JSON\n:none\n"},
		{"__complete help tree p", exitDone, "plant\twords\n:none\n"},
		{"__complete help tree oak p", exitDone, ":none\n"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			var out bytes.Buffer
			code := gardener().Run(t.Context(), strings.Fields(test.args), World{
				Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: time.Now, Local: time.UTC,
				Env: func(string) (string, bool) { return "", false },
			})
			if code != test.code || !strings.Contains(out.String(), test.say) || strings.HasPrefix(test.args, "__complete") && out.String() != test.say {
				t.Errorf("exits with %d, want %d; prints %q, want %q", code, test.code, out.String(), test.say)
			}
		})
	}
}
