package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/sdk/abi"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// withoutPlugins prepares a home in which the built-in plugins are switched off.
func (p place) withoutPlugins() error {
	dir := filepath.Join(p.home(), "plugins")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	list, err := wasmplugins.List()
	if err != nil {
		return err
	}
	off := make([]string, len(list.Plugins))
	for i, one := range list.Plugins {
		off[i] = one.Name
	}
	text, err := json.Marshal(map[string]any{"schema_version": 1, "plugins": []string{}, "off": off})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "installed.json"), text, 0o600)
}

// roundBuiltin shows the messages that a place has archived to the built-in
// plugins and to nothing else.
func (b *bench) roundBuiltin(ctx context.Context, p place) error {
	messages := filepath.Join(p.dir, "messages.jsonl")
	export := child{path: b.binary, args: []string{"export", "--all", "--format", "jsonl", "-o", messages}, env: p.env()}
	if _, err := export.run(ctx); err != nil {
		return err
	}
	var out bytes.Buffer
	show := child{
		path: b.self, args: []string{"builtin", filepath.Join(p.home(), "cache")}, env: append(p.env(), "GOMAXPROCS=1"),
		stdin: messages, stdout: &out,
	}
	if _, err := show.run(ctx); err != nil {
		return err
	}
	var took showing
	if err := json.Unmarshal(out.Bytes(), &took); err != nil {
		return fmt.Errorf("reading what the built-in plugins took: %w", err)
	}
	spent := cost{wall: took.Wall, cpu: took.CPU}
	b.add(workBuiltin, sample{cost: spent, value: input{bytes: took.Bytes}.perSecond(spent)})
	return nil
}

// showing is what it took to show messages to all built-in plugins.
type showing struct {
	Bytes     int64 // of text, each counted once
	Wall, CPU time.Duration
}

// builtin is bench builtin CACHE: it reads exported messages, shows them to the
// built-in plugins, and prints what only that took.
func builtin(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	if len(args) != 1 {
		return fmt.Errorf("%w: builtin takes the directory of compiled plugins", errUsage)
	}
	sessions, err := exported(in)
	if err != nil {
		return err
	}
	module, err := openBuiltin(ctx, args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, module.Close()) }()
	var took showing
	start, spent := time.Now(), processorTime()
	for i := range sessions {
		if err := show(ctx, module, &sessions[i]); err != nil {
			return err
		}
	}
	took.Wall, took.CPU = time.Since(start), processorTime()-spent
	for _, s := range sessions {
		for _, m := range s.Messages {
			took.Bytes += int64(len(abi.Shown(m.Text)))
		}
	}
	return json.NewEncoder(out).Encode(took)
}

// openBuiltin makes the built-in plugins ready as the engine does.
func openBuiltin(ctx context.Context, cache string) (*plugin.Module, error) {
	list, err := wasmplugins.List()
	if err != nil {
		return nil, err
	}
	wasm, err := list.Module()
	if err != nil {
		return nil, err
	}
	return plugin.Open(ctx, wasm, plugin.Options{CacheDir: cache, Pure: true})
}

// show takes the plugins of a module through a session, batch by batch.
func show(ctx context.Context, m *plugin.Module, s *abi.Batch) error {
	earlier := func(id string) (string, bool) {
		for i := range s.Messages {
			if s.Messages[i].ID == id {
				return abi.Shown(s.Messages[i].Text), true
			}
		}
		return "", false
	}
	states := map[string][]byte{}
	for _, part := range s.Split() {
		for _, told := range m.Manifests() {
			part.Plugin, part.State = told.Name, states[told.Name]
			result, _, err := m.Run(ctx, part, earlier)
			if err != nil {
				return fmt.Errorf("showing a session to the built-in plugin %q: %w", told.Name, err)
			}
			states[told.Name] = result.State
		}
	}
	return nil
}

// exported reads what export --format jsonl wrote: whole sessions, one behind
// the other, each as one batch. Time is UTC as in the place it came from.
func exported(in io.Reader) ([]abi.Batch, error) {
	var sessions []abi.Batch
	decoder := json.NewDecoder(in)
	for n := 1; ; n++ {
		var line exportedMessage
		switch err := decoder.Decode(&line); {
		case errors.Is(err, io.EOF):
			return sessions, nil
		case err != nil:
			return nil, fmt.Errorf("exported message %d: not JSON as expected", n)
		case line.Class != "": // plugins get conversation only
			continue
		}
		last := len(sessions) - 1
		if last < 0 || sessions[last].Session != line.session() {
			sessions = append(sessions, abi.Batch{Session: line.session()})
			last++
		}
		sessions[last].Messages = append(sessions[last].Messages, line.message())
	}
}

// exportedMessage is a line of an export.
type exportedMessage struct {
	Agent, Channel, Kind, Title              string
	Key                                      string `json:"session_key"`
	ID, Role, Content, Sender, Origin, Class string
	Timestamp                                time.Time
}

func (m *exportedMessage) session() abi.Session {
	return abi.Session{Agent: m.Agent, Key: m.Key, Channel: m.Channel, Kind: m.Kind, Title: m.Title, TimeZone: "UTC"}
}

func (m *exportedMessage) message() abi.Message {
	return abi.Message{ID: m.ID, Role: m.Role, Time: m.Timestamp.UnixMilli(), Sender: m.Sender, Origin: m.Origin, Text: m.Content}
}
