package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Options say where ClickHouse is.
type Options struct {
	Address  string // host:port of the native protocol
	Database string
	Username string
	Password string
	// Cluster names the ClickHouse cluster that migrations create tables on; empty for one server.
	Cluster string
}

// DB is a pool of connections to one ClickHouse database. It is safe for concurrent use.
type DB struct {
	conn     driver.Conn
	database string
	cluster  string
}

// ErrAway says that nothing that speaks ClickHouse's native protocol was reached at an address.
var ErrAway = errors.New("nobody answers there")

var errNoDatabase = errors.New("open ClickHouse: no database named")

// unknownDatabase is ClickHouse's number for a database that is not there (UNKNOWN_DATABASE).
const unknownDatabase = 81

// dialTimeout bounds one connection attempt; a server on the same continent answers in a tenth of it.
const dialTimeout = 5 * time.Second

// Create creates the database when it does not exist yet. Whoever migrates does so first; nobody else needs
// the right to.
func Create(ctx context.Context, o Options) error {
	if o.Database == "" {
		return errNoDatabase
	}
	bare, err := connect(ctx, o, "")
	if err != nil {
		return err
	}
	err = bare.Exec(ctx, render("CREATE DATABASE IF NOT EXISTS "+quote(o.Database)+" {{on_cluster}}", o.Cluster))
	if err = errors.Join(err, bare.Close()); err != nil {
		return fmt.Errorf("create database %s: %w", o.Database, err)
	}
	return nil
}

// Open connects to a database that exists.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Database == "" {
		return nil, errNoDatabase
	}
	conn, err := connect(ctx, o, o.Database)
	if answer, ok := errors.AsType[*clickhouse.Exception](err); ok && answer.Code == unknownDatabase {
		return nil, fmt.Errorf("database %s does not exist: run lamplight migrate: %w", o.Database, err)
	}
	if err != nil {
		return nil, err
	}
	return &DB{conn: conn, database: o.Database, cluster: o.Cluster}, nil
}

func connect(ctx context.Context, o Options, database string) (driver.Conn, error) {
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr:        []string{o.Address},
		Auth:        clickhouse.Auth{Database: database, Username: o.Username, Password: o.Password},
		DialTimeout: dialTimeout,
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		Settings: clickhouse.Settings{
			// On by default since ClickHouse 26.2: an insert must be in the table when it returns.
			"async_insert": 0,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse at %s: %w", o.Address, err)
	}
	if err := conn.Ping(ctx); err != nil {
		if _, answered := errors.AsType[*clickhouse.Exception](err); !answered {
			err = fmt.Errorf("%w: %w", ErrAway, err)
		}
		return nil, errors.Join(fmt.Errorf("reach ClickHouse at %s: %w", o.Address, err), conn.Close())
	}
	return conn, nil
}

// Close closes every connection.
func (db *DB) Close() error { return db.conn.Close() }

// Database returns the name of the database that db works on.
func (db *DB) Database() string { return db.database }

// Exec runs a statement that returns no rows. Positional arguments stand as ? in it.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	return db.conn.Exec(ctx, query, args...)
}

// RowError is a row that its table cannot hold: a text of the wrong length, or a time out of range, which
// ClickHouse itself would silently change. Nothing was sent.
type RowError struct {
	Table string
	Index int // in the rows given to Insert
	Err   error
}

// Error implements error.
func (e *RowError) Error() string {
	return fmt.Sprintf("row %d does not fit %s: %v", e.Index, e.Table, e.Err)
}

// Unwrap returns the reason.
func (e *RowError) Unwrap() error { return e.Err }

// Insert writes rows into table as one block, by the `ch` tags of T. A *RowError names a row that can
// never be inserted. On any other error the outcome is unknown: the rows may be there, so whoever inserts
// again must insert the same rows, into a table that collapses copies.
func Insert[T any](ctx context.Context, db *DB, table string, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	columns, err := columnsOf[T]()
	if err != nil {
		return err
	}
	batch, err := db.conn.PrepareBatch(ctx, "INSERT INTO "+quote(table)+" ("+columns+")")
	if err != nil {
		return fmt.Errorf("prepare insert into %s: %w", table, err)
	}
	defer func() { _ = batch.Close() }() // a no-op after Send; before it, the error that matters is returned
	for i := range rows {
		if err := batch.AppendStruct(&rows[i]); err != nil {
			return &RowError{Table: table, Index: i, Err: err}
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("insert %d rows into %s: %w", len(rows), table, err)
	}
	return nil
}

// Select runs a query and yields its rows as T, by the `ch` tags. It yields an error at most once, as
// the last pair. Positional arguments stand as ? in the query. Stopping early releases the connection.
func Select[T any](ctx context.Context, db *DB, query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := db.conn.Query(ctx, query, args...)
		if err != nil {
			yield(none, fmt.Errorf("query: %w", err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var row T
			if err := rows.ScanStruct(&row); err != nil {
				yield(none, fmt.Errorf("read row: %w", err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, fmt.Errorf("read rows: %w", err))
		}
	}
}

// Collect gathers a sequence of rows, or returns its error.
func Collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}
