package demo

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// watcher remembers what was told of each incident, so that only news is.
type watcher struct {
	told map[string]incident.Incident // the latest revision told, by id
	site string
	acts []Act
}

func newWatcher(site string, acts []Act) *watcher {
	return &watcher{told: make(map[string]incident.Incident), site: site, acts: acts}
}

// news returns a line for each thing that is new in found, as of now, oldest incident first.
func (w *watcher) news(found []incident.Incident, now time.Time) []string {
	var lines []string
	for k := len(found) - 1; k >= 0; k-- { // List returns the newest onset first
		i := found[k]
		before, known := w.told[i.ID]
		if known && before.Revision == i.Revision {
			continue
		}
		w.told[i.ID] = i
		if !known {
			lines = append(lines, w.discovery(&i, now))
			before = incident.Incident{}
		}
		if before.End == nil && i.End != nil {
			lines = append(lines, fmt.Sprintf("Analysis says: over in %s since %s, after %s.", i.PlaceName, hour(i.End.Best), minutes(i.End.Best.Sub(i.Onset.Best))))
		}
		if len(before.Reports) < len(i.Reports) {
			r := i.Reports[len(i.Reports)-1]
			lines = append(lines, fmt.Sprintf("Linked to a report: %q (%s)", r.Title, r.Link))
		}
		if before.State != i.State && i.State == incident.StateWithdrawn {
			lines = append(lines, fmt.Sprintf("Analysis takes back what it said of %s at %s: later data explains it.", i.PlaceName, hour(i.Onset.Best)))
		}
	}
	return lines
}

// discovery tells of an incident for the first time. A shutdown is never named without its probability.
func (w *watcher) discovery(i *incident.Incident, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Analysis found: %s since %s", describe(i), hour(i.Onset.Best))
	for _, a := range w.acts {
		if a.concerns(i) && !now.Before(a.Begin) {
			fmt.Fprintf(&b, ", %s after it began", minutes(now.Sub(a.Begin)))
			break
		}
	}
	fmt.Fprintf(&b, ". Switched off on purpose? Probability %.0f %%.", math.Round(100*i.Shutdown.Probability))
	return b.String() + "\n" + indent + pageOf(w.site, i)
}

// describe says in a few words what is out of order.
func describe(i *incident.Incident) string {
	switch i.Type {
	case incident.TypeNationwide:
		return "all of " + i.PlaceName + " is dark"
	case incident.TypeNetwork:
		var networks []string
		for _, asn := range networksOf(i) {
			networks = append(networks, fmt.Sprintf("AS%d", asn))
		}
		if i.Place.ASN != 0 && len(networks) == 1 {
			return i.PlaceName + " is dark"
		}
		return fmt.Sprintf("%s of %s dark", plural(networks), i.PlaceName)
	case incident.TypePlatform:
		return fmt.Sprintf("%s not reached from %s", strings.Join(i.Services, ", "), i.PlaceName)
	case incident.TypeRegional:
	}
	return "part of the network is dark in " + i.PlaceName
}

func plural(names []string) string {
	if len(names) == 0 {
		return "a network"
	}
	return strings.Join(names, " and ")
}

// hour writes a moment as people in the pretend countries read it off the wall: UTC.
func hour(t time.Time) string { return t.UTC().Format("15:04") }

// minutes writes a duration to the minute, as "1 h 15 min".
func minutes(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	m := int(d.Round(time.Minute) / time.Minute)
	if m < 60 {
		return fmt.Sprintf("%s%d min", sign, m)
	}
	return fmt.Sprintf("%s%d h %02d min", sign, m/60, m%60)
}
