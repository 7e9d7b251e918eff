package proof

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// The shared files.
const (
	markdownName = "shared_chat.md"
	jsonName     = "shared_chat.json"
	hashName     = ".last_hash"
)

// stamps are the times of the last sync in the shared files.
var stamps = regexp.MustCompile(`"last_sync":"[^"]*",|(?m)^> 最后同步:.*$`)

// timeless is a shared file or an export without the time of the last sync,
// which stands once, at the beginning. The digest has none.
func timeless(content string) string {
	at := stamps.FindStringIndex(content)
	if at == nil {
		return content
	}
	return content[:at[0]] + content[at[1]:]
}

// shared are the shared files as they are at one moment, "" for one that is
// not there.
type shared struct{ markdown, json, hash string }

func (w *world) shared() shared {
	w.t.Helper()
	return shared{w.read(w.out, markdownName), w.read(w.out, jsonName), w.read(w.out, hashName)}
}

// timeless is their content.
func (s shared) timeless() shared { return shared{timeless(s.markdown), timeless(s.json), s.hash} }

// wantEach checks that every file is one of two versions, those before and
// those after a sync.
func (s shared) wantEach(t testing.TB, before, after shared) {
	t.Helper()
	for _, f := range []struct{ name, is, before, after string }{
		{markdownName, s.markdown, before.markdown, after.markdown}, {jsonName, s.json, before.json, after.json}, {hashName, s.hash, before.hash, after.hash},
	} {
		if f.is != f.before && timeless(f.is) != timeless(f.after) {
			t.Errorf("%s is neither what it was nor what a whole sync makes of it", f.name)
		}
	}
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}\n$`)

// check reports what is not whole. Files that are not there are whole.
func (s shared) check() error {
	if s.json != "" {
		if _, err := parse(s.json); err != nil {
			return fmt.Errorf("%s: %w", jsonName, err)
		}
	}
	if s.markdown != "" {
		if err := checkMarkdown(s.markdown); err != nil {
			return fmt.Errorf("%s: %w", markdownName, err)
		}
	}
	if s.hash != "" && !hashForm.MatchString(s.hash) {
		return fmt.Errorf("%s: %q", hashName, s.hash)
	}
	return nil
}

// checkMarkdown looks at the structure: every message has its fields, and the
// last one is complete.
func checkMarkdown(content string) error {
	if !strings.HasPrefix(content, "# 共享聊天记录\n") || !strings.HasSuffix(content, "\n") || strings.Count(content, "\n> 最后同步:") != 1 {
		return errors.New("head or end is missing")
	}
	for _, section := range strings.Split(content, "\n## 会话:")[1:] {
		messages := strings.Split(section, "\n### 消息 ")
		if !strings.Contains(messages[0], "\n- 消息数:") || len(messages) == 1 {
			return errors.New("a session is incomplete")
		}
		for _, m := range messages[1:] {
			if !strings.Contains(m, "\n**role:** ") || !strings.Contains(m, "\n**content:** ") || !strings.Contains(m, "\n**timestamp:** ") {
				return errors.New("a message is incomplete")
			}
		}
	}
	return nil
}

// checkSettled checks what a sync leaves that came to its end: the shared files
// belong together, and nothing temporary is left.
func (w *world) checkSettled() {
	w.t.Helper()
	s := w.shared()
	if err := s.check(); err != nil {
		w.t.Error(err)
	}
	content := timeless(s.json) + w.read(w.out, "decisions/index.json") + w.read(w.out, "todos/todos.json")
	sum := sha256.Sum256([]byte(content))
	if want := hex.EncodeToString(sum[:]) + "\n"; s.hash != want {
		w.t.Errorf("%s does not belong to %s", hashName, jsonName)
	}
	wantNames(w.t, w.out, markdownName, jsonName, hashName, ".gitignore", "decisions", "todos")
	wantNames(w.t, w.home, "archive.db", "key", "last_run.json", "lock", "tmp", w.pluginsDir())
	wantNames(w.t, filepath.Join(w.home, "tmp"))
	w.checkAround()
}

// pluginsDir is what plugins need in the home: the list that switches them off,
// or what is compiled of them.
func (w *world) pluginsDir() string {
	if slices.Contains(names(w.t, w.home), "plugins") {
		return "plugins"
	}
	return "cache"
}

// checkAround checks that nothing was written outside of our places.
func (w *world) checkAround() {
	w.t.Helper()
	wantNames(w.t, filepath.Join(w.root, "account"))
	wantNames(w.t, filepath.Join(w.root, "tmp"))
}

// examine asks the program and, when deep, SQLite about the archive, and
// returns how many messages it holds. A copy is asked: whoever reads an archive
// mends what a kill left half done, and that is for the next sync to do.
func (w *world) examine(deep bool) (messages int) {
	w.t.Helper()
	copied := *w
	copied.home = filepath.Join(w.t.TempDir(), "home")
	must(w.t, os.MkdirAll(copied.home, 0o700))
	if err := os.CopyFS(copied.home, os.DirFS(w.home)); !errors.Is(err, fs.ErrNotExist) {
		must(w.t, err)
	}
	archive := filepath.Join(copied.home, "archive.db")
	there := slices.Contains(names(w.t, copied.home), "archive.db")

	status := copied.run("status", "--json")
	var told struct{ Messages int }
	if err := json.Unmarshal([]byte(status.stdout), &told); err != nil || status.exit != exitDone {
		w.t.Errorf("status: %s", status)
	}
	list := copied.run("list", "--json")
	if there && (list.exit != exitDone || !json.Valid([]byte(list.stdout))) || !there && !strings.Contains(list.stderr, `"no-archive"`) {
		w.t.Errorf("list: %s", list)
	}
	if there && deep {
		if err := integrity(archive); err != nil {
			w.t.Error(err)
		}
	}
	must(w.t, os.RemoveAll(copied.home))
	return told.Messages
}

func integrity(archive string) (err error) {
	db, err := sql.Open("sqlite", archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("integrity of the archive: %q, %w", verdict, err)
	}
	return nil
}
