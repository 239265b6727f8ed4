package alert_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/alert"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var (
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	home = measurement.Network{Country: "XL", ASN: 64501}
	cafe = measurement.Network{Country: "XL", ASN: 64502}
)

// seen is a check of a script: minutes after noon, on which network, of what.
type seen struct {
	minute  int
	network measurement.Network
	target  int
	records []measurement.Record
}

func beat(minute int, domestic, foreign uint8) seen {
	return seen{minute, home, plan.Beat, []measurement.Record{{Kind: measurement.KindBeat, Beat: &measurement.Beat{
		Domestic: measurement.Reach{Tried: 3, Answered: domestic}, Foreign: measurement.Reach{Tried: 3, Answered: foreign},
	}}}}
}

func look(minute, target int, failure measurement.Failure) seen {
	return seen{minute, home, target, []measurement.Record{{
		Kind: measurement.KindHTTP, Target: fmt.Sprintf("https://%d.example/", target), Failure: failure, HTTP: &measurement.HTTP{},
	}}}
}

func (s seen) on(n measurement.Network) seen { s.network = n; return s }

func (s seen) unplugged() seen { s.records[0].Beat.Interface = measurement.InterfaceDown; return s }

func (s seen) routeless() seen { s.records[0].Beat.Router = measurement.RouterNone; return s }

func TestSaw(t *testing.T) {
	const reset = measurement.FailureConnectionReset
	fine := func(targets ...int) (out []seen) {
		for _, n := range targets {
			out = append(out, look(0, n, ""))
		}
		return out
	}
	never := -1
	for _, test := range []struct {
		name    string
		targets int
		script  []seen
		changed int // minute of the last change that counts
	}{
		{"the first beat", 12, []seen{beat(0, 3, 3)}, never},
		{"nothing changes", 12, []seen{beat(0, 3, 3), beat(1, 3, 3)}, never},
		{"none abroad", 12, []seen{beat(0, 3, 3), beat(1, 3, 0), beat(2, 3, 0)}, 1},
		{"and back", 12, []seen{beat(0, 3, 3), beat(1, 3, 0), beat(50, 3, 3)}, 50},
		{"a plug was pulled", 12, []seen{beat(0, 3, 3), beat(1, 0, 0).unplugged(), beat(2, 0, 0).routeless(), beat(3, 3, 3)}, never},
		{"it went dark while the plug was out", 12, []seen{beat(0, 3, 3), beat(1, 0, 0).unplugged(), beat(2, 3, 0)}, 2},
		{"carried to another network", 12, []seen{beat(0, 3, 3), beat(1, 0, 3).on(cafe), beat(2, 0, 3).on(cafe), beat(3, 3, 3)}, never},
		{"dark on the other network", 12, []seen{beat(0, 3, 3), beat(1, 3, 3).on(cafe), beat(2, 0, 0).on(cafe)}, 2},
		{"one site", 12, append(fine(1), look(5, 1, reset)), never},
		{"one site, over and over", 12, append(fine(1), look(1, 1, reset), look(2, 1, ""), look(3, 1, reset), look(4, 1, "")), never},
		{"two sites", 12, append(fine(1, 2), look(5, 1, reset), look(6, 2, reset)), never},
		{"three sites", 12, append(fine(1, 2, 3), look(5, 1, reset), look(6, 2, reset), look(7, 3, reset)), 7},
		{"three sites, in more than 20 minutes", 12, append(fine(1, 2, 3), look(5, 1, reset), look(15, 2, reset), look(25, 3, reset)), never},
		{"three sites, and the clock was set back between", 12, append(fine(1, 2, 3), look(50, 1, reset), look(51, 2, reset), look(5, 3, reset)), never},
		{"three of a long list", 100, append(fine(1, 2, 3), look(5, 1, reset), look(6, 2, reset), look(7, 3, reset)), never},
		{"five of a long list", 100, append(fine(1, 2, 3, 4, 5),
			look(5, 1, reset), look(6, 2, reset), look(7, 3, reset), look(8, 4, reset), look(9, 5, reset)), 9},
		{"sites on another network", 12, append(fine(1, 2, 3),
			look(5, 1, reset).on(cafe), look(6, 2, reset).on(cafe), look(7, 3, reset).on(cafe)), never},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := alert.New(test.targets)
			for _, s := range test.script {
				a.Saw(noon.Add(time.Duration(s.minute)*time.Minute), s.network, s.target, s.records)
			}
			want := time.Time{}
			if test.changed != never {
				want = noon.Add(time.Duration(test.changed) * time.Minute)
			}
			if got := a.Changed(); !got.Equal(want) {
				t.Errorf("changed at %v, want %v", got, want)
			}
		})
	}
}

// quick goes through minutes of a line, and returns how many of them are of quick looks.
func quick(a *alert.Alert, from time.Time, minutes int, saw func(minute int) seen) int {
	n := 0
	for minute := range minutes {
		at := from.Add(time.Duration(minute) * time.Minute)
		s := saw(minute)
		a.Saw(at, s.network, s.target, s.records)
		if pace, _ := plan.PaceOf(plan.Conditions{Now: at, Changed: a.Changed()}); pace == plan.Quick {
			n++
		}
	}
	return n
}

func flapping(minute int) seen { return beat(minute, uint8(minute%2*3), 3) }

// A line that changes all the time is looked at quickly for two hours, and then for a sixth of its time.
func TestFlappingLine(t *testing.T) {
	a := alert.New(12)
	if n := quick(a, noon, 24*60, flapping); n < 5*60 || n > 6*60+20 {
		t.Errorf("on the first day %d minutes of quick looks", n)
	}
	if n := quick(a, noon.Add(24*time.Hour), 24*60, flapping); n < 3*60 || n > 4*60+20 {
		t.Errorf("on the second day %d minutes of quick looks", n)
	}
}

// After a calm half day all of it is there again: an onset, an end, and what follows them.
func TestCalmEarns(t *testing.T) {
	a := alert.New(12)
	quick(a, noon, 24*60, flapping)
	calm := noon.Add(36 * time.Hour)
	if n := quick(a, calm, 3*60, flapping); n < 2*60 || n > 2*60+50 {
		t.Errorf("%d minutes of quick looks", n)
	}
}

// One site that flips at each look, on a line where all else is well, never changes the pace.
func TestFlappingSite(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	saw := func(minute int) seen {
		if minute%30 == 0 {
			return look(minute, 0, []measurement.Failure{"", measurement.FailureTimeout}[dice.IntN(2)])
		}
		return look(minute, 1+minute%11, "")
	}
	if n := quick(alert.New(12), noon, 48*60, saw); n > 0 {
		t.Errorf("%d minutes of quick looks", n)
	}
}

// A clock that was set back neither ends the rest nor prolongs it for long.
func TestClockSetBack(t *testing.T) {
	a := alert.New(12)
	quick(a, noon, 24*60, flapping)
	if n := quick(a, noon.AddDate(0, -1, 0), 24*60, flapping); n > 6*60 {
		t.Errorf("%d minutes of quick looks after the clock was set back", n)
	}
}
