package incident_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

func openRepository(t *testing.T) *incident.Repository {
	t.Helper()
	return incident.NewRepository(storetest.Open(t, incident.Migrate, incident.Migrate)) // the second time there is nothing to do
}

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func at(hour int) time.Time { return day.Add(time.Duration(hour) * time.Hour) }

// event returns an incident from an hour to another, to zero while it goes on.
func event(id, country string, from, to int) incident.Incident {
	moment := func(hour int) incident.Interval {
		return incident.Interval{Earliest: at(hour), Best: at(hour), Latest: at(hour)}
	}
	value := 3.0
	i := incident.Incident{
		ID: id, State: incident.StateCandidate, Place: incident.Place{Country: country}, PlaceName: country, TimeZone: "UTC",
		Type: incident.TypeNationwide, Extent: incident.ExtentFull, Onset: moment(from), Score: 7,
		Shutdown: incident.Confidence{Probability: 0.4, Reasons: []incident.Reason{{ID: "prior", Text: "as usual", Weight: -0.4}}},
		Evidence: []incident.Evidence{{
			Signal: incident.SignalProbes, Place: incident.Place{Country: country}, Source: "probes", Verdict: incident.VerdictSaw,
			Why: "fell", StepSeconds: 300, Step: 5 * time.Minute, Points: []incident.Point{{At: at(from), Value: &value}, {At: at(from + 1)}},
		}},
		AsOf: at(20), ComputedAt: at(21),
	}
	if to != 0 {
		end := moment(to)
		i.End = &end
	}
	return i
}

func save(t *testing.T, r *incident.Repository, i incident.Incident) incident.Incident {
	t.Helper()
	saved, err := r.Save(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// A revision once written is the answer for its number for good; the latest is the newest.
func TestRevisions(t *testing.T) {
	r := openRepository(t)
	first := save(t, r, event("a", "IQ", 2, 0))
	second := event("a", "IQ", 2, 4)
	second.Revision = first.Revision
	second = save(t, r, second)
	if first.Revision != 1 || second.Revision != 2 {
		t.Errorf("revisions %d and %d", first.Revision, second.Revision)
	}
	for number, want := range map[int]incident.Incident{1: first, 2: second} {
		got, err := r.Revision(t.Context(), "a", number)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("revision %d (-saved +read):\n%s", number, diff)
		}
	}
	if latest, err := r.Latest(t.Context(), "a"); err != nil || latest.Revision != 2 {
		t.Errorf("latest is %d: %v", latest.Revision, err)
	}
	all, err := r.Revisions(t.Context(), "a")
	if err != nil || len(all) != 2 || all[0].Revision != 1 || len(all[0].Evidence[0].Points) != 0 {
		t.Errorf("revisions %+v: %v", all, err)
	}
	for what, err := range map[string]error{
		"latest":    problem(r.Latest(t.Context(), "b")),
		"revision":  problem(r.Revision(t.Context(), "a", 3)),
		"revisions": problem(r.Revisions(t.Context(), "b")),
	} {
		if !errors.Is(err, incident.ErrNotFound) {
			t.Errorf("%s of what is not there: %v", what, err)
		}
	}
}

func problem[T any](_ T, err error) error { return err }

func TestList(t *testing.T) {
	r := openRepository(t)
	save(t, r, event("early", "IQ", 1, 3))
	save(t, r, event("late", "IQ", 8, 0))
	save(t, r, event("there", "KE", 5, 6))
	gone := event("gone", "KE", 9, 10)
	gone.State = incident.StateWithdrawn
	save(t, r, gone)
	for name, test := range map[string]struct {
		filter incident.Filter
		want   []string
	}{
		"all":       {incident.Filter{}, []string{"gone", "late", "there", "early"}},
		"a country": {incident.Filter{Country: "IQ"}, []string{"late", "early"}},
		"a state":   {incident.Filter{States: []incident.State{incident.StateWithdrawn, incident.StateDraft}}, []string{"gone"}},
		"since":     {incident.Filter{Since: at(4)}, []string{"gone", "late", "there"}},
		"until":     {incident.Filter{Until: at(5)}, []string{"early"}},
		"going on":  {incident.Filter{Ongoing: true}, []string{"late"}},
		"at most":   {incident.Filter{Limit: 2}, []string{"gone", "late"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := r.List(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range found {
				got = append(got, i.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePlace(t *testing.T) {
	for _, text := range []string{"IQ", "UA/UA-18", "ZZ/ioda:4369", "XL/AS64501"} {
		p, err := incident.ParsePlace(text)
		if err != nil || p.String() != text {
			t.Errorf("%s is read as %s: %v", text, p, err)
		}
	}
	for _, text := range []string{"", "Iraq", "IQ/", "IQ/AS0", "IQ/ASx", "IQ/AS99999999999"} {
		if p, err := incident.ParsePlace(text); err == nil {
			t.Errorf("%q is read as %s", text, p)
		}
	}
}
