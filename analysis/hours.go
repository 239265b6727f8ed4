package analysis

import (
	"cmp"
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
