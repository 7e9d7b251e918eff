package sample

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"
)

//go:embed state
var state embed.FS

const root = "state"

// Unpack makes the state directory at dir, which must not exist.
func Unpack(ctx context.Context, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("making the sample: %w", err)
	}
	marks := marks()
	return fs.WalkDir(state, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, root+"/")))
		if entry.IsDir() {
			return os.Mkdir(target, 0o700)
		}
		data, err := state.ReadFile(name)
		if err != nil {
			return err
		}
		text := marks.Replace(string(data))
		if path.Ext(name) == ".sql" {
			return makeDatabase(ctx, strings.TrimSuffix(target, ".sql"), text)
		}
		return os.WriteFile(target, []byte(text), 0o600)
	})
}

// marks fills in what redaction is there for. The phone number is the one that
// Chinese forms give as an example; the key belongs to nobody.
func marks() *strings.Replacer {
	sum := sha256.Sum256([]byte("a key that nobody has"))
	return strings.NewReplacer(
		"{email}", "ops"+"@"+"example.com",
		"{phone}", "138"+"0013"+"8000",
		"{key}", "sk-"+"proj-"+base64.RawURLEncoding.EncodeToString(sum[:])+"x9",
	)
}

// makeDatabase runs the statements in a new database.
func makeDatabase(ctx context.Context, path, statements string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // SQLite would let others read it
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statements); err != nil {
		return fmt.Errorf("making the database of the sample: %w", err)
	}
	return db.Close()
}
