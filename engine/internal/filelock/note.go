package filelock

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// Holder is the run that holds a lock.
type Holder struct {
	PID   int
	Since time.Time // UTC, whole seconds
}

const (
	noteOffset = 1 // behind the locked byte
	// noteSize is fixed, so that a note replaces all of an older one without
	// cutting the file, which Windows may refuse while a byte is locked.
	noteSize   = 64
	timeLayout = "2006-01-02T15:04:05Z"
)

// writeNote leaves no note when it can't: the lock counts, not the note.
func writeNote(path string, h Holder) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer file.Close()
	file.WriteAt(formatNote(h), noteOffset)
}

// readNote returns the zero Holder when there is no readable note.
func readNote(path string) Holder {
	file, err := os.Open(path)
	if err != nil {
		return Holder{}
	}
	defer file.Close()
	note := make([]byte, noteSize)
	n, err := file.ReadAt(note, noteOffset)
	if err != nil && err != io.EOF {
		return Holder{}
	}
	return parseNote(note[:n])
}

// formatNote makes one line, "pid 4711 since 2026-03-14T12:21:28Z", padded
// with spaces to noteSize.
func formatNote(h Holder) []byte {
	line := "pid " + strconv.Itoa(h.PID) + " since " + h.Since.UTC().Format(timeLayout)
	return []byte(line + strings.Repeat(" ", noteSize-1-len(line)) + "\n")
}

func parseNote(note []byte) Holder {
	words := strings.Fields(string(note))
	if len(words) != 4 || words[0] != "pid" || words[2] != "since" {
		return Holder{}
	}
	pid, err := strconv.Atoi(words[1])
	if err != nil || pid <= 0 {
		return Holder{}
	}
	since, err := time.Parse(timeLayout, words[3])
	if err != nil {
		return Holder{}
	}
	return Holder{PID: pid, Since: since.Truncate(time.Second)}
}
