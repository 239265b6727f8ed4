package atlas

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// every returns minutes from one to another, so many apart.
func every(from, to, apart int) []int {
	var out []int
	for m := from; m < to; m += apart {
		out = append(out, m)
	}
	return out
}

// A probe of which the log says nothing more is not connected for good, nor was it before the log began.
func TestOutsideTheLogIsAHole(t *testing.T) {
	five := events("1:+35-500 2:+36-501 3:+37-502 4:+38-503 5:+39-504")
	for _, test := range []struct {
		name string
		log  []int  // minutes at which something is logged elsewhere
		want string // minutes of holes
	}{
		{"the log covers all", append(every(0, 600, 10), 599), ""},
		{"it begins and ends within", every(30, 510, 10), "0-30 505-600"},
		{"it has a gap of hours", slices.Concat(every(0, 100, 2), every(400, 600, 2), []int{599}), "100-400"},
		{"not quite an hour of silence is none", slices.Concat(every(0, 100, 10), every(155, 600, 10), []int{599}), ""},
		{"in a log of few probes hours are none", slices.Concat(every(0, 200, 30), every(400, 600, 30), []int{599}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := append(slices.Clone(five), elsewhere(test.log...)...)
			s := Connected(all, start, start.Add(10*time.Hour))[0]
			var holes []string
			for i := 0; i < len(s.Values); i++ {
				first := i
				for i < len(s.Values) && math.IsNaN(s.Values[i]) {
					i++
				}
				if i > first {
					holes = append(holes, fmt.Sprintf("%d-%d", first*5, i*5))
				}
			}
			if got := strings.Join(holes, " "); got != test.want {
				t.Errorf("holes at %q, want %q", got, test.want)
			}
		})
	}
}

// Where a probe ends up says nothing of where it was; that it has moved does not make it lost.
func TestAProbeCountsWhereItWas(t *testing.T) {
	all := events("1:+0-12+20 2:+0 3:+0 4:+0 5:+0 6:+0")
	for i := range all {
		if all[i].ProbeID == 1 && all[i].At.After(start.Add(15*time.Minute)) {
			all[i].ASN, all[i].Country = 12556, "UG"
		}
	}
	all = append(all, elsewhere(29)...)
	seen := 0
	for _, s := range Connected(all, start, start.Add(30*time.Minute)) {
		if got := fmt.Sprint(s.Values); got != "[6 6 6 5 6 6]" {
			t.Errorf("%s had %s, want [6 6 6 5 6 6]", s.Place, got)
		}
		seen++
	}
	if seen != 2 {
		t.Errorf("%d series, want Kenya and its network", seen)
	}
}

func TestNoLog(t *testing.T) {
	if got := Connected([]store.AtlasConnection{}, start, start.Add(time.Hour)); got != nil {
		t.Errorf("of no log: %v", got)
	}
}
