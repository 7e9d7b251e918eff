package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	_ "modernc.org/sqlite"
)

// The floors by name.
const (
	floorRead   = "read"
	floorSplit  = "split"
	floorRole   = "role"
	floorStat   = "stat"
	floorSQLite = "sqlite"
)

// floor is bench floor NAME DIR: it does the least work of its kind and prints
// how much there was, which also keeps the work from being optimized away.
func floor(args []string, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("%w: floor takes a name and a directory", errUsage)
	}
	name, dir := args[0], args[1]
	var t tally
	var err error
	switch name {
	case floorRead:
		err = transcripts(dir, t.read)
	case floorSplit:
		err = transcripts(dir, t.split)
	case floorRole:
		err = transcripts(dir, t.decodeSpoken)
	case floorStat:
		t.bytes, err = size(dir)
	case floorSQLite:
		err = databases(dir, &t)
	default:
		return fmt.Errorf("%w: there is no floor %q", errUsage, name)
	}
	if err != nil {
		return fmt.Errorf("floor %s of %q: %w", name, dir, err)
	}
	_, err = fmt.Fprintln(out, "bytes", t.bytes, "records", t.records, "spoken", t.spoken)
	return err
}

// tally is how much a floor has seen.
type tally struct{ bytes, records, spoken int64 }

func (t *tally) read(data []byte) error {
	t.bytes += int64(len(data))
	return nil
}

func (t *tally) split(data []byte) error {
	t.bytes += int64(len(data))
	for range bytes.Lines(data) {
		t.records++
	}
	return nil
}

func (t *tally) decodeSpoken(data []byte) error {
	t.bytes += int64(len(data))
	for line := range bytes.Lines(data) {
		if err := t.decode(line); err != nil {
			return err
		}
	}
	return nil
}

// decode decodes a record of user or assistant and looks only at the beginning
// of any other.
func (t *tally) decode(data []byte) error {
	t.records++
	if !spoken(data) {
		return nil
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("record %d: not JSON as expected", t.records)
	}
	if r.Message.Role == "user" || r.Message.Role == "assistant" {
		t.spoken++
	}
	return nil
}

// spoken finds the role near the beginning, where the generator puts it.
func spoken(data []byte) bool {
	head := data[:min(len(data), 256)]
	return bytes.Contains(head, []byte(`"role":"user"`)) || bytes.Contains(head, []byte(`"role":"assistant"`))
}

// record is what a reader needs of a line.
type record struct {
	Type      string `json:"type"`
	ID        string `json:"id"`
	ParentID  string `json:"parentId"`
	Timestamp string `json:"timestamp"`
	Message   struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"message"`
}

// transcripts reads every transcript file below dir into one buffer.
func transcripts(dir string, each func(data []byte) error) error {
	var buffer []byte
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(entry.Name(), ".jsonl") {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if n := int(info.Size()); cap(buffer) < n {
			buffer = make([]byte, n+n/4)
		}
		data := buffer[:info.Size()]
		if _, err := io.ReadFull(file, data); err != nil {
			return err
		}
		return each(data)
	})
}

// databases reads all events of every agent's database below dir.
func databases(dir string, t *tally) error {
	paths, err := filepath.Glob(filepath.Join(dir, "agents", "*", "agent", "openclaw-agent.sqlite"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := events(path, t); err != nil {
			return err
		}
	}
	return nil
}

func events(path string, t *tally) error {
	// Nobody writes to a corpus, and nothing is to appear beside it.
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query("SELECT event_json, event_zstd FROM transcript_events")
	if err != nil {
		return err
	}
	defer rows.Close()
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer decoder.Close()
	var plain, packed sql.RawBytes
	var buffer []byte
	for rows.Next() {
		if err := rows.Scan(&plain, &packed); err != nil {
			return err
		}
		event := []byte(plain)
		if len(packed) > 0 {
			if buffer, err = decoder.DecodeAll(packed, buffer[:0]); err != nil {
				return err
			}
			event = buffer
		}
		t.bytes += int64(len(event))
		if err := t.decode(event); err != nil {
			return err
		}
	}
	return rows.Err()
}
