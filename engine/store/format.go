package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// format is a version of the archive and the way to it from nothing and from
// every earlier version.
type format struct {
	version int
	create  string
	// migrations[v] turns an archive of version v into one of version v+1.
	migrations map[int]func(context.Context, *sql.Tx) error
}

// prepare leaves a file of this version at path, or explains why not.
func (f format) prepare(ctx context.Context, path string, opt Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !opt.ReadOnly:
		if err := sweep(path); err != nil {
			return err
		}
		return f.replace(ctx, path, opt, f.fill)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("not a regular file: %w", ErrCorrupt)
	}
	version, due, err := f.current(ctx, path, opt)
	switch {
	case err != nil:
		return err
	case version > f.version:
		return fmt.Errorf("format %d, this program knows %d: %w", version, f.version, ErrNewer)
	case version < f.version && opt.ReadOnly:
		return fmt.Errorf("format %d, this program needs %d: %w", version, f.version, ErrOlder)
	}
	if !opt.ReadOnly {
		if err := sweep(path); err != nil {
			return err
		}
	}
	if version == f.version && !due {
		return nil
	}
	return f.replace(ctx, path, opt, func(ctx context.Context, temp string, opt Options) error {
		return f.migrate(ctx, path, temp, version, opt)
	})
}

// current reads the format version of an existing file and, before writing,
// whether it is due to be made anew. It writes nothing.
// The file is read through SQLite and not by hand: closing a second descriptor
// would drop the locks that another open archive of this process holds.
func (f format) current(ctx context.Context, path string, opt Options) (version int, due bool, err error) {
	db := connect(path, opt, "query_only(1)")
	defer db.Close()
	var id int
	err = db.QueryRowContext(ctx, "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version").Scan(&id, &version)
	if err != nil {
		return 0, false, fault(ctx, "reading its format", err)
	}
	if id != applicationID || version < 1 {
		return 0, false, fmt.Errorf("not made by session-sync: %w", ErrCorrupt)
	}
	if version != f.version || opt.ReadOnly {
		return version, false, nil
	}
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?)", vacuumMeta).Scan(&due)
	return version, due, fault(ctx, "reading its state", err)
}

// replace builds a file beside path and swaps it in when it is complete.
func (f format) replace(ctx context.Context, path string, opt Options, build func(ctx context.Context, temp string, opt Options) error) error {
	temp, err := createTemp(path)
	if err == nil {
		err = build(ctx, temp, opt)
	}
	if err == nil {
		err = swap(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		os.Remove(temp + "-journal")
	}
	return err
}

// fill makes the empty file temp an empty archive.
func (f format) fill(ctx context.Context, temp string, opt Options) error {
	return transact(ctx, temp, opt, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; %s", applicationID, f.version, f.create))
		return fault(ctx, "creating the tables", err)
	})
}

// migrate makes the empty file temp a copy of the archive at path in the newest
// format, without bytes that the archive no longer holds. A VACUUM in place would
// need a temporary file that SQLite puts where the system wants, or memory for
// the whole archive.
func (f format) migrate(ctx context.Context, path, temp string, from int, opt Options) error {
	old := connect(path, opt, pageSize)
	_, err := old.ExecContext(ctx, "VACUUM INTO ?", temp)
	if err := fault(ctx, "copying it", errors.Join(err, old.Close())); err != nil {
		return err
	}
	return transact(ctx, temp, opt, func(tx *sql.Tx) error {
		for version := from; version < f.version; version++ {
			step, exists := f.migrations[version]
			if !exists {
				return fmt.Errorf("no way from format %d to %d: %w", version, version+1, ErrCorrupt)
			}
			if err := step(ctx, tx); err != nil {
				return fault(ctx, fmt.Sprintf("migrating from format %d", version), err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; DELETE FROM meta WHERE key = '%s'", f.version, vacuumMeta))
		return fault(ctx, "marking the new format", err)
	})
}

// pageSize is that of new files. Of 4 KiB pages a sixth stays empty behind the
// ends of long texts, of these a twelfth; still larger ones make small syncs
// write more.
const pageSize = "page_size(8192)"

// transact runs work in one transaction on the file at path.
func transact(ctx context.Context, path string, opt Options, work func(*sql.Tx) error) error {
	db := connect(path, opt, pageSize)
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fault(ctx, "starting to write", err)
	}
	defer tx.Rollback()
	if err := work(tx); err != nil {
		return err
	}
	return fault(ctx, "writing", tx.Commit())
}

// migrations lead to the newest format.
var migrations = map[int]func(context.Context, *sql.Tx) error{
	1: fromFormat1,
	2: adding(numbersTable),
	3: adding(pluginTables),
	4: adding("DROP INDEX messages_in_order;" + orderIndex),
}

// fromFormat1 gives sessions what lists need, and makes room for the search
// index.
func fromFormat1(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `
		ALTER TABLE sessions ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
		ALTER TABLE sessions ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
		ALTER TABLE sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
		ALTER TABLE sessions ADD COLUMN rewritten INTEGER NOT NULL DEFAULT 1;
		UPDATE sessions SET (messages, updated) = (
			SELECT coalesce(sum(t.messages), 0), coalesce(max(t.last), 0) FROM windows w JOIN tallies t ON t.window = w.id
			WHERE w.session = sessions.id AND w.deleted = 0 AND t.noise = 0);
		CREATE INDEX sessions_by_time ON sessions(updated DESC, agent, key);
		CREATE INDEX transcripts_by_kind ON transcripts(kind) WHERE window IS NOT NULL;`+searchTables)
	return err
}

// adding makes room for what older archives don't have.
func adding(tables string) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, tables)
		return err
	}
}
