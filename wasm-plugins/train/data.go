package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// conversation is one labelled session of the data set.
type conversation struct {
	ID       string    `json:"id"`
	Lang     string    `json:"lang"`
	Messages []message `json:"messages"`
	Labels   []label   `json:"labels"`

	dev      bool
	kind     kind
	from     int // of a copy, which conversation it is cut from
	messages []extract.Message
}

type message struct {
	Role string    `json:"role"`
	At   time.Time `json:"ts"`
	Text string    `json:"text"`
}

type label struct {
	Message  int    `json:"i"`
	Type     string `json:"type"`
	Evidence string `json:"evidence"`
	Owner    string `json:"owner"`
	Due      string `json:"due"`
	Resolves *int   `json:"resolves"`

	bag []string // of the evidence
}

// load reads the data set below dir: dev.jsonl, then all of train in the order
// of names. The digest is over the bytes in that order.
func load(dir string) (all []*conversation, digest string, err error) {
	training, err := filepath.Glob(filepath.Join(dir, "train", "*.jsonl"))
	if err != nil {
		return nil, "", err
	}
	sum := sha256.New()
	for i, path := range append([]string{filepath.Join(dir, "dev.jsonl")}, training...) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, "", err
		}
		sum.Write(text)
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<24)
		for n := 1; lines.Scan(); n++ {
			c := &conversation{dev: i == 0}
			if err := json.Unmarshal(lines.Bytes(), c); err != nil {
				return nil, "", fmt.Errorf("reading %q at line %d: %w", path, n, err)
			}
			c.fill()
			all = append(all, c)
		}
		if err := lines.Err(); err != nil {
			return nil, "", fmt.Errorf("reading %q: %w", path, err)
		}
	}
	return all, hex.EncodeToString(sum.Sum(nil)), nil
}

// kind is where a conversation comes from. Figures and limits are read from
// labelled ones only.
type kind int

const (
	isLabeled kind = iota
	isQuiet        // made up, see quiet
	isPlain        // made up, see plain
	isCut          // a copy of a part, see cuts
	kinds
)

func (c *conversation) fill() {
	for i := range c.Labels {
		c.Labels[i].bag = bagOf(c.Labels[i].Evidence)
	}
	roles := map[string]extract.Role{"user": extract.User, "assistant": extract.Agent, "tool": extract.Tool}
	for i, m := range c.Messages {
		_, offset := m.At.Zone()
		origin := extract.Owner
		if m.Role != "user" {
			origin = extract.FromAgent
		}
		c.messages = append(c.messages, extract.Message{
			ID: fmt.Sprint(i), Role: roles[m.Role], Origin: origin, Text: m.Text,
			At: extract.Moment{Unix: m.At.Unix(), Offset: int32(offset)},
		})
	}
}
