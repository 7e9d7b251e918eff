package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"
)

const (
	maxText  = 4096 // bytes; longer than paths can be
	maxItems = 1000 // of a list
)

// reader sets a field of S to what a value in the file says. Its error holds
// what is wrong and, where that stands deeper, the rest of the key and the
// line; the caller adds the others.
type reader[S any] = func(*S, *yaml.Node) *Error

// The read functions make readers for one field each.

func readWord[T ~string](field func(*Settings) *T, accepted ...T) reader[Settings] {
	return func(s *Settings, n *yaml.Node) *Error {
		if n.Kind != yaml.ScalarNode {
			return notOneOf(describe(n), accepted)
		}
		if !slices.Contains(accepted, T(n.Value)) {
			return notOneOf(shownValue(n.Value), accepted)
		}
		*field(s) = T(n.Value)
		return nil
	}
}

func readText[S any](field func(*S) *string, check func(string) *Error) reader[S] {
	return func(s *S, n *yaml.Node) *Error {
		value, problem := text(n)
		if problem == nil && check != nil {
			problem = check(value)
		}
		if problem != nil {
			return problem
		}
		*field(s) = value
		return nil
	}
}

func readBool(field func(*Settings) *bool) reader[Settings] {
	return func(s *Settings, n *yaml.Node) *Error {
		if n.ShortTag() != "!!bool" || n.Decode(field(s)) != nil {
			return &Error{Problem: "must be true or false"}
		}
		return nil
	}
}

func readNumber[S any](field func(*S) *int, least, most int) reader[S] {
	return func(s *S, n *yaml.Node) *Error {
		var number int
		// The decoder's error would quote the value.
		if n.ShortTag() != "!!int" || n.Decode(&number) != nil || number < least || number > most {
			return &Error{Problem: fmt.Sprintf("must be a whole number from %d to %d", least, most)}
		}
		*field(s) = number
		return nil
	}
}

func readGlobs(field func(*Settings) *[]string) reader[Settings] {
	return func(s *Settings, n *yaml.Node) *Error {
		if n.Kind != yaml.SequenceNode {
			return &Error{
				Problem: "must be a list of patterns, but is " + describe(n),
				Hint:    `write patterns as ["agent:main:*", "telegram"], or one a line after "- "`,
			}
		}
		if len(n.Content) > maxItems {
			return &Error{Problem: fmt.Sprintf("has more than %d patterns", maxItems)}
		}
		globs := make([]string, 0, len(n.Content))
		for i, item := range n.Content {
			glob, problem := text(item)
			if problem == nil && !validGlob(glob) {
				problem = &Error{
					Problem: shownValue(glob) + " is not a valid pattern",
					Hint:    `close every "[" with "]", and write "\\[" for the character itself`,
				}
			}
			if problem != nil {
				problem.Line = item.Line
				problem.Problem = fmt.Sprintf("pattern %d: %s", i+1, problem.Problem)
				return problem
			}
			globs = append(globs, glob)
		}
		*field(s) = globs
		return nil
	}
}

// readList reads a list whose elements item reads.
func readList[S, T any](field func(*S) *[]T, item func(*yaml.Node) (T, *Error)) reader[S] {
	return func(s *S, n *yaml.Node) *Error {
		if n.Kind != yaml.SequenceNode {
			return &Error{Problem: "must be a list, but is " + describe(n), Hint: `write one item a line, each after "- "`}
		}
		if len(n.Content) > maxItems {
			return &Error{Problem: fmt.Sprintf("has more than %d items", maxItems)}
		}
		var list []T
		for i, node := range n.Content {
			value, problem := item(node)
			if problem != nil {
				problem.Key, problem.Line = below(element(i), problem.Key), cmp.Or(problem.Line, node.Line)
				return problem
			}
			list = append(list, value)
		}
		*field(s) = list
		return nil
	}
}

// member is one key of a mapping that is read into an S.
type member[S any] struct {
	key  string
	read reader[S]
}

// readMembers reads the keys of a mapping that is an element of a list.
func readMembers[S any](s *S, n *yaml.Node, members []member[S]) *Error {
	return eachKey(n, func(name, value *yaml.Node) *Error {
		var names []string
		for _, m := range members {
			switch {
			case m.key != name.Value:
				names = append(names, m.key)
			case isNull(value):
				return nil
			default:
				return m.read(s, value)
			}
		}
		return &Error{Line: name.Line, Problem: "unknown key", Hint: "the keys are " + strings.Join(names, ", ")}
	})
}

// text returns the text of a scalar that was meant as text.
func text(n *yaml.Node) (string, *Error) {
	if n.Kind != yaml.ScalarNode {
		return "", &Error{Problem: "must be text, but is " + describe(n)}
	}
	if n.ShortTag() != "!!str" {
		return "", &Error{Problem: "must be text, but is " + describe(n), Hint: "put the value in quotes"}
	}
	return n.Value, checkText(n.Value)
}

func checkText(value string) *Error {
	switch {
	case strings.TrimSpace(value) == "":
		return &Error{Problem: "is empty", Hint: "remove the line to get the default"}
	case strings.ContainsFunc(value, unicode.IsControl):
		return &Error{Problem: "holds a control character"}
	case len(value) > maxText:
		return &Error{Problem: fmt.Sprintf("is longer than %d bytes", maxText)}
	}
	return nil
}

func checkTimezone(name string) *Error {
	_, err := time.LoadLocation(name)
	if name == "Local" { // means something to Go only
		err = errors.New("no zone")
	}
	if err != nil {
		return &Error{
			Problem: shownValue(name) + " is not a known time zone",
			Hint:    "use a name like Asia/Shanghai, Europe/Berlin or UTC",
		}
	}
	return nil
}

// describe says what sort of value n is, without the value.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a group of keys"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return "text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "a date"
	}
	return "something else"
}
