package authoring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/sdk/abi"
)

const maxFixture = 1 << 20 // bytes

// fixture is a conversation with what a plugin has to find in it.
type fixture struct {
	path  string
	batch abi.Batch
	file  fixtureFile
}

func (f fixture) name() string { return strings.TrimSuffix(filepath.Base(f.path), ".json") }

// fixtureFile is a fixture as it is written; see [Test].
type fixtureFile struct {
	Session  json.RawMessage   `json:"session"`
	Messages []json.RawMessage `json:"messages"`
	Want     []json.RawMessage `json:"want"`
}

// fixtures reads the files of a plugin's folder in the order of their names.
func fixtures(dir string) ([]fixture, error) {
	pattern := filepath.Join(dir, "fixtures", "*.json")
	entries, err := os.ReadDir(filepath.Dir(pattern))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("reading the fixtures: %w", err)
	}
	var list []fixture
	for _, entry := range entries {
		path := filepath.Join(filepath.Dir(pattern), entry.Name())
		if filepath.Ext(path) != ".json" {
			continue
		}
		read, err := readFixture(path)
		if err != nil {
			return nil, fmt.Errorf("reading the fixture %q: %w", path, err)
		}
		list = append(list, read)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there are no fixtures %s; write one, or go to the folder of a plugin", pattern)
	}
	return list, nil
}

func readFixture(path string) (fixture, error) {
	file, err := os.Open(path)
	if err != nil {
		return fixture{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFixture+1))
	if err != nil {
		return fixture{}, err
	}
	if len(data) > maxFixture {
		return fixture{}, fmt.Errorf("it is longer than %d bytes; make several of it", maxFixture)
	}
	read, err := parseFixture(data)
	read.path = path
	return read, err
}

func parseFixture(data []byte) (fixture, error) {
	var f fixture
	if err := strictly(data, &f.file); err != nil {
		return fixture{}, err
	}
	if f.file.Session != nil {
		if err := f.setSession(); err != nil {
			return fixture{}, fmt.Errorf("session: %w", err)
		}
	}
	for i, raw := range f.file.Messages {
		if err := f.addMessage(raw); err != nil {
			return fixture{}, fmt.Errorf("messages[%d]: %w", i, err)
		}
	}
	for i, raw := range f.file.Want {
		if err := strictly(raw, &abi.Item{}); err != nil {
			return fixture{}, fmt.Errorf("want[%d]: %w", i, err)
		}
	}
	return f, nil
}

func (f *fixture) setSession() error {
	var s struct {
		Agent    string `json:"agent"`
		Key      string `json:"key"`
		Channel  string `json:"channel"`
		Kind     string `json:"kind"`
		Title    string `json:"title"`
		TimeZone string `json:"time_zone"`
	}
	err := strictly(f.file.Session, &s)
	f.batch.Session = abi.Session(s)
	return err
}

func (f *fixture) addMessage(raw json.RawMessage) error {
	var m struct {
		ID      string `json:"id"`
		Role    string `json:"role"`
		Time    string `json:"time"`
		Sender  string `json:"sender"`
		Channel string `json:"channel"`
		Origin  string `json:"origin"`
		Class   string `json:"class"`
		Text    string `json:"text"`
	}
	if err := strictly(raw, &m); err != nil {
		return err
	}
	at, offset, ok := moment(m.Time)
	if !ok {
		return errors.New("the time is not like 2006-01-02T15:04:05+08:00")
	}
	sameID := func(other abi.Message) bool { return other.ID == m.ID }
	if m.ID == "" || slices.ContainsFunc(f.batch.Messages, sameID) {
		return errors.New("the id is missing or that of an earlier message")
	}
	message := abi.Message{
		ID: m.ID, Role: m.Role, Time: at, Offset: offset,
		Sender: m.Sender, Channel: m.Channel, Origin: m.Origin, Class: m.Class, Text: m.Text,
	}
	if problem := complete(&message); problem != "" {
		return errors.New(problem)
	}
	f.batch.Messages = append(f.batch.Messages, message)
	return nil
}

// strictly decodes one JSON value with known fields.
func strictly(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		reason := strings.TrimPrefix(err.Error(), "json: ")
		return fmt.Errorf("at byte %d: %s", decoder.InputOffset(), reason)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("at byte %d: there is something behind the end", decoder.InputOffset())
	}
	return nil
}

// wanting writes the fixture anew with these items to be found.
func (f fixture) wanting(items []abi.Item) []byte {
	text := []byte("{\n")
	if f.file.Session != nil {
		text = append(appendJSON(append(text, `  "session": `...), f.file.Session), ",\n"...)
	}
	text = appendList(append(text, `  "messages": `...), f.file.Messages)
	text = appendList(append(text, ",\n  \"want\": "...), encoded(items))
	return append(text, "\n}\n"...)
}

// appendList writes one element a line.
func appendList(text []byte, list []json.RawMessage) []byte {
	before := "[\n    "
	for _, element := range list {
		text = appendJSON(append(text, before...), element)
		before = ",\n    "
	}
	if len(list) == 0 {
		return append(text, "[]"...)
	}
	return append(text, "\n  ]"...)
}

// appendJSON writes on one line what was read as JSON before.
func appendJSON(text []byte, raw json.RawMessage) []byte {
	b := bytes.NewBuffer(text)
	_ = json.Compact(b, raw) // fails for what is not JSON
	return b.Bytes()
}

// encoded writes items as they stand in a fixture.
func encoded(items []abi.Item) []json.RawMessage {
	var list []json.RawMessage
	for _, item := range items {
		list = append(list, encode(item))
	}
	return list
}

func encode(item abi.Item) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(item) // fails for types that an item does not have
	return bytes.TrimSpace(b.Bytes())
}
