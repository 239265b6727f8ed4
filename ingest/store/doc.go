// Package store is the door to what was seen: the ClickHouse tables as Go rows, and the views that
// analysts and later rooms read.
//
// It is the only importer of clickhouse-go. It writes what it is given and reads what it is asked; it
// decides nothing. Only the loader inserts into the tables of this package.
package store
