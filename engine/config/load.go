package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const maxFileSize = 1 << 20

// File is a settings file as it was read.
type File struct {
	Path     string
	Found    bool     // false: there is no such file
	Settings Settings // zero fields are not in the file

	lines map[string]int // where each full key stands
}

// Load reads the settings file at path. All its errors are of type [*Error].
func Load(path string) (File, error) {
	data, err := read(path)
	if err != nil {
		return File{}, err
	}
	if data == nil {
		return File{Path: path}, nil
	}
	return parse(path, data)
}

// read returns nil when there is no file. A link is followed: people keep their
// settings elsewhere and link to them.
func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil {
			return nil, &Error{Path: path, Problem: "is a link that leads nowhere"}
		}
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	// Looked at before opening, which would wait for good on a FIFO.
	if !info.Mode().IsRegular() {
		return nil, &Error{Path: path, Problem: "is not a regular file"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > maxFileSize {
		return nil, &Error{Path: path, Problem: "is larger than 1 MiB", Hint: "check that this is the settings file"}
	}
	return data, nil
}

// unreadable leaves out the path of err, which the message has already.
func unreadable(path string, err error) *Error {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err
	}
	return &Error{Path: path, Problem: "can't be read: " + err.Error(), cause: err}
}

// parse turns the bytes of the file at path into settings.
func parse(path string, data []byte) (File, error) {
	file := File{Path: path, Found: true, lines: map[string]int{}}
	root, problem := document(data)
	if problem == nil && root != nil {
		problem = file.readGroup("", root)
	}
	if problem != nil {
		problem.Path = path
		return File{}, problem
	}
	return file, nil
}

// document returns the one YAML document in data, nil when there is none.
func document(data []byte) (*yaml.Node, *Error) {
	if at := invalidUTF8(data); at >= 0 {
		return nil, &Error{
			Line:    1 + bytes.Count(data[:at], []byte("\n")),
			Problem: "is not UTF-8 text",
			Hint:    "save the file as UTF-8",
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err == io.EOF {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, &Error{Line: second.Line, Problem: "a second YAML document begins here", Hint: `remove the line "---"`}
	} else if err != io.EOF {
		return nil, syntaxError(err)
	}
	if alias := findAlias(&first); alias != nil {
		return nil, &Error{Line: alias.Line, Problem: "YAML aliases are not supported", Hint: "write the value out"}
	}
	root := first.Content[0]
	if isNull(root) {
		return nil, nil
	}
	return root, nil
}

// invalidUTF8 returns the offset of the first broken byte, or -1.
func invalidUTF8(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// syntaxError takes apart "yaml: line 3: did not find expected key"; the
// decoder offers nothing better. Of its messages only the one on anchors quotes
// the file.
func syntaxError(err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if _, err := fmt.Sscanf(message, "line %d:", &line); err == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	if strings.HasPrefix(message, "unknown anchor") {
		message = "alias without anchor"
	}
	return &Error{
		Line:    line,
		Problem: "is not valid YAML: " + message,
		Hint:    `look there and one line above for wrong indentation, a missing colon or quote; text with ": " or " #" needs quotes`,
	}
}

func findAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n
	}
	for _, child := range n.Content {
		if alias := findAlias(child); alias != nil {
			return alias
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// readGroup reads the keys of the group that prefix names, "" for the top.
func (f *File) readGroup(prefix string, n *yaml.Node) *Error {
	return eachKey(n, func(name, value *yaml.Node) *Error {
		key := prefix + name.Value
		s, known := lookUp(prefix, name.Value)
		switch {
		case !known && !isGroup(key):
			return unknownKey(name)
		case isNull(value): // "output:" with nothing behind it says nothing
			return nil
		case !known:
			return f.readGroup(key+".", value)
		}
		if problem := s.read(&f.Settings, value); problem != nil {
			return problem
		}
		f.mark(key, name.Line, value)
		return nil
	})
}

// eachKey lets read take each key of a mapping, none of which may come twice.
// Its errors have the key below that of the mapping, and a line.
func eachKey(n *yaml.Node, read func(name, value *yaml.Node) *Error) *Error {
	if n.Kind != yaml.MappingNode {
		return &Error{Line: n.Line, Problem: `must be lines of the form "key: value", but is ` + describe(n)}
	}
	seen := map[string]int{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode {
			return &Error{Line: name.Line, Problem: "a key must be a word, but is " + describe(name)}
		}
		problem := read(name, value)
		if line := seen[name.Value]; line > 0 {
			problem = &Error{Line: name.Line, Problem: fmt.Sprintf("is given twice, first in line %d", line)}
		}
		if problem != nil {
			problem.Key, problem.Line = below(shownKey(name.Value), problem.Key), cmp.Or(problem.Line, value.Line)
			return problem
		}
		seen[name.Value] = name.Line
	}
	return nil
}

// mark keeps where a value stands, and everything in it.
func (f *File) mark(key string, line int, n *yaml.Node) {
	f.lines[key] = line
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			f.mark(below(key, element(i)), item.Line, item)
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i]
			f.mark(below(key, name.Value), name.Line, n.Content[i+1])
		}
	}
}

// element is how keys name an element of a list.
func element(i int) string { return fmt.Sprintf("[%d]", i) }

// below is the full name of a key or element that stands below another key.
func below(key, rest string) string {
	if rest == "" || rest[0] == '[' {
		return key + rest
	}
	return key + "." + rest
}
