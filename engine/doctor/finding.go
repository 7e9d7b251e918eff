package doctor

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/smallccwc/chronosync/engine/config"
)

// Level says how much a finding matters.
type Level string

// Levels. Only a problem keeps the installation from being usable.
const (
	OK      Level = "ok"
	Note    Level = "note"
	Warning Level = "warning"
	Problem Level = "problem"
)

// Finding is one thing that was checked.
type Finding struct {
	Code    string         `json:"code"` // stable, in kebab case
	Level   Level          `json:"level"`
	Text    Phrase         `json:"text"`
	Place   string         `json:"place"`   // file or directory that it is about, "" for none
	Remedy  Phrase         `json:"remedy"`  // command or step that mends it; empty when it is in order
	Details map[string]int `json:"details"` // numbers, never nil
}

// Phrase is a piece of text for people in both languages.
type Phrase struct{ ZH, EN string }

// In gives the phrase in a language.
func (p Phrase) In(lang string) string {
	if lang == "zh" {
		return p.ZH
	}
	return p.EN
}

// MarshalText implements [encoding.TextMarshaler]: what programs read is the
// same in every language.
func (p Phrase) MarshalText() ([]byte, error) { return []byte(p.EN), nil }

// say fills in both languages. Strings among the arguments come from elsewhere
// and are made fit to show.
func say(zh, en string, args ...any) Phrase {
	for i, arg := range args {
		if text, is := arg.(string); is {
			args[i] = shown(text)
		}
	}
	return Phrase{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// sayPlace tells of a place and why it is that one.
func sayPlace(zh, en, path, why string) Phrase {
	return Phrase{say(zh, en, path, config.OriginChinese(why)).ZH, say(zh, en, path, why).EN}
}

// shown keeps of a text what shows itself on one line: no control or
// direction-changing characters, no invisible ones, no broken bytes, and no
// more than any path has that a command could need.
func shown(text string) string {
	const longest = 4096 // bytes, as in PATH_MAX
	if len(text) > longest {
		text = text[:longest] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// with adds numbers to a finding.
func (f Finding) with(details map[string]int) Finding {
	f.Details = details
	return f
}

func ok(code, place string, text Phrase) Finding {
	return Finding{Code: code, Level: OK, Text: text, Place: shown(place), Details: map[string]int{}}
}

func note(code, place string, text, remedy Phrase) Finding {
	return Finding{code, Note, text, shown(place), remedy, map[string]int{}}
}

func warning(code, place string, text, remedy Phrase) Finding {
	return Finding{code, Warning, text, shown(place), remedy, map[string]int{}}
}

func problem(code, place string, text, remedy Phrase) Finding {
	return Finding{code, Problem, text, shown(place), remedy, map[string]int{}}
}

// Problems counts the findings that have to be mended first.
func Problems(findings []Finding) int {
	n := 0
	for _, f := range findings {
		if f.Level == Problem {
			n++
		}
	}
	return n
}

// quoted is a word for a shell that takes nothing in it for anything else.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("/._-+,:@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Command is a command line that a shell takes word for word.
func Command(words ...string) string {
	line := make([]string, len(words))
	for i, word := range words {
		line[i] = quoted(word)
	}
	return strings.Join(line, " ")
}
