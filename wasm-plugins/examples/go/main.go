package main

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/smallccwc/chronosync/sdk"
)

type plugin struct{}

func init() { sdk.Register(plugin{}) }

func main() {}

// Manifest says what the plugin is. Raise the version when what it finds changes:
// all sessions are then read again.
func (plugin) Manifest() sdk.Manifest {
	return sdk.Manifest{
		Name: "decision-lines", Version: "1", Title: "Decisions / 决定",
		About: "Finds sentences that begin with \"Decision:\" or \"决定：\".",
	}
}

// OnSync keeps how many decisions the session has, so that it makes no difference
// how its messages were divided into batches.
func (plugin) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
	count, err := strconv.Atoi(cmp.Or(string(ctx.State()), "0"))
	if err != nil {
		return errors.New("the state is not a number")
	}
	for _, m := range batch.Messages {
		if m.Origin == "external" {
			continue
		}
		for s := range sdk.Sentences(m.Text) {
			title, isNew := decision(s.Text)
			if title == "" || !isNew && count == 0 {
				continue
			}
			if isNew {
				count++
			}
			ctx.Emit(sdk.Item{
				Key: "decision-" + strconv.Itoa(count), Kind: "decision",
				MessageID: m.ID, Evidence: s.Text, Title: title, Score: 80,
			})
		}
	}
	ctx.SetState([]byte(strconv.Itoa(count)))
	return nil
}

// decision gives what a sentence decides, "" when nothing. It is new, or corrects
// what was decided last.
func decision(sentence string) (title string, isNew bool) {
	const most = 400 // bytes; a title may have 500
	if len(sentence) > most {
		return "", false
	}
	for _, mark := range []string{"Decision:", "决定:", "决定："} {
		if rest, found := strings.CutPrefix(sentence, mark); found {
			return oneLine(rest), true
		}
	}
	for _, mark := range []string{"Correction:", "更正:", "更正："} {
		if rest, found := strings.CutPrefix(sentence, mark); found {
			return oneLine(rest), false
		}
	}
	return "", false
}

// oneLine puts blanks for what a title must not have.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}
