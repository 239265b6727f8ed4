package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// BenchmarkThrottling prints which rates are called throttling: a censor lets a page through at one rate after another,
// and then the site itself is slow for everybody. The scenes are the tests of it.
func BenchmarkThrottling(b *testing.B) {
	for b.Loop() {
		sweep(b)
	}
}

func sweep(b *testing.B) {
	play := func(bytes int, site, censor string) analysis.Verdict {
		b.Helper()
		played, err := lab.PlayScene(b.Context(), fmt.Appendf(nil,
			"about a page at a pace\nsite news.example 151.100.0.10 bytes=%d%s\n%s\nlook https://news.example/\nverdict blocked throttling\n", bytes, site, censor))
		inLab(b, err)
		for _, r := range played.Probe {
			if r.HTTP != nil {
				b.Logf("took %d ms, each 8 KiB at %v ms", r.DurationMS, r.HTTP.PaceMS)
			}
		}
		return analysis.Judge(analysis.Look{Probe: played.Probe, Control: played.Control})
	}
	for _, page := range []struct {
		bytes int
		rates []int // bytes a second; the first is a crawl, the last is not
	}{
		{24_000, []int{2000, 4000, 5000, 6000, 7000, 7500, 8000, 8500, 9000, 10000, 12000, 32000}},
		{60_000, []int{4000, 8000, 10000, 12000, 14000, 16000, 18000, 20000, 24000, 28000, 32000, 64000}},
	} {
		for i, rate := range page.rates {
			v := play(page.bytes, "", fmt.Sprint("censor throttle 151.100.0.10 ", rate))
			b.Logf("%d bytes at %5d bytes/s: %s %v %v", page.bytes, rate, v.Class, v.How, v.Rules)
			throttled := slices.Contains(v.How, analysis.How("throttling"))
			if first, last := i == 0, i == len(page.rates)-1; first && !throttled || last && throttled {
				b.Errorf("%d bytes/s is called throttling: %t", rate, throttled)
			}
		}
	}
	for _, rate := range []int{6000, 16000, 32000} {
		v := play(60_000, fmt.Sprint(" rate=", rate), "")
		b.Logf("the site itself sends %5d bytes/s: %s %v %v", rate, v.Class, v.How, v.Rules)
		if v.Class == "blocked" {
			b.Errorf("a site that sends %d bytes/s to everybody is said to be blocked", rate)
		}
	}
}
