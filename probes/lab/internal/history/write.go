package history

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Write puts the volunteer's past in [from, until) into the outbox folder of its probe, sealed to key, in batches of a
// few days, as if the machine had been offline all the time: the probe that runs next delivers it, and
// goes on with its chain. Nothing else may use the folder meanwhile.
func (v *Volunteer) Write(folder *os.Root, key measurement.SealKey, from, until time.Time, log *slog.Logger) (err error) {
	at := &moment{now: from}
	box, err := outbox.Open(folder, outbox.Config{Identity: v.Identity, Software: v.Software, Clock: at, Log: log})
	if err != nil {
		return fmt.Errorf("write the past: %w", err)
	}
	defer func() {
		if closeErr := box.Close(); err == nil {
			err = closeErr
		}
	}()
	box.SealTo(key)
	origin := outbox.Origin{Network: v.Network, Plan: v.Plan.Version, Generated: true}
	for begin := from.UTC(); begin.Before(until); {
		end := nextBatch(begin, until)
		if records := slices.Collect(v.records(begin, end)); len(records) > 0 {
			at.now = records[len(records)-1].MeasuredAt // the outbox dates and signs the batch by it
			if err := box.Append(origin, records...); err != nil {
				return fmt.Errorf("write the past: %w", err)
			}
			if err := box.Seal(); err != nil {
				return fmt.Errorf("write the past: %w", err)
			}
		}
		begin = end
	}
	return nil
}

// batchDays keeps a batch at some 1,500 records, within the size at which a probe starts another.
const batchDays = 4

// nextBatch returns where a batch ends that begins at a time: on a midnight, UTC, within the same month,
// whose key signs it.
func nextBatch(begin, until time.Time) time.Time {
	end := begin.Truncate(24*time.Hour).AddDate(0, 0, batchDays)
	if month := time.Date(begin.Year(), begin.Month()+1, 1, 0, 0, 0, 0, time.UTC); month.Before(end) {
		end = month
	}
	if until.Before(end) {
		return until
	}
	return end
}

// moment is a clock that shows what it is set to.
type moment struct{ now time.Time }

func (m *moment) Now() time.Time { return m.now }

func (m *moment) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
