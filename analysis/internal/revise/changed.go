package revise

import (
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

const (
	// refreshed is how often an incident whose series still grow is written anew although the conclusion
	// stands: its page shows the hours that passed.
	refreshed = time.Hour
	// aftermath is for how long after the end the series are shown.
	aftermath = 6 * time.Hour
)

// worthSaying reports whether the conclusion now differs from the one before in what a reader would cite,
// or whether there is an hour more to show.
func worthSaying(before, now *incident.Incident) bool {
	return before.State != now.State || before.Place != now.Place || before.PlaceName != now.PlaceName ||
		before.Type != now.Type || before.Extent != now.Extent || before.Cause != now.Cause ||
		!slices.Equal(before.Networks, now.Networks) || !slices.Equal(before.NetworkTypes, now.NetworkTypes) ||
		!slices.Equal(before.Services, now.Services) ||
		!sameInterval(&before.Onset, &now.Onset) || !sameInterval(before.End, now.End) ||
		before.Shutdown.Probability != now.Shutdown.Probability ||
		!slices.Equal(linked(before), linked(now)) || !slices.Equal(verdicts(before), verdicts(now)) ||
		before.Unseen() != now.Unseen() || grown(before, now)
}

// grown reports whether there is more to show: of an event that goes on, as long as somebody sees it.
func grown(before, now *incident.Incident) bool {
	if now.Ongoing() {
		return now.SeenUntil().Sub(before.SeenUntil()) >= refreshed
	}
	return now.AsOf.Sub(before.AsOf) >= refreshed && before.AsOf.Before(now.End.Best.Add(aftermath))
}

func sameInterval(a, b *incident.Interval) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Earliest.Equal(b.Earliest) && a.Best.Equal(b.Best) && a.Latest.Equal(b.Latest)
}

func linked(i *incident.Incident) []string {
	var ids []string
	for _, l := range i.Reports {
		ids = append(ids, l.ReportID)
	}
	return ids
}

// verdicts returns what each signal says, in words that compare.
func verdicts(i *incident.Incident) []string {
	var out []string
	for _, e := range i.Evidence {
		out = append(out, e.Place.String()+" "+string(e.Signal)+" "+e.Service+" "+e.Source+" "+string(e.Verdict))
	}
	slices.Sort(out)
	return out
}
