package reports

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// day counts local dates from 1970-01-01. Reports give dates, so onsets are compared as dates.
type day int

const secondsPerDay = 24 * 60 * 60

// dateOf returns the date that t's own time zone has at t.
func dateOf(t time.Time) day {
	year, month, dom := t.Date()
	return day(time.Date(year, month, dom, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// days is a range of dates, both ends included.
type days struct{ first, last day }

func (d days) overlaps(o days) bool { return d.first <= o.last && o.first <= d.last }

func (d days) shifted(by int) days { return days{d.first + day(by), d.last + day(by)} }

// onsetDays returns the local date of an incident's onset, and all the dates that the onset may have
// fallen on.
func onsetDays(i *incident.Incident) (best day, possible days) {
	zone, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		zone = time.UTC // incident.TimeZoneOf names none that does not load
	}
	best = dateOf(i.Onset.Best.In(zone))
	return best, days{
		first: min(best, dateOf(i.Onset.Earliest.In(zone))),
		last:  max(best, dateOf(i.Onset.Latest.In(zone))),
	}
}

// maxReported bounds how long a report may be for an onset within it to count. On the hand-labeled
// national outages of 2018 to 2021, reports of up to 31 days make three times the links that start days
// alone make, with the same share by chance (one in nine); of up to 92 days, one in seven.
const maxReported = 31

// window returns the onset dates that a report is about: from the day before its start, since the press
// writes a day late, through its end where that is known and near, else through its start.
func window(r *store.Report) days {
	start := dateOf(r.StartDate.UTC())
	w := days{first: start - 1, last: start}
	if r.EndDate != nil {
		if end := dateOf(r.EndDate.UTC()); end > start && end-start < maxReported {
			w.last = end
		}
	}
	return w
}
