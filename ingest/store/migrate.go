package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"time"
)

//go:embed migrations/*.sql
var ownMigrations embed.FS

// applied is a row of a room's version table.
type applied struct {
	Version   uint32    `ch:"version"`
	Name      string    `ch:"name"`
	Checksum  string    `ch:"checksum"`
	AppliedAt time.Time `ch:"applied_at"`
}

// Errors of Migrate that no second try cures.
var (
	// ErrMigrationEdited says that a file changed after it was applied.
	ErrMigrationEdited = errors.New("an applied migration was edited")
	// ErrMigrationUnknown says that the database is ahead of this program.
	ErrMigrationUnknown = errors.New("the database holds a migration that this program does not know")
)

// MigrateIngest brings this room's own tables and views up to date.
func MigrateIngest(ctx context.Context, db *DB) error {
	own, err := fs.Sub(ownMigrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations of ingest: %w", err)
	}
	return Migrate(ctx, db, "ingest", own)
}

var roomName = regexp.MustCompile(`^[a-z]+$`)

// Migrate runs a room's migrations that the database does not hold yet: the files 0001_*.sql, 0002_*.sql
// ... at the root of fsys, each a list of statements that end in ';' at the end of a line. Migrations
// go forward only. What was applied is kept, with the checksum of its file, in the table
// migrations_<room>: a file edited afterwards is refused (ErrMigrationEdited), and so is a database
// that a newer program has migrated (ErrMigrationUnknown).
//
// Every statement must be repeatable, because ClickHouse cannot roll DDL back: after a failure halfway,
// or when two processes start at once, the same statements simply run again.
//
// A migration writes {{on_cluster}} after each name it creates or alters and {{replicated}} before each
// MergeTree engine. With Options.Cluster they become ON CLUSTER and the Replicated engine, whose path
// and replica name come from the server's macros; without it they are empty.
func Migrate(ctx context.Context, db *DB, room string, fsys fs.FS) error {
	if !roomName.MatchString(room) {
		return fmt.Errorf("migrate: room %q is not a word of lower-case letters", room)
	}
	migrations, err := readMigrations(fsys)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", room, err)
	}
	table := "migrations_" + room
	if err := db.Exec(ctx, render(versionTable(table), db.cluster)); err != nil {
		return fmt.Errorf("create %s: %w", table, err)
	}
	// Two processes may note the same migration: either note says the same.
	done, err := Collect(Select[applied](ctx, db,
		"SELECT version, any(name) AS name, any(checksum) AS checksum, min(applied_at) AS applied_at FROM "+quote(table)+
			" GROUP BY version ORDER BY version"))
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	todo, err := pending(migrations, done)
	if err != nil {
		return fmt.Errorf("migrate %s: %w", room, err)
	}
	for _, m := range todo {
		if err := apply(ctx, db, table, m); err != nil {
			return fmt.Errorf("migrate %s: %s: %w", room, m.name, err)
		}
	}
	return nil
}

// pending returns the migrations not yet done, or says why the two histories do not fit.
func pending(migrations []migration, done []applied) ([]migration, error) {
	for i, d := range done {
		switch {
		case i >= len(migrations) || d.Version != migrations[i].version:
			return nil, fmt.Errorf("%w: %s; run the newer program", ErrMigrationUnknown, d.Name)
		case d.Checksum != migrations[i].checksum:
			return nil, fmt.Errorf("%w: %s; restore the file and write a new migration instead", ErrMigrationEdited, d.Name)
		}
	}
	return migrations[len(done):], nil
}

func apply(ctx context.Context, db *DB, table string, m migration) error {
	for _, statement := range m.statements {
		if err := db.Exec(ctx, render(statement, db.cluster)); err != nil {
			return err
		}
	}
	note := applied{Version: m.version, Name: m.name, Checksum: m.checksum, AppliedAt: time.Now().UTC()}
	return Insert(ctx, db, table, []applied{note})
}

func versionTable(table string) string {
	return `CREATE TABLE IF NOT EXISTS ` + quote(table) + ` {{on_cluster}}
(
    version UInt32 COMMENT 'Number of the migration',
    name String COMMENT 'Its file',
    checksum String COMMENT 'SHA-256 of the file when it was applied, hex',
    applied_at DateTime64(3, 'UTC') COMMENT 'When it was applied'
)
ENGINE = {{replicated}}MergeTree
ORDER BY version
COMMENT 'Migrations that were applied'`
}
