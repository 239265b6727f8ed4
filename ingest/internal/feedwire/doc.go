// Package feedwire is how rows of feeds travel from an import to the loader: as messages of the topic
// feeds.v1, each of one kind, a JSON object a line.
//
// A line is taken only when it is byte for byte what this package would write for the row it holds, so
// there is one spelling of a row and nothing to interpret. Rows that the tables cannot hold, above all
// times that ClickHouse would silently change, are refused on both sides.
package feedwire
