package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// spokenText is bench spoken DIR FILE: it writes what user and assistant said
// in the transcripts below a directory to a new file, a text to redact.
func spokenText(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%w: spoken takes a directory and a file", errUsage)
	}
	file, err := os.OpenFile(args[1], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	err = transcripts(args[0], func(data []byte) error {
		for line := range bytes.Lines(data) {
			if err := writeSpoken(line, buffered); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, buffered.Flush(), file.Close())
}

func writeSpoken(line []byte, out *bufio.Writer) error {
	if !spoken(line) {
		return nil
	}
	var r record
	if json.Unmarshal(line, &r) != nil {
		return errors.New("a transcript has a line that is not JSON as expected")
	}
	for _, text := range texts(r.Message.Content) {
		out.WriteString(text)
		out.WriteByte('\n') // errors are those of Flush
	}
	return nil
}

// texts are the text parts of a message, whose content is a text or a list.
func texts(content json.RawMessage) []string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return []string{text}
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(content, &parts) != nil {
		return nil
	}
	var found []string
	for _, part := range parts {
		if part.Type == "text" {
			found = append(found, part.Text)
		}
	}
	return found
}
