package observe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// steady returns two hours of beats in which 20 probes of XL and 10 of XM are heard promptly and online.
func steady() []Beats {
	var out []Beats
	for i := range 24 {
		out = append(out, beats("XL", i, 20, 20, 20), beats("XM", i, 10, 10, 10))
	}
	return out
}

func beats(country string, bin int, heard, settled, online uint64) Beats {
	return Beats{
		Bin: day.Add(time.Duration(bin) * series.Bin), Country: country, ASN: 64501,
		Heard: heard, Settled: settled, Online: online,
		DomesticTried: 2 * heard, DomesticAnswered: 2 * online, ForeignTried: heard, ForeignAnswered: online,
	}
}

// last returns the values of XL's country series from bin 24 on, as text.
func last(all []series.Series, signal incident.Signal) string {
	for _, s := range all {
		if s.Place == (incident.Place{Country: "XL"}) && s.Signal == signal {
			var out []string
			for i := 24; i < len(s.Values); i++ {
				out = append(out, fmt.Sprint(s.Values[i]))
			}
			return strings.Join(out, " ")
		}
	}
	return "no series"
}

func TestOnline(t *testing.T) {
	for _, test := range []struct {
		name string
		then []Beats // bins 24 and 25
		want string
	}{
		{"all is well", []Beats{
			beats("XL", 24, 20, 20, 20), beats("XM", 24, 10, 10, 10),
			beats("XL", 25, 19, 19, 19), beats("XM", 25, 10, 10, 10),
		}, "20 19"},
		{"XL is silent and its neighbor is not", []Beats{
			beats("XM", 24, 10, 10, 10), beats("XM", 25, 9, 9, 9),
		}, "0 0"},
		{"everybody is silent: we are deaf", nil, "NaN NaN"},
		{"everybody fell silent, and only the neighbor has delivered yet", []Beats{
			beats("XM", 24, 10, 0, 10), beats("XM", 25, 10, 0, 10),
		}, "NaN NaN"},
		{"both have delivered, late", []Beats{
			beats("XL", 24, 20, 0, 20), beats("XM", 24, 10, 0, 10),
			beats("XL", 25, 20, 0, 20), beats("XM", 25, 10, 0, 10),
		}, "20 20"},
		{"XL has delivered in part, late", []Beats{
			beats("XL", 24, 8, 0, 8), beats("XM", 24, 10, 0, 10),
			beats("XL", 25, 8, 0, 8), beats("XM", 25, 10, 0, 10),
		}, "NaN NaN"},
		{"XL has still not come long after its neighbor", []Beats{
			beats("XM", 24, 10, 10, 10), beats("XM", 25, 10, 10, 10),
		}, "0 0"},
		{"XL delivers late what nobody answered", []Beats{
			beats("XL", 24, 20, 0, 0), beats("XL", 25, 17, 0, 1),
		}, "0 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := last(Online(append(steady(), test.then...), day, day.Add(26*series.Bin), day.Add(26*series.Bin)), incident.SignalProbes)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// After a deaf spell, who comes back first is chance: nobody's silence counts until all had time to.
func TestOnlineWaitsAfterDeafness(t *testing.T) {
	all := steady()[:2*20] // both are heard until bin 20, nobody for four bins, and then XM alone
	all = append(all, beats("XM", 24, 10, 10, 10), beats("XM", 25, 10, 10, 10))
	until := day.Add(26 * series.Bin)
	for lag, want := range map[time.Duration]string{0: "NaN NaN", 15 * time.Minute: "NaN NaN", 20 * time.Minute: "0 0"} {
		if got := last(Online(all, day, until, until.Add(lag)), incident.SignalProbes); got != want {
			t.Errorf("%v later: got %s, want %s", lag, got, want)
		}
	}
}

func TestOnlineNeedsFiveProbesAndHistory(t *testing.T) {
	var few []Beats
	for i := range 24 {
		few = append(few, beats("XL", i, 4, 4, 4), beats("XM", i, 10, 10, 10))
	}
	few = append(few, beats("XL", 24, 4, 4, 4), beats("XM", 24, 10, 10, 10))
	if got := last(Online(few, day, day.Add(25*series.Bin), day.Add(25*series.Bin)), incident.SignalProbes); got != "NaN" {
		t.Errorf("four probes gave %s", got)
	}
	first := Online(steady(), day, day.Add(24*series.Bin), day.Add(24*series.Bin))
	for i := range leastMemory {
		if first[0].Known(i) {
			t.Errorf("bin %d of the first hour is known without a usual number", i)
		}
	}
}

func TestShares(t *testing.T) {
	cell := func(bin int, asn uint32, tried, succeeded, probes uint64) Checks {
		return Checks{
			Bin: day.Add(time.Duration(bin) * series.Bin), Country: "XL", ASN: asn, Kind: "http", Service: "chat.example",
			Tried: tried, Succeeded: succeeded, Probes: probes,
		}
	}
	got := Shares(nil, []Checks{
		cell(24, 64501, 4, 1, 4), cell(24, 64502, 4, 1, 4), // together eight probes, though each network has too few
		cell(25, 64501, 4, 4, 4),
	}, day, day.Add(26*series.Bin))
	if text := last(got, incident.SignalService); text != "0.25 NaN" {
		t.Errorf("country's share is %s", text)
	}
	for _, s := range got {
		if s.Place.ASN != 0 && (s.Known(24) || s.Known(25)) {
			t.Errorf("%s shows a value of four probes", s.Place)
		}
	}
}

func TestAnchorsAreHolesWithoutBeats(t *testing.T) {
	got := Shares(append(steady(), beats("XL", 25, 20, 0, 0)), nil, day, day.Add(26*series.Bin))
	if text := last(got, incident.SignalAnchorsForeign); text != "NaN 0" {
		t.Errorf("got %s", text)
	}
}
