package openclawcli

import (
	"bytes"
	"encoding/json"
)

// document finds the JSON object or list in an output that can begin with lines
// of something else; nil when there is none. It begins a line. What stands behind
// it does not count.
func document(output []byte) []byte {
	const most = 100 // lines that look like the beginning of one
	tried := 0
	for rest := output; len(rest) > 0 && tried < most; {
		line := bytes.TrimLeft(rest, " \t")
		if len(line) > 0 && (line[0] == '{' || line[0] == '[') {
			var found json.RawMessage
			if json.NewDecoder(bytes.NewReader(line)).Decode(&found) == nil {
				return found
			}
			tried++
		}
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	return nil
}
