package charts

import "time"

// maxTimeTicks is how many times of day fit beneath a chart on a phone.
const maxTimeTicks = 6

// timeTicks lists round local times from from to to: at most maxTimeTicks, so many hours apart as
// divide a day, or so many days.
func timeTicks(from, to time.Time, zone *time.Location) []time.Time {
	for _, hours := range []int{1, 2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28} {
		if ticks := everyHours(from, to, zone, hours); len(ticks) <= maxTimeTicks {
			return ticks
		}
	}
	return nil
}

// everyHours counts by the local calendar: on a day when clocks change, the hours that the day does
// not have are left out.
func everyHours(from, to time.Time, zone *time.Location, hours int) []time.Time {
	local := from.In(zone)
	year, month, day := local.Date()
	var out []time.Time
	for n := 0; ; n += hours {
		t := time.Date(year, month, day, n, 0, 0, 0, zone)
		if t.After(to) {
			return out
		}
		if t.Before(from) || (len(out) > 0 && !t.After(out[len(out)-1])) {
			continue
		}
		out = append(out, t)
		if len(out) > maxTimeTicks {
			return out
		}
	}
}
