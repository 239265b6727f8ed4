package demo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestOnlyNewsIsTold(t *testing.T) {
	w := newWatcher("http://127.0.0.1:8080/", story())
	i := found(incident.TypeNationwide, at(1, 0), at(2, 0), func(i *incident.Incident) {
		i.End, i.Reports, i.Shutdown.Probability = nil, nil, 0.934
	})
	tell := func(change func()) []string {
		if change != nil {
			change()
			i.Revision++
		}
		return w.news([]incident.Incident{i}, nil, at(1, 25))
	}
	over := incident.Interval{Best: at(2, 5)}
	for _, step := range []struct {
		name   string
		change func()
		want   []string
	}{
		{"found", nil, []string{"Analysis found: all of Lampland is dark since 01:00, 25 min after it began. " +
			"Switched off on purpose? Probability 93 %.\n" + indent + "http://127.0.0.1:8080/i/i-0100"}},
		{"the same again", nil, nil},
		{"a revision without news", func() { i.Score++ }, nil},
		{"onset corrected", func() { i.Onset.Best = at(1, 5) }, []string{"Analysis corrects itself: in Lampland it began at 01:05, not at 01:00."}},
		{"over", func() { i.End = &over }, []string{"Analysis says: over in Lampland since 02:05, after 1 h 00 min."}},
		{"end corrected", func() { i.End = &incident.Interval{Best: at(2, 0)} },
			[]string{"Analysis corrects itself: it was over in Lampland at 02:00, not at 02:05."}},
		{"goes on after all", func() { i.End = nil }, []string{"Analysis corrects itself: it goes on in Lampland."}},
		{"linked", func() { i.Reports = []incident.ReportLink{{Title: "Cut", Link: "https://news.example/"}} },
			[]string{`What began at 01:05 is linked to a report: "Cut" (https://news.example/)`}},
		{"linked to a second, and no news of the first", func() {
			i.Reports = append([]incident.ReportLink{{Title: "Dark", Link: "https://other.example/"}}, i.Reports...)
		}, []string{`What began at 01:05 is linked to a report: "Dark" (https://other.example/)`}},
		{"taken back", func() { i.State = incident.StateWithdrawn },
			[]string{"Analysis takes back what it said of Lampland at 01:05: later data explains it."}},
	} {
		if diff := cmp.Diff(step.want, tell(step.change)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

// A low probability of a deliberate cut is explained, once.
func TestLowProbabilityIsExplained(t *testing.T) {
	w := newWatcher("http://127.0.0.1:8080", story())
	all := allFound(nil)
	all[2].Shutdown.Probability = 0.9 // is told first, as List gives the newest first
	told := strings.Join(w.news(all, nil, at(8, 30)), "\n")
	if n := strings.Count(told, "Low does not mean no"); n != 1 {
		t.Errorf("explained %d times:\n%s", n, told)
	}
}

func TestDescribe(t *testing.T) {
	for want, i := range map[string]incident.Incident{
		"Lampland, mobile networks (AS64501, AS64502): dark": found(incident.TypeNetwork, at(4, 0), at(5, 0), func(i *incident.Incident) {
			mobile(i)
			i.NetworkTypes = []string{"mobile"}
		}),
		"chat.example not reached from Lampland":  found(incident.TypePlatform, at(7, 0), at(8, 0), service),
		"part of the network is dark in Lampland": found(incident.TypeRegional, at(7, 0), at(8, 0), nil),
		"Lampland Mobile: dark": found(incident.TypeNetwork, at(4, 0), at(5, 0), func(i *incident.Incident) {
			i.Place.ASN, i.PlaceName = 64501, "Lampland Mobile"
		}),
	} {
		if got := describe(&i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStoryTellsNoShutdownWithoutProbability(t *testing.T) {
	w := newWatcher("http://127.0.0.1:8080", story())
	for _, line := range w.news(allFound(nil), nil, at(8, 30)) {
		if strings.Contains(strings.ToLower(line), "shutdown") {
			t.Errorf("%q", line)
		}
	}
}
