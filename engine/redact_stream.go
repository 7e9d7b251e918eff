package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/redact"
)

// maxText is the longest text that the redaction commands take at once. Text is
// redacted whole, because a secret must not be cut in two.
const maxText = 256 << 20

// RedactText redacts everything that in holds.
func RedactText(in io.Reader, out io.Writer) error {
	data, err := io.ReadAll(io.LimitReader(in, maxText+1))
	if err != nil {
		return fmt.Errorf("reading the text: %w", err)
	}
	if len(data) > maxText {
		return fmt.Errorf("reading the text: longer than %d MiB; redact it in parts that end with a line", maxText>>20)
	}
	redacted, _ := redact.BuiltIn().Redact(string(data))
	_, err = io.WriteString(out, redacted)
	return err
}

// RedactLines redacts {"id","text"} lines into {"id","redacted"} lines, in
// order. The id may be any JSON value. Errors name the line, never its text.
func RedactLines(ctx context.Context, in io.Reader, out io.Writer) error {
	rules := redact.BuiltIn()
	reader := bufio.NewReaderSize(in, 64<<10)
	writer := bufio.NewWriterSize(out, 64<<10)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for number := 1; ; number++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := readLine(reader)
		if err == io.EOF && len(line) == 0 {
			return writer.Flush()
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("reading line %d: %w", number, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var record struct {
			ID   json.RawMessage `json:"id"`
			Text *string         `json:"text"`
		}
		if !utf8.Valid(line) || json.Unmarshal(line, &record) != nil || record.Text == nil {
			return errors.Join(fmt.Errorf("line %d is not a JSON object with id and text", number), writer.Flush())
		}
		redacted, _ := rules.Redact(*record.Text)
		if err := encoder.Encode(struct {
			ID       json.RawMessage `json:"id"`
			Redacted string          `json:"redacted"`
		}{record.ID, redacted}); err != nil {
			return err
		}
	}
}

// readLine reads up to and without the line feed, at most maxText bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxText {
			return nil, fmt.Errorf("longer than %d MiB", maxText>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
