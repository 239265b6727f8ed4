package check

import (
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Look is one look at one target. It ties the records beneath it together.
type Look struct {
	// Number is the record's Check, unique within a batch.
	Number uint32
	Class  measurement.Class
	// Brief asks only whether the page comes: addresses one after the other, no comparison. A beat is brief.
	Brief bool
}

// Record begins a record of one step of the look: what is known before the step is taken.
func (l Look) Record(v *Vantage, kind measurement.Kind, target string) measurement.Record {
	return measurement.Record{
		Kind: kind, Check: l.Number, Class: l.Class, Target: target,
		MeasuredAt: v.Clock.Now().UTC().Truncate(time.Millisecond),
	}
}

// Since returns the whole milliseconds of machine time since start.
func Since(start time.Time) uint32 { return uint32(time.Since(start).Milliseconds()) }
