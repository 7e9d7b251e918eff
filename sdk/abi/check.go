package abi

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what a plugin may say, in bytes.
const (
	MaxLog      = 64 << 10 // a host keeps no more of it
	MaxTitle    = 500
	maxName     = 40 // of a plugin, its version and a kind
	maxKey      = 200
	maxTag      = 64
	maxTags     = 16
	maxAbout    = 2000
	maxBody     = 16 << 10
	maxEvidence = 4 << 10
)

// Check says whether a host may keep a result: every item names a message that
// the plugin was shown and quotes it, and all fields are what this contract
// says. shown gives the texts of this session's messages, those of the batch and
// of earlier ones. The error names the first item and field that are wrong, and
// quotes nothing.
func Check(result Result, shown func(messageID string) (text string, ok bool)) error {
	switch {
	case len(result.State) > MaxState:
		return tooMuch("the state", len(result.State), "bytes", MaxState)
	case len(result.Items) > MaxItems:
		return tooMuch("the result", len(result.Items), "items", MaxItems)
	case len(result.Log) > MaxLog:
		return tooMuch("the log", len(result.Log), "bytes", MaxLog)
	case !utf8.ValidString(result.Log):
		return errors.New("the log is not UTF-8")
	}
	for i, item := range result.Items {
		if problem := checkItem(item, shown); problem != "" {
			return errors.New("item " + strconv.Itoa(i) + ": " + problem)
		}
	}
	return nil
}

func tooMuch(what string, n int, unit string, most int) error {
	return errors.New(what + " has " + strconv.Itoa(n) + " " + unit + "; at most " + strconv.Itoa(most) + " are allowed")
}

// checkItem gives the problem, "" when there is none.
func checkItem(item Item, shown func(string) (string, bool)) string {
	if !isName(item.Key, maxKey) {
		return "key is empty, too long, or has control or path characters"
	}
	if item.Status == StatusWithdrawn {
		return ""
	}
	text, there := shown(item.MessageID)
	switch {
	case !there:
		return "message_id is no message that the plugin was shown"
	case strings.TrimSpace(item.Evidence) == "" || len(item.Evidence) > maxEvidence || !utf8.ValidString(item.Evidence):
		return "evidence is empty, too long or not UTF-8"
	case !strings.Contains(text, item.Evidence):
		return "evidence does not stand in its message"
	case !isSlug(item.Kind):
		return "kind is not made of a-z, 0-9 and dashes"
	case strings.TrimSpace(item.Title) == "" || !isLine(item.Title, MaxTitle):
		return "title is empty, too long or has control characters"
	case !isText(item.Body, maxBody):
		return "body is too long or has control characters"
	case !slices.Contains(Owners, item.Owner):
		return "owner is not user, agent or other"
	case !slices.Contains(Statuses, item.Status):
		return "status is not open, done, cancelled or withdrawn"
	case item.Due != "" && !IsDue(item.Due):
		return "due is no date and no local time to the minute"
	case item.Resolves != "" && (!isName(item.Resolves, maxKey) || item.Resolves == item.Key):
		return "resolves is not the key of another item"
	case len(item.Tags) > maxTags || slices.ContainsFunc(item.Tags, func(tag string) bool { return !isName(tag, maxTag) }):
		return "tags are too many, or one is empty, too long, or has control or path characters"
	case item.Score < 0 || item.Score > 100:
		return "score is not between 0 and 100"
	}
	return ""
}

// CheckManifests says whether the manifests of a module are what this contract
// says. A name that passes is safe as a file name everywhere but for the device
// names of Windows.
func CheckManifests(manifests []Manifest) error {
	if n := len(manifests); n == 0 || n > MaxPlugins {
		return errors.New("the module names " + strconv.Itoa(n) + " plugins; 1 to " + strconv.Itoa(MaxPlugins) + " are allowed")
	}
	for i, manifest := range manifests {
		if err := checkManifest(manifest); err != nil {
			return err
		}
		if slices.ContainsFunc(manifests[:i], func(other Manifest) bool { return other.Name == manifest.Name }) {
			return errors.New("two plugins of the module have the same name")
		}
	}
	return nil
}

func checkManifest(manifest Manifest) error {
	problem := ""
	switch {
	case !isSlug(manifest.Name):
		problem = "name is not made of a-z, 0-9 and dashes, at most " + strconv.Itoa(maxName)
	case !isName(manifest.Version, maxName):
		problem = "version is empty, too long, or has control or path characters"
	case !isLine(manifest.Title, MaxTitle):
		problem = "title is too long or has control characters"
	case !isText(manifest.About, maxAbout):
		problem = "description is too long or has control characters"
	default:
		return nil
	}
	return errors.New("the manifest's " + problem)
}

func isSlug(s string) bool {
	if s == "" || len(s) > maxName || s[0] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') })
}

// isName tells what can be shown and compared: printable and no way out of a
// directory.
func isName(s string, limit int) bool {
	if s == "" || len(s) > limit || !utf8.ValidString(s) || s == "." || s == ".." {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r == '/' || r == '\\' || !unicode.IsPrint(r) })
}

// isLine tells a text without line ends and other control characters.
func isLine(s string, limit int) bool {
	return isText(s, limit) && !strings.ContainsAny(s, "\n\t\u2028\u2029")
}

func isText(s string, limit int) bool {
	if len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}
