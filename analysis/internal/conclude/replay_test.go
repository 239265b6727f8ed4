package conclude_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/observe"
	"github.com/lamplight-net/lamplight/analysis/internal/revise"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// operator is a network of the replayed day.
type operator struct {
	place  incident.Place
	mobile bool
	probes int
}

func operators() []operator {
	xl := func(asn uint32) incident.Place { return incident.Place{Country: "XL", ASN: asn} }
	return []operator{
		{xl(64501), true, 12}, {xl(64502), true, 10}, {xl(64503), false, 10}, {xl(64504), false, 8}, {xl(64505), false, 5},
		{incident.Place{Country: "XM", ASN: 64511}, false, 15}, {incident.Place{Country: "XM", ASN: 64512}, true, 8},
	}
}

// cut is a time in which operators are cut off. What their probes measured comes when it is over.
type cut struct {
	from, to float64 // hours of the day
	of       func(operator) bool
}

// cuts are what happens: all of XL, its mobile networks, and in between our own gateway, which cuts nobody off.
func cuts() (acts []cut, gateway cut) {
	xl := func(o operator) bool { return o.place.Country == "XL" }
	return []cut{{2, 3, xl}, {5.5, 6.5, func(o operator) bool { return xl(o) && o.mobile }}},
		cut{3.75, 4.25, func(operator) bool { return true }}
}

// beat is one beat of one probe.
type beat struct {
	bin, operator int
	online        bool // an anchor answered
	received      time.Time
	settled       time.Time // from when on it counts as settled
}

// daysBefore is how many ordinary days go before the replayed one.
const daysBefore = 5

// beatsOf plays some ordinary days and ten hours of the next. Every fourth probe sleeps at night.
func beatsOf(seed uint64) (out []beat) {
	dice := rand.New(rand.NewPCG(seed, 7))
	acts, gateway := cuts()
	for k, o := range operators() {
		for n := range o.probes {
			sleepy, bed := n%4 == 3, 22+2*dice.Float64()
			late := time.Duration(dice.Float64() * float64(15*time.Minute)) // how long it waits between attempts
			for bin := range (daysBefore*24 + 10) * 12 {
				measured := day.AddDate(0, 0, -daysBefore).Add(time.Duration(bin)*series.Bin + time.Duration(dice.IntN(280))*time.Second)
				hour := measured.Sub(day).Hours()
				if clock := math.Mod(hour+24*daysBefore, 24); sleepy && (clock >= bed || clock < bed-17) {
					continue
				}
				b := beat{bin: bin, operator: k, online: true}
				b.received = measured.Add(time.Duration(dice.ExpFloat64() * float64(2*time.Minute)))
				for _, c := range append(acts, gateway) {
					sent := b.received.Sub(day).Hours()
					if c.of(o) && sent >= c.from && sent < c.to {
						b.received = hourOf(c.to).Add(late)
					}
				}
				for _, c := range acts {
					b.online = b.online && !(c.of(o) && hour >= c.from && hour < c.to)
				}
				b.settled = b.received
				if b.received.Sub(measured) > 15*time.Minute {
					b.settled = b.received.Add(time.Hour)
				}
				out = append(out, b)
			}
		}
	}
	return out
}

func hourOf(hour float64) time.Time { return day.Add(time.Duration(hour * float64(time.Hour))) }

// replay delivers beats as they were received.
type replay struct {
	heard, settled []beat // not yet delivered, not yet settled; in order of time
	cells          [][]observe.Beats
}

func newReplay(beats []beat) *replay {
	r := &replay{
		heard:   slices.SortedFunc(slices.Values(beats), func(a, b beat) int { return a.received.Compare(b.received) }),
		settled: slices.SortedFunc(slices.Values(beats), func(a, b beat) int { return a.settled.Compare(b.settled) }),
	}
	for bin := range (daysBefore*24 + 10) * 12 {
		var row []observe.Beats
		for _, o := range operators() {
			at := day.AddDate(0, 0, -daysBefore).Add(time.Duration(bin) * series.Bin)
			row = append(row, observe.Beats{Bin: at, Country: o.place.Country, ASN: o.place.ASN})
		}
		r.cells = append(r.cells, row)
	}
	return r
}

