package plugin

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Limits of what a plugin may say, in bytes.
const (
	maxName     = 40 // of a plugin, its version and a kind
	maxKey      = 200
	maxTag      = 64
	maxTags     = 16
	maxTitle    = 500
	maxAbout    = 2000
	maxBody     = 16 << 10
	maxEvidence = 4 << 10
)

// Check says whether a result may be kept: every item names a message of the
// batch and quotes it, and all fields are what the ABI says. The error is an
// [*Error] that names the first item and field that are wrong.
func Check(batch abi.Batch, result abi.Result) error {
	if len(result.State) > abi.MaxState {
		return badResult("the state has %d bytes; at most %d are allowed", len(result.State), abi.MaxState)
	}
	if len(result.Items) > abi.MaxItems {
		return badResult("there are %d items; at most %d are allowed", len(result.Items), abi.MaxItems)
	}
	if len(result.Log) > maxLog || !utf8.ValidString(result.Log) {
		return badResult("the log is longer than %d bytes or not UTF-8", maxLog)
	}
	shown := make(map[string]string, len(batch.Messages))
	for _, message := range batch.Messages {
		shown[message.ID] = message.Text
	}
	for i, item := range result.Items {
		if problem := checkItem(item, shown); problem != "" {
			return badResult("item %d: %s", i, problem)
		}
	}
	return nil
}

// checkItem gives the problem, "" when there is none.
func checkItem(item abi.Item, shown map[string]string) string {
	text, there := shown[item.MessageID]
	switch {
	case !there:
		return "message_id is no message of the batch"
	case strings.TrimSpace(item.Evidence) == "" || len(item.Evidence) > maxEvidence || !utf8.ValidString(item.Evidence):
		return "evidence is empty, too long or not UTF-8"
	case !strings.Contains(text, item.Evidence):
		return "evidence does not stand in its message"
	case !isName(item.Key, maxKey):
		return "key is empty, too long, or has control or path characters"
	case !isSlug(item.Kind):
		return "kind is not made of a-z, 0-9 and dashes"
	case strings.TrimSpace(item.Title) == "" || !isLine(item.Title, maxTitle):
		return "title is empty, too long or has control characters"
	case !isText(item.Body, maxBody):
		return "body is too long or has control characters"
	case !slices.Contains(abi.Owners, item.Owner):
		return "owner is not user, agent or other"
	case !slices.Contains(abi.Statuses, item.Status):
		return "status is not open, done, cancelled or withdrawn"
	case item.Due != "" && !abi.IsDue(item.Due):
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

func checkManifest(manifest abi.Manifest) error {
	switch {
	case !isSlug(manifest.Name):
		return badResult("the manifest's name is not made of a-z, 0-9 and dashes, at most %d", maxName)
	case !isName(manifest.Version, maxName):
		return badResult("the manifest's version is empty, too long, or has control or path characters")
	case !isLine(manifest.Title, maxTitle):
		return badResult("the manifest's title is too long or has control characters")
	case !isText(manifest.About, maxAbout):
		return badResult("the manifest's description is too long or has control characters")
	}
	return nil
}

// isSlug tells what is safe as a file name everywhere but for the device names
// of Windows, which only a caller that makes files has to mind.
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
