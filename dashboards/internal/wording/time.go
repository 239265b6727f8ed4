package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

const (
	day    = "2 Jan 2006"
	clock  = "15:04"
	moment = day + " " + clock
)

// Zone is the time zone of the incident's place; UTC where its name is unknown.
func Zone(i *incident.Incident) *time.Location {
	zone, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// At writes a moment as "21 Aug 2023 04:00 local time (01:00 UTC)", with the UTC date where it is
// another day.
func At(t time.Time, zone *time.Location) string {
	return join(t, zone, t.In(zone).Format(moment))
}

// Later writes a moment whose day the reader knows when it is the day of since.
func Later(t, since time.Time, zone *time.Location) string {
	if sameDay(t.In(zone), since.In(zone)) {
		return join(t, zone, t.In(zone).Format(clock))
	}
	return At(t, zone)
}

func join(t time.Time, zone *time.Location, local string) string {
	if _, offset := t.In(zone).Zone(); offset == 0 {
		return local + " UTC"
	}
	utc := t.UTC().Format(clock)
	if !sameDay(t.In(zone), t.UTC()) {
		utc = t.UTC().Format("2 Jan " + clock)
	}
	return fmt.Sprintf("%s local time (%s UTC)", local, utc)
}

// Between writes how well a moment is known, as "between 03:55 and 04:05".
func Between(v incident.Interval, zone *time.Location) string {
	from, to := v.Earliest.In(zone), v.Latest.In(zone)
	if from.Equal(to) {
		return "to the minute"
	}
	if sameDay(from, to) && sameDay(from, v.Best.In(zone)) {
		return fmt.Sprintf("between %s and %s", from.Format(clock), to.Format(clock))
	}
	return fmt.Sprintf("between %s and %s", from.Format("2 Jan "+clock), to.Format("2 Jan "+clock))
}

func sameDay(a, b time.Time) bool { return a.Format(day) == b.Format(day) }

// Duration writes how long, to the minute, as "25 min", "4 h", "4 h 25 min" or "3 days 2 h".
func Duration(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	var parts []string
	switch {
	case days == 1:
		parts = append(parts, "1 day")
	case days > 1:
		parts = append(parts, fmt.Sprintf("%d days", days))
	}
	if hours > 0 {
		parts = append(parts, fmt.Sprintf("%d h", hours))
	}
	if days == 0 && (minutes > 0 || hours == 0) { // minutes of days would claim a precision that nobody has
		parts = append(parts, fmt.Sprintf("%d min", minutes))
	}
	return strings.Join(parts, " ")
}
