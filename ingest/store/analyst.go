package store

import (
	"context"
	_ "embed" // the role
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

//go:embed analyst.sql
var analystRole string

// ErrNoRoles says that this user, or this server, cannot make roles.
var ErrNoRoles = errors.New("ClickHouse does not let this user make roles")

// noRoles are ClickHouse's numbers for that: ACCESS_DENIED, and
// ACCESS_STORAGE_FOR_INSERTION_NOT_FOUND of a server whose users stand in a file.
var noRoles = []int32{497, 514}

// OpenViews lets whoever may read a view of the database read it without a right to the tables beneath. A view
// that a migration has replaced asks for that right again, so this is done after every migration.
func OpenViews(ctx context.Context, db *DB) error {
	type view struct {
		Name string `ch:"name"`
	}
	views, err := Collect(Select[view](ctx, db, "SELECT name FROM system.tables "+
		"WHERE database = currentDatabase() AND engine = 'View' AND startsWith(name, 'v_') ORDER BY name"))
	if err != nil {
		return fmt.Errorf("list views: %w", err)
	}
	for _, v := range views {
		statement := "ALTER TABLE " + quote(v.Name) + " {{on_cluster}} MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER"
		if err := db.Exec(ctx, render(statement, db.cluster)); err != nil {
			return fmt.Errorf("open view %s: %w", v.Name, err)
		}
	}
	return nil
}

// MakeAnalyst makes the role lamplight_analyst, which reads the views and nothing else, within limits of time,
// memory and rows. The error wraps ErrNoRoles where an administrator must; a user who is called so already is as good.
func MakeAnalyst(ctx context.Context, db *DB) error {
	for _, statement := range analystStatements(db.database, db.cluster) {
		err := db.Exec(ctx, statement)
		if answer, ok := errors.AsType[*clickhouse.Exception](err); ok && slices.Contains(noRoles, answer.Code) {
			if hasAnalyst(ctx, db) {
				return nil
			}
			return fmt.Errorf("%w: %w", ErrNoRoles, err)
		}
		if err != nil {
			return fmt.Errorf("make role of analysts: %w", err)
		}
	}
	return nil
}

// hasAnalyst reports whether a server that keeps no roles has a user of that name, as the engine of lamplight up does.
func hasAnalyst(ctx context.Context, db *DB) bool {
	type user struct {
		Name string `ch:"name"`
	}
	found, err := Collect(Select[user](ctx, db, "SELECT name FROM system.users WHERE name = 'lamplight_analyst'"))
	return err == nil && len(found) > 0 // who may not ask does not know of one
}

func analystStatements(database, cluster string) []string {
	var out []string
	for _, statement := range splitStatements(analystRole) {
		out = append(out, strings.ReplaceAll(render(statement, cluster), "{{database}}", quote(database)))
	}
	return out
}
