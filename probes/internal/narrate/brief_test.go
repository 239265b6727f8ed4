package narrate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestTally(t *testing.T) {
	page := func(failure measurement.Failure, status uint16) []measurement.Record {
		return []measurement.Record{{Kind: measurement.KindHTTP, Failure: failure, HTTP: &measurement.HTTP{Status: status}}}
	}
	tally := NewTally()
	for _, records := range [][]measurement.Record{
		page(measurement.FailureConnectionReset, 0), page("", 200), page("", 404), page("", 204), page(measurement.FailureTimeout, 0),
	} {
		tally.Add(records)
	}
	var out strings.Builder
	if err := tally.Write(&out, 1234*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	const want = `
5 looked at, in 1.2s:
      2  reached
      1  answered, but with an error (status 404)
      1  could not be reached from here: no answer came in time
      1  could not be reached from here: the connection was cut
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
