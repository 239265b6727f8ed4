package demo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// watcher remembers what was told of each incident, so that only news is.
type watcher struct {
	told map[string]incident.Incident // the latest revision told, by id
	site string
	acts []Act
	// explained is true once the audience was told why a first event scores low.
	explained bool
}

func newWatcher(site string, acts []Act) *watcher {
	return &watcher{told: make(map[string]incident.Incident), site: site, acts: acts}
}

// news returns a line for each thing that is new in found, as of now, oldest incident first. Of an incident
// that no act explains, and that began when the probes were blind, it says so and nothing more.
func (w *watcher) news(found []incident.Incident, blind []Span, now time.Time) []string {
	var lines []string
	for k := len(found) - 1; k >= 0; k-- { // List returns the newest onset first
		i := found[k]
		before, known := w.told[i.ID]
		if known && before.Revision == i.Revision {
			continue
		}
		w.told[i.ID] = i
		if _, busy := blinded(blind, i.Onset.Earliest, i.Onset.Latest); busy && !isOf(w.acts, &i) {
			if !known {
				lines = append(lines, fmt.Sprintf("This machine was too busy to look at about %s. That analysis takes it for an outage (%s) is this machine's doing.",
					hour(i.Onset.Best), describe(&i)))
			}
			continue
		}
		if !known {
			lines = append(lines, w.discovery(&i, now))
			before = i
			before.End, before.Reports, before.State = nil, nil, incident.StateCandidate
		}
		lines = append(lines, changes(&before, &i)...)
	}
	return lines
}

// changes returns a line for each thing that a later revision says and the one told before does not.
func changes(before, i *incident.Incident) []string {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if i.State == incident.StateWithdrawn {
		if before.State != i.State {
			say("Analysis takes back what it said of %s at %s: later data explains it.", i.PlaceName, hour(before.Onset.Best))
		}
		return lines
	}
	if old, now := before.Onset.Best, i.Onset.Best; !now.Equal(old) {
		say("Analysis corrects itself: in %s it began at %s, not at %s.", i.PlaceName, hour(now), hour(old))
	}
	switch {
	case before.End == nil && i.End != nil:
		say("Analysis says: over in %s since %s, after %s.", i.PlaceName, hour(i.End.Best), minutes(i.End.Best.Sub(i.Onset.Best)))
	case before.End != nil && i.End == nil:
		say("Analysis corrects itself: it goes on in %s.", i.PlaceName)
	case before.End != nil && !i.End.Best.Equal(before.End.Best):
		say("Analysis corrects itself: it was over in %s at %s, not at %s.", i.PlaceName, hour(i.End.Best), hour(before.End.Best))
	}
	for _, r := range i.Reports {
		if !slices.ContainsFunc(before.Reports, func(old incident.ReportLink) bool { return old.Link == r.Link }) {
			say("What began at %s is linked to a report: %q (%s)", hour(i.Onset.Best), r.Title, r.Link)
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
	b.WriteString("\n" + indent + pageOf(w.site, i))
	if i.Shutdown.Probability < low && !w.explained {
		w.explained = true
		b.WriteString("\n" + indent + "(Low does not mean no: a first event in a place without a history scores low however deliberate it was," +
			"\n" + indent + "because nothing yet tells it from an accident. It rises when it recurs at the same hour, lasts for hours, or hits" +
			"\n" + indent + "mobile networks or single services alone; the page lists what each reason is worth.)")
	}
	return b.String()
}

// low is the probability below which the audience is told why.
const low = 0.5

// describe says in a few words what is out of order.
func describe(i *incident.Incident) string {
	switch i.Type {
	case incident.TypeNationwide:
		return "all of " + i.PlaceName + " is dark"
	case incident.TypeNetwork:
		return whereabouts(i) + ": dark"
	case incident.TypePlatform:
		return fmt.Sprintf("%s not reached from %s", strings.Join(i.Services, ", "), i.PlaceName)
	case incident.TypeRegional:
	}
	return "part of the network is dark in " + i.PlaceName
}

// whereabouts names networks in the words of the incident's page.
func whereabouts(i *incident.Incident) string {
	where := i.PlaceName
	if len(i.NetworkTypes) == 1 {
		where += ", " + i.NetworkTypes[0] + " networks"
	}
	if i.Place.ASN != 0 || len(i.Networks) == 0 {
		return where
	}
	names := make([]string, len(i.Networks))
	for k, asn := range i.Networks {
		names[k] = fmt.Sprintf("AS%d", asn)
	}
	return where + " (" + strings.Join(names, ", ") + ")"
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
