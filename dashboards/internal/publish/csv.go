package publish

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// WriteCSV writes every point of an incident's evidence, one a line beneath a line of names. An empty
// value is a hole: the signal could not see, unless the note says that it is withheld. Times are UTC and mark
// the start of a bin.
func WriteCSV(w io.Writer, i *incident.Incident) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"incident", "revision", "state", "generated", "source", "place", "signal", "service", "verdict", "unit",
		"at", "step_seconds", "value", "baseline", "lower", "note",
	}}
	for _, e := range i.Evidence {
		for _, p := range e.Points {
			rows = append(rows, []string{
				i.ID, strconv.Itoa(i.Revision), string(i.State), strconv.FormatBool(i.Generated),
				e.Source, e.Place.String(), string(e.Signal), e.Service, string(e.Verdict), e.Unit,
				p.At.UTC().Format(time.RFC3339), strconv.Itoa(e.StepSeconds),
				decimal(p.Value), decimal(p.Baseline), decimal(p.Lower), note(p),
			})
		}
	}
	return out.WriteAll(rows)
}

// note says why a value that was measured is not there.
func note(p incident.Point) string {
	if p.Few {
		return fmt.Sprintf("fewer than %d", incident.FewestProbes)
	}
	return ""
}

func decimal(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
