package web

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// table is a series in as many rows as a page can carry. Each row is a stretch of time and gives its
// lowest value, because a fall is what the page is about; the CSV has every point.
type table struct {
	Every string // how long a row is
	Rows  []tableRow
}

// tableRow is one stretch. A stretch in which nothing could be seen has no numbers.
type tableRow struct {
	Local, UTC             string
	Lowest, Usual, Bound   string
	Blind                  string // how much of it could not be seen
	During, CouldNotSeeAny bool
}

// stretches are the lengths of a row, round ones.
var stretches = [...]time.Duration{
	5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 28 * 24 * time.Hour,
}

// newTable divides the points of e into at most rows stretches.
func newTable(e incident.Evidence, zone *time.Location, rows int) table {
	if len(e.Points) == 0 {
		return table{}
	}
	from, to := e.Points[0].At, e.Points[len(e.Points)-1].At.Add(e.Step)
	length := stretches[len(stretches)-1]
	for _, s := range stretches {
		if s >= e.Step && to.Sub(from.Truncate(s)) <= s*time.Duration(rows) {
			length = s
			break
		}
	}
	t := table{Every: every(length)}
	for at := from.Truncate(length); at.Before(to); at = at.Add(length) {
		var within []incident.Point
		for _, p := range e.Points {
			if !p.At.Before(at) && p.At.Before(at.Add(length)) {
				within = append(within, p)
			}
		}
		t.Rows = append(t.Rows, newRow(within, at, zone))
	}
	return t
}

func newRow(points []incident.Point, at time.Time, zone *time.Location) tableRow {
	row := tableRow{Local: at.In(zone).Format("2 Jan 15:04"), UTC: at.UTC().Format("15:04")}
	var lowest, few *incident.Point
	blind := 0
	for k, p := range points {
		switch {
		case p.Few:
			few = &points[k]
		case p.Value == nil:
			blind++
		case lowest == nil || *p.Value < *lowest.Value:
			lowest = &points[k]
		}
	}
	if few != nil && (lowest == nil || *lowest.Value > 0) {
		lowest = few
	}
	if lowest == nil {
		row.CouldNotSeeAny = true
		return row
	}
	row.Lowest, row.Usual, row.Bound = figure(lowest.Value), figure(lowest.Baseline), figure(lowest.Lower)
	if lowest.Few {
		row.Lowest = fmt.Sprintf("fewer than %d", incident.FewestProbes)
	}
	if blind > 0 {
		row.Blind = fmt.Sprintf("%d of %d", blind, len(points))
	}
	return row
}

// figure writes a value with three significant digits, counts in full and with their thousands apart.
func figure(v *float64) string {
	if v == nil {
		return "–"
	}
	if math.Abs(*v) >= 100 || *v == math.Trunc(*v) {
		return wording.Thousands(strconv.FormatFloat(math.Round(*v), 'f', -1, 64))
	}
	return strconv.FormatFloat(*v, 'g', 3, 64)
}

// every names the length of a row.
func every(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	case d == time.Hour:
		return "hour"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
