package intake

import (
	"fmt"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The time admitted, counted from when a batch was received. The past is long enough for a probe that lay
// in a drawer for a year, the future for a clock that nobody set; both together keep a block of rows
// within 15 monthly partitions, where ClickHouse refuses one of more than 100.
const (
	maxAgeMonths = 13
	maxAhead     = 10 * time.Minute
)

// ReasonTime is the reason of a line that was measured outside the admitted time. Every other is that the line
// is no record.
const ReasonTime = "measured_at is outside the time that is admitted"

// admit moves lines that were measured outside the admitted time to Rejected.
func admit(batch *measurement.Batch, receivedAt time.Time) error {
	from, to := receivedAt.AddDate(0, -maxAgeMonths, 0), receivedAt.Add(maxAhead)
	admitted := func(at time.Time) bool { return !at.Before(from) && !at.After(to) }
	if !admitted(batch.Header.CreatedAt) {
		return fmt.Errorf("%w: created_at is not between %d months before and %v after it was received",
			ErrClock, maxAgeMonths, maxAhead)
	}
	batch.Lines = slices.DeleteFunc(batch.Lines, func(line measurement.Line) bool {
		if admitted(line.Record.MeasuredAt) {
			return false
		}
		batch.Rejected = append(batch.Rejected, measurement.Rejected{Number: line.Number, Reason: ReasonTime})
		return true
	})
	if len(batch.Lines) == 0 {
		return fmt.Errorf("%w: none was measured within the time that is admitted", measurement.ErrNoRecords)
	}
	return nil
}
