package detect

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// Finding is what detection made of one place: of its connectivity, or of one service there.
type Finding struct {
	Place   incident.Place
	Service string // host name; empty for connectivity
	Result
}

// MeanEvidence returns the mean evidence of the bins from first to last that the place is dark, NaN when
// less than half of them could be seen.
func (r *Result) MeanEvidence(first, last int) float64 {
	sum, known := 0.0, 0
	for i := first; i <= last && i < len(r.sharp); i++ {
		if !math.IsNaN(r.sharp[i]) {
			sum += r.sharp[i]
			known++
		}
	}
	if 2*known < last-first+1 || known == 0 {
		return math.NaN()
	}
	return sum / float64(known)
}

// Places judges every place in all, and every service of a place by itself: a service that is blocked
// must not pass for a network that is down. All series must cover the same bins. The findings are in
// order of place and service, and do not depend on the order of all.
func Places(all []series.Series, p Parameters) []Finding {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b series.Series) int {
		return cmp.Or(compare(a, b), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Source, b.Source))
	})
	var findings []Finding
	var groups [][]series.Series
	for i, s := range sorted {
		if i == 0 || compare(sorted[i-1], s) != 0 {
			findings = append(findings, Finding{Place: s.Place, Service: s.Service})
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], s)
	}
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range findings {
		work.Go(func() error {
			findings[i].Result = Run(groups[i], p)
			return nil
		})
	}
	_ = work.Wait() // no unit of the work can fail
	return findings
}

func compare(a, b series.Series) int {
	return cmp.Or(
		cmp.Compare(a.Place.Country, b.Place.Country), cmp.Compare(a.Place.Region, b.Place.Region),
		cmp.Compare(a.Place.ASN, b.Place.ASN), cmp.Compare(a.Service, b.Service))
}
