package reports

import (
	"maps"
	"slices"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

const (
	// A year either way has every season, election cycle apart, and is near enough that as much was
	// reported then as now.
	maxShift = 365
	// With fewer days to move to, the figure would say more about those days than about chance.
	minShifts = 60
)

// ByChance returns how many links Link would make if the incident's onset had nothing to do with the
// reports: the mean over moving the onset to every other day within a year on which the source of the
// reports collected any, in the same country. It is nil where too few such days are, and where no source
// collected any around the onset: that nothing is to be expected of a list that does not reach there says
// nothing of chance.
//
// This is the expectation of a time-shift permutation within the country, taken over all shifts
// instead of a sample. Days next to the incident count too, although a series of shutdowns may span
// them: the figure errs on the high side.
func ByChance(i *incident.Incident, all []store.Report) *float64 {
	_, onset := onsetDays(i)
	bySource := make(map[string][]candidate)
	for _, c := range candidates(i, all) {
		bySource[c.lineage.source] = append(bySource[c.lineage.source], c)
	}
	covered := coverage(all)
	var sum *float64
	for _, source := range slices.Sorted(maps.Keys(covered)) { // the same sum every time
		if !covered[source].overlaps(onset) {
			continue
		}
		mean, ok := meanLinks(onset, bySource[source], covered[source])
		switch {
		case !ok && len(bySource[source]) > 0:
			return nil
		case !ok:
			continue
		}
		if sum != nil {
			mean += *sum
		}
		sum = &mean
	}
	return sum
}

// meanLinks returns the mean number of links over the shifts that stay within the covered days, and
// whether there were enough.
func meanLinks(onset days, agreeing []candidate, covered days) (mean float64, ok bool) {
	shifts, links := 0, 0
	for by := -maxShift; by <= maxShift; by++ {
		moved := onset.shifted(by)
		if by == 0 || moved.first < covered.first || moved.last > covered.last {
			continue
		}
		shifts++
		linked := make(map[lineage]bool)
		for _, c := range agreeing {
			if c.window.overlaps(moved) {
				linked[c.lineage] = true
			}
		}
		links += len(linked)
	}
	if shifts < minShifts {
		return 0, false
	}
	return float64(links) / float64(shifts), true
}

// coverage returns for each source the days from the first to the last that a report of it, in any
// country, starts on.
func coverage(all []store.Report) map[string]days {
	covered := make(map[string]days)
	for n := range all {
		source, start := all[n].Source, dateOf(all[n].StartDate.UTC())
		d, known := covered[source]
		if !known {
			d = days{start, start}
		}
		covered[source] = days{min(d.first, start), max(d.last, start)}
	}
	return covered
}
