package narrate

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Brief writes what came of one look at url, a line.
func Brief(w io.Writer, url string, records []measurement.Record) error {
	_, err := fmt.Fprintf(w, "%s  %s\n", url, result(records))
	return err
}

// result is what came of a look, in the words that Look ends with.
func result(records []measurement.Record) string {
	if page := visit(records); page != nil {
		return conclusion(*page)
	}
	return ""
}

// Tally counts what came of many looks.
type Tally struct {
	looks   int
	results map[string]int
	beside  map[string]int // a control
}

// NewTally returns a tally of nothing.
func NewTally() *Tally { return &Tally{results: map[string]int{}, beside: map[string]int{}} }

// Add counts one look, and returns how many there are.
func (t *Tally) Add(records []measurement.Record) int {
	t.looks++
	t.results[result(records)]++
	return t.looks
}

// Beside counts what a comparison with a control came to.
func (t *Tally) Beside(what string) { t.beside[what]++ }

// Write writes how often each result came, the most frequent first, and then each of the comparisons.
func (t *Tally) Write(w io.Writer, took time.Duration) error {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%d looked at, in %v:\n", t.looks, took.Round(100*time.Millisecond))
	frequent(&out, t.results)
	if len(t.beside) > 0 {
		out.WriteString("Beside the control:\n")
		frequent(&out, t.beside)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func frequent(out *strings.Builder, counts map[string]int) {
	for _, r := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	}) {
		fmt.Fprintf(out, "%7d  %s\n", counts[r], r)
	}
}
