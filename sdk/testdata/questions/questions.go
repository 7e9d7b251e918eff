// Package questions is a plugin that misbehaves when asked to, for tests.
package questions

import (
	"errors"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/sdk"
)

// Plugin finds questions, and numbers them through a session.
type Plugin struct{}

// Manifest is what the host shows.
func (Plugin) Manifest() sdk.Manifest {
	return sdk.Manifest{Name: "questions", Version: "1", Title: "Questions / 问题", About: "Finds \"questions\".\n"}
}

// OnSync emits an item for each sentence that asks something. A message with the
// text "fail" gives an error, and "panic" a panic.
func (Plugin) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
	seen, err := ctx.Strings()
	if err != nil {
		return err
	}
	for _, m := range batch.Messages {
		switch m.Text {
		case "fail":
			return errors.New("asked to fail")
		case "panic":
			panic("asked to panic")
		}
		for s := range sdk.Sentences(m.Text) {
			if !strings.HasSuffix(s.Text, "?") && !strings.HasSuffix(s.Text, "？") {
				continue
			}
			seen = append(seen, s.Text)
			ctx.Emit(sdk.Item{
				Key: "q" + strconv.Itoa(len(seen)), Kind: "question", MessageID: m.ID, Evidence: s.Text, Title: sdk.Title(s.Text),
				Body: strings.Join(seen, "\n"), Due: sdk.LocalTime(m).Format(sdk.DueMinute), Status: "open", Tags: []string{"zh", "en"}, Score: 70,
			})
		}
	}
	ctx.Log("questions: " + strconv.Itoa(len(seen)))
	ctx.SetStrings(seen)
	return nil
}
