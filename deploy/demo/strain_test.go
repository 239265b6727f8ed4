package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// What a machine too busy to look gets wrong is told as that, and counts neither for nor against the program.
func TestBusyMachine(t *testing.T) {
	moorland := func(i *incident.Incident) {
		i.Place.Country, i.PlaceName, i.End = "XM", "Moorland", &incident.Interval{Best: at(5, 40)}
	}
	alarm := found(incident.TypeNationwide, at(5, 30), at(5, 40), moorland)
	at530 := []Span{{at(5, 35), at(5, 36)}}
	at410 := []Span{{at(4, 10), at(4, 20)}}
	for name, test := range map[string]struct {
		found []incident.Incident
		blind []Span
		want  error
	}{
		"all well, and quick":          {allFound(nil), nil, nil},
		"all well, however busy":       {allFound(nil), []Span{{at(0, 0), at(10, 0)}}, nil},
		"a false alarm":                {append(allFound(nil), alarm), nil, ErrStory},
		"a false alarm when busy":      {append(allFound(nil), alarm), at530, ErrBusy},
		"a false alarm, busy before":   {append(allFound(nil), alarm), at410, ErrStory},
		"an act not found":             {allFound(nil)[:2], nil, ErrStory},
		"an act not found when busy":   {append(allFound(nil)[:1], allFound(nil)[2]), at410, ErrBusy},
		"and another not when quick":   {allFound(nil)[:1], at410, ErrStory},
		"nothing to see, nothing told": {nil, nil, ErrStory},
	} {
		t.Run(name, func(t *testing.T) {
			var o outcome
			o.verdicts, o.strays = judge(story(), test.found)
			o.excuse(test.blind)
			if got := o.err(); !errors.Is(got, test.want) {
				t.Errorf("ends with %v, want %v", got, test.want)
			}
		})
	}

	w := newWatcher("http://127.0.0.1:8080", story())
	lines := strings.Join(w.news([]incident.Incident{alarm}, at530, at(5, 50)), "\n")
	if !strings.Contains(lines, "This machine was too busy to look at about 05:30") || strings.Contains(lines, "Analysis found") {
		t.Errorf("of a false alarm of a busy machine it is told:\n%s", lines)
	}
	alarm.State, alarm.Revision = incident.StateWithdrawn, 2
	if lines := w.news([]incident.Incident{alarm}, at530, at(6, 0)); len(lines) > 0 {
		t.Errorf("and later:\n%s", lines)
	}
	act := found(incident.TypeNationwide, at(1, 0), at(2, 0), nil)
	if lines := w.news([]incident.Incident{act}, []Span{{at(1, 0), at(1, 1)}}, at(1, 20)); !strings.HasPrefix(lines[0], "Analysis found") {
		t.Errorf("of an act that was found all the same:\n%s", lines)
	}
}

func TestPaceIsTold(t *testing.T) {
	var p pacing
	for _, step := range []struct {
		second int
		pace   float64
		want   string
	}{
		{0, 1, ""},
		{1, 0.25, "now at 1/4 of its pace"},
		{50, 0, ""},      // not so soon again
		{95, 0.0625, ""}, // slower still is no news
		{200, 0, "the day waits"},
		{230, 1, ""},
		{300, 1, "full pace again"},
		{400, 0, "the day waits"},
		{570, 0, ""},
	} {
		line, err := p.news(step.pace, day.Add(time.Duration(step.second)*time.Second))
		if err != nil || (line == "") != (step.want == "") || !strings.Contains(line, step.want) {
			t.Errorf("after %d s: %q, %v, want %q", step.second, line, err, step.want)
		}
	}
	if _, err := p.news(0, day.Add(581*time.Second)); !errors.Is(err, ErrBusy) {
		t.Errorf("a day that stands still for more than three minutes goes on: %v", err)
	}
}
