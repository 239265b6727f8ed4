// Package placed says which rows count: those of keys that were found where they say that they are.
//
// A sender can declare any place, and so a row counts only where the gateway has found its key in that very place by an
// address, once: keys are of one network and one month. What such a key measured counts also when it was delivered from
// elsewhere, as after a blackout. Whatever reads measurements takes the condition from here.
package placed

import (
	_ "embed" // the condition
	"strings"
	"time"
)

//go:embed placed.sql
var condition string

// Statement puts the condition into a statement in place of {{placed}}. Each time it takes one argument: Since.
func Statement(text string) string {
	return strings.ReplaceAll(text, "{{placed}}", strings.TrimSpace(condition))
}

// Since returns from when on batches say where a key is, of rows measured since from: for as long as a key lives.
func Since(from time.Time) time.Time { return from.UTC().AddDate(0, 0, -31) }