// seen returns what there is to see at a time, which is after that of the call before.
func (r *replay) seen(now time.Time) conclude.Seen {
	for ; len(r.heard) > 0 && !r.heard[0].received.After(now); r.heard = r.heard[1:] {
		b := r.heard[0]
		c := &r.cells[b.bin][b.operator]
		c.Heard, c.DomesticTried, c.ForeignTried = c.Heard+1, c.DomesticTried+2, c.ForeignTried+2
		if b.online {
			c.Online, c.DomesticAnswered, c.ForeignAnswered = c.Online+1, c.DomesticAnswered+2, c.ForeignAnswered+2
		}
	}
	for ; len(r.settled) > 0 && !r.settled[0].settled.After(now); r.settled = r.settled[1:] {
		r.cells[r.settled[0].bin][r.settled[0].operator].Settled++
	}
	from, until := r.cells[0][0].Bin, now.Add(-15*time.Minute).Truncate(series.Bin)
	var rows []observe.Beats
	for _, row := range r.cells {
		for _, c := range row {
			if c.Heard > 0 && c.Bin.Before(until) {
				rows = append(rows, c)
			}
		}
	}
	networks := make(map[incident.Place]judge.Network)
	for _, o := range operators() {
		networks[o.place] = judge.Network{Type: map[bool]string{true: "mobile", false: "fixed"}[o.mobile]}
	}
	return conclude.Seen{
		Series:   append(observe.Online(rows, from, until, now), observe.Shares(rows, nil, from, until)...),
		Networks: networks, Until: until,
	}
}

// A day, looked at every quarter of an hour, while probes deliver late what they kept: every act is one
// candidate from the first look on that finds it, under one id, and nothing else is ever told.
func TestReplay(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			acts, _ := cuts()
			r := newReplay(beatsOf(seed))
			known := make(map[string]incident.Incident)
			taken := make(map[string]bool)
			for now := day.Add(100 * time.Minute); now.Before(day.Add(9 * time.Hour)); now = now.Add(15 * time.Minute) {
				seen := r.seen(now)
				window := revise.Window{Since: seen.Until.Add(-24 * time.Hour), Until: seen.Until, Series: seen.Series}
				for _, i := range revise.Due(conclude.Incidents(seen), slices.Collect(maps.Values(known)), taken, window, now) {
					i.Revision++
					if before, again := known[i.ID]; i.Revision != before.Revision+1 || again == (i.Revision == 1) {
						t.Errorf("%s: revision %d of %s follows %d", now.Format("15:04"), i.Revision, i.ID, before.Revision)
					}
					known[i.ID], taken[i.ID] = i, true
					if i.State == incident.StateWithdrawn {
						t.Errorf("%s: taken back: %s", now.Format("15:04"), brief(i))
					}
				}
				if err := oneEach(known, acts); err != "" {
					t.Errorf("%s: %s", now.Format("15:04"), err)
				}
			}
			var got []string
			for _, id := range slices.Sorted(maps.Keys(known)) {
				got = append(got, brief(known[id]))
			}
			want := []string{"NATIONWIDE XL 02:00 03:00", "NETWORK XL 05:30 06:30 [64501 64502]"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("told in the end (-want +got):\n%s", diff)
			}
		})
	}
}

// oneEach says what is wrong when an act has more than one candidate that overlaps it, or a candidate no act.
func oneEach(known map[string]incident.Incident, acts []cut) string {
	var of [2][]string
	for _, i := range known {
		none := true
		for k, a := range acts {
			end := i.AsOf
			if i.End != nil {
				end = i.End.Best
			}
			if i.Onset.Best.Before(hourOf(a.to)) && end.After(hourOf(a.from)) {
				of[k] = append(of[k], brief(i))
				none = false
			}
		}
		if none {
			return "of nothing: " + brief(i)
		}
	}
	for _, candidates := range of {
		if len(candidates) > 1 {
			slices.Sort(candidates)
			return fmt.Sprint("twice: ", candidates)
		}
	}
	return ""
}
