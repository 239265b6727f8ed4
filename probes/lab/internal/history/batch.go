package history

import (
	"crypto/ed25519"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Batch is a batch as it travels, with the key that signs it.
type Batch struct {
	Key   ed25519.PrivateKey
	Bytes []byte // as measurement.Encode wrote them
}

// Batches yields the volunteer's past in [from, until), a batch a day, UTC: what a probe sends that was
// offline all day. Batches of one month, and so of one key, form a chain. It yields an error at most once,
// as the last pair; only a volunteer that no record can hold makes one.
func (v *Volunteer) Batches(from, until time.Time) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		var month time.Month
		var sequence uint64
		var previous string
		for day := from.UTC(); day.Before(until); day = nextDay(day) {
			end := nextDay(day)
			if end.After(until) {
				end = until
			}
			records := slices.Collect(v.records(day, end))
			if len(records) == 0 {
				continue // switched off all day
			}
			if day.Month() != month {
				month, sequence, previous = day.Month(), 0, ""
			}
			sequence++
			encoded, err := measurement.Encode(measurement.Header{
				Schema: measurement.SchemaVersion, Software: v.Software, Plan: v.Plan.Version,
				CreatedAt: records[len(records)-1].MeasuredAt, Network: v.Network,
				Sequence: sequence, Previous: previous, Generated: true,
			}, records)
			if err != nil {
				yield(Batch{}, fmt.Errorf("make up %s: %w", day.Format(time.DateOnly), err))
				return
			}
			previous = measurement.NewBatchID(encoded).String()
			key := v.Identity.Key(v.Network.Country, v.Network.ASN, day)
			if !yield(Batch{Key: key, Bytes: encoded}, nil) {
				return
			}
		}
	}
}

// nextDay returns the midnight after t.
func nextDay(t time.Time) time.Time { return t.Truncate(24 * time.Hour).Add(24 * time.Hour) }
