package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// chooseHours says which hours are judged now, in which order, and how many that are due must wait. It is told the hours of
// which anything is stored, with what stands for it, and what was judged of them.
type chooseHours func(stored map[time.Time]uint64, judged map[time.Time]incident.JudgedHour) (hours []time.Time, waiting int)

// allHours chooses every hour, the newest first.
func allHours(stored map[time.Time]uint64, _ map[time.Time]incident.JudgedHour) ([]time.Time, int) {
	return dueHours(stored, nil, len(stored))
}

// dueHours chooses the hours that were never judged, the newest first, and then those of which something came since, the one
// that was judged longest ago first: where something comes for new hours all the time, an older one has its turn too.
func dueHours(stored map[time.Time]uint64, judged map[time.Time]incident.JudgedHour, most int) ([]time.Time, int) {
	var hours []time.Time
	for hour, seen := range stored {
		if before, was := judged[hour]; !was || before.Seen != seen {
			hours = append(hours, hour)
		}
	}
	slices.SortFunc(hours, func(a, b time.Time) int {
		return cmp.Or(judged[a].JudgedAt.Compare(judged[b].JudgedAt), b.Compare(a))
	})
	some := hours[:min(len(hours), most)]
	return some, len(hours) - len(some)
}

// failedHours are the hours whose looks could not be judged, and when that was last tried.
type failedHours map[time.Time]time.Time

// among returns what was judged, with the failed hours as ones that were judged when it was tried and are due again: so
// one that fails every time comes behind all others that wait.
func (f failedHours) among(judged map[time.Time]incident.JudgedHour) map[time.Time]incident.JudgedHour {
	out := make(map[time.Time]incident.JudgedHour, len(judged)+len(f))
	maps.Copy(out, judged)
	for hour, tried := range f {
		before := out[hour]
		before.Hour, before.JudgedAt = hour, tried
		out[hour] = before
	}
	return out
}

// each judges hours, goes on where one fails, and returns how many looks were judged and what failed.
func (f failedHours) each(ctx context.Context, hours []time.Time, judge func(time.Time) (int, error)) (looks int, err error) {
	var failed []error
	for _, hour := range hours {
		n, err := judge(hour)
		looks += n
		if ctx.Err() != nil {
			return looks, ctx.Err()
		}
		delete(f, hour)
		if err != nil {
			f[hour] = time.Now().UTC()
			failed = append(failed, fmt.Errorf("judge the looks of %s: %w", hour.Format(time.RFC3339), err))
		}
	}
	return looks, errors.Join(failed...)
}

// forget drops what is before the hours that are judged again.
func (f failedHours) forget(before time.Time) {
	maps.DeleteFunc(f, func(hour, _ time.Time) bool { return hour.Before(before) })
}
