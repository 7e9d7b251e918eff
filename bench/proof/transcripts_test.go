package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// transcripts writes messages into JSONL files as releases up to 2026.7.1 do.
type transcripts struct {
	dir    string
	random *rand.Rand
	chats  []*jsonlChat
	index  object
	ids    int
	resets int
	halves int
}

// jsonlChat is a session key with its current transcript.
type jsonlChat struct {
	key     string
	family  []string // session ids, the last is the current one
	pending string   // rest of a line of which the beginning is written
	told    []int    // numbers of its messages
}

func (c *jsonlChat) id() string { return c.family[len(c.family)-1] }

func (f *transcripts) path(id string) string { return filepath.Join(f.dir, id+".jsonl") }

// write says message n in one of the chats: mostly a line at the end of a
// transcript, sometimes half a line, a new chat or a reset before.
func (f *transcripts) write(n int) error {
	if len(f.chats) < 2 || f.random.IntN(60) == 0 {
		f.chats = append(f.chats, &jsonlChat{key: fmt.Sprintf("agent:files:telegram:direct:user%d", len(f.chats))})
		if err := f.start(f.chats[len(f.chats)-1], n); err != nil {
			return err
		}
	}
	c := f.chats[f.random.IntN(len(f.chats))]
	if err := f.complete(c); err != nil {
		return err
	}
	if f.random.IntN(40) == 0 {
		if err := f.reset(c, n); err != nil {
			return err
		}
	}
	c.told = append(c.told, n)
	whole := line(spoken(n))
	if f.random.IntN(10) == 0 {
		f.halves++
		cut := 1 + f.random.IntN(len(whole)-1)
		whole, c.pending = whole[:cut], whole[cut:]
	}
	return f.add(c, whole)
}

// complete writes the rest of a line.
func (f *transcripts) complete(c *jsonlChat) error {
	rest := c.pending
	c.pending = ""
	if rest == "" {
		return nil
	}
	return f.add(c, rest)
}

func (f *transcripts) stop() error {
	for _, c := range f.chats {
		if err := f.complete(c); err != nil {
			return err
		}
	}
	return nil
}

func (f *transcripts) add(c *jsonlChat, content string) error {
	file, err := os.OpenFile(f.path(c.id()), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}

// start begins a transcript. Either it or its row in the index comes first.
func (f *transcripts) start(c *jsonlChat, n int) error {
	f.ids++
	c.family = append(c.family, sessionID(f.ids))
	file := func() error { return f.add(c, line(header(c.id(), n))) }
	row := func() error { return f.know(c, n) }
	steps := []func() error{file, row}
	if f.random.IntN(2) == 0 {
		steps = []func() error{row, file}
	}
	return errors.Join(steps[0](), steps[1]())
}

// reset renames the transcript and begins the next one.
func (f *transcripts) reset(c *jsonlChat, n int) error {
	f.resets++
	old := f.path(c.id())
	if err := os.Rename(old, old+".reset."+moment(n).Format("2006-01-02T15-04-05.000Z")); err != nil {
		return err
	}
	return f.start(c, n)
}

// know renews the index in one step.
func (f *transcripts) know(c *jsonlChat, n int) error {
	f.index[c.key] = telegram(c.id(), c.family, n)
	data, err := json.Marshal(f.index)
	if err != nil {
		return err
	}
	path := filepath.Join(f.dir, "sessions.json")
	temp := path + "." + sessionID(f.ids) + ".tmp"
	return errors.Join(os.WriteFile(temp, data, 0o600), os.Rename(temp, path))
}
