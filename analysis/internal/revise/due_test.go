package revise

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func at(hours float64) time.Time { return day.Add(time.Duration(hours * float64(time.Hour))) }

func moment(hours float64) incident.Interval {
	return incident.Interval{Earliest: at(hours), Best: at(hours), Latest: at(hours)}
}

// event returns an incident of XL from an hour to another; to is zero while it goes on.
func event(from, to, asOf float64) incident.Incident {
	i := incident.Incident{
		State: incident.StateCandidate, Place: incident.Place{Country: "XL"}, Type: incident.TypeNationwide,
		Extent: incident.ExtentFull, Onset: moment(from), AsOf: at(asOf),
		Evidence: []incident.Evidence{
			{Signal: incident.SignalProbes, Place: incident.Place{Country: "XL"}, Source: "probes", Verdict: incident.VerdictSaw},
			{Signal: incident.SignalBGP, Place: incident.Place{Country: "XL"}, Source: "ioda", Verdict: incident.VerdictCouldNotSee},
		},
	}
	if to != 0 {
		end := moment(to)
		i.End = &end
	}
	return i
}

func with(i incident.Incident, changes ...func(*incident.Incident)) incident.Incident {
	for _, change := range changes {
		change(&i)
	}
	return i
}

func named(id string) func(*incident.Incident) {
	return func(i *incident.Incident) { i.ID = id }
}

// probes returns XL's probes from an hour to another, all of them there but where hole says that nobody looked.
func probes(from, to float64, hole func(hour float64) bool) []series.Series {
	key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalProbes, Source: "probes"}
	s := series.New(key, "", at(from), at(to))
	for i := range s.Values {
		if hole == nil || !hole(s.At(i).Sub(day).Hours()) {
			s.Values[i] = 40
		}
	}
	return []series.Series{s}
}

// brief writes the revisions due, one a line.
func brief(due []incident.Incident) []string {
	var out []string
	for _, i := range due {
		end := "goes on"
		if i.End != nil {
			end = i.End.Best.Format("15:04")
		}
		out = append(out, fmt.Sprintf("%s %s %s %s-%s", i.ID, i.State, i.Place, i.Onset.Best.Format("15:04"), end))
	}
	return out
}

func TestDue(t *testing.T) {
	week := Window{Since: day.Add(-7 * 24 * time.Hour), Until: at(12), Series: probes(-8*24, 12, nil)}
	a := with(event(1, 0, 3), named("a"))
	for _, test := range []struct {
		name         string
		found, known []incident.Incident
		window       Window
		want         []string
	}{
		{"nothing new", []incident.Incident{event(1, 0, 3)}, []incident.Incident{a}, week, nil},
		{"first seen", []incident.Incident{event(1, 0, 3)}, nil, week,
			[]string{"xl-20260301-0100-25ed candidate XL 01:00-goes on"}},
		{"ended", []incident.Incident{event(1, 2, 3)}, []incident.Incident{a}, week, []string{"a candidate XL 01:00-02:00"}},
		{"onset moved", []incident.Incident{event(0.5, 0, 3)}, []incident.Incident{a}, week, []string{"a candidate XL 00:30-goes on"}},
		{"an hour more to show", []incident.Incident{event(1, 0, 4)}, []incident.Incident{a}, week, []string{"a candidate XL 01:00-goes on"}},
		{"shown to the end", []incident.Incident{event(1, 2, 12)}, []incident.Incident{with(event(1, 2, 9), named("a"))}, week, nil},
		{"narrowed to a network", []incident.Incident{with(event(1, 0, 3), func(i *incident.Incident) { i.Place.ASN = 64501 })},
			[]incident.Incident{a}, week, []string{"a candidate XL/AS64501 01:00-goes on"}},
		{"explained away", nil, []incident.Incident{a}, week, []string{"a withdrawn XL 01:00-goes on"}},
		{"explained away long ago", nil, []incident.Incident{with(a, func(i *incident.Incident) { i.State = incident.StateWithdrawn })}, week, nil},
		{"seen again after all", []incident.Incident{event(1, 0, 3)},
			[]incident.Incident{with(a, func(i *incident.Incident) { i.State = incident.StateWithdrawn })}, week,
			[]string{"a candidate XL 01:00-goes on"}},
		{"a person has it", []incident.Incident{event(0.5, 2, 3)},
			[]incident.Incident{with(a, func(i *incident.Incident) { i.State = incident.StatePublished })}, week, nil},
		{"a person has what is no more found", nil,
			[]incident.Incident{with(a, func(i *incident.Incident) { i.State = incident.StatePublished })}, week, nil},
		{"before the window", nil, []incident.Incident{with(event(1, 2, 3), named("a"))},
			Window{Since: at(3), Until: at(12)}, nil},
		{"found before the window", []incident.Incident{event(1, 2, 3)}, nil, Window{Since: at(3), Until: at(12)}, nil},
		{"another country", []incident.Incident{with(event(1, 0, 3), func(i *incident.Incident) { i.Place.Country = "XM" })},
			[]incident.Incident{a}, week,
			[]string{"xm-20260301-0100-a3db candidate XM 01:00-goes on", "a withdrawn XL 01:00-goes on"}},
		{"a service is no network", []incident.Incident{with(event(1, 0, 3), func(i *incident.Incident) {
			i.Extent, i.Services = incident.ExtentService, []string{"chat.example"}
		})}, []incident.Incident{a}, week,
			[]string{"xl-20260301-0100-8130 candidate XL 01:00-goes on", "a withdrawn XL 01:00-goes on"}},
		{"two became one", []incident.Incident{event(1, 6, 8)},
			[]incident.Incident{with(event(1, 2, 8), named("a")), with(event(3, 6, 8), named("b"))}, week,
			[]string{"a candidate XL 01:00-06:00", "b withdrawn XL 03:00-06:00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := brief(Due(test.found, test.known, nil, test.window, at(12)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("due (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIDsDiffer(t *testing.T) {
	twice := []incident.Incident{event(1, 2, 3), event(1, 2, 3)}
	due := Due(twice, nil, nil, Window{Since: day, Until: at(12)}, at(12))
	if len(due) != 2 || due[0].ID == due[1].ID {
		t.Errorf("got %v, want two ids", brief(due))
	}
}

func TestDueDoesNotDependOnOrder(t *testing.T) {
	found := []incident.Incident{event(1, 6, 8), event(4, 7, 8)}
	known := []incident.Incident{with(event(1, 5, 8), named("a")), with(event(4, 8, 8), named("b"))}
	w := Window{Since: day, Until: at(12)}
	want := brief(Due(found, known, nil, w, at(12)))
	known[0], known[1] = known[1], known[0]
	if diff := cmp.Diff(want, brief(Due(found, known, nil, w, at(12)))); diff != "" {
		t.Errorf("the order of the known changes what is due:\n%s", diff)
	}
}
