package main

import (
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/probes/lab"
)

var sweep = flag.Bool("sweep", false, "play a censor who throttles at many rates, and print which are called throttling: two minutes")

// A censor lets a page through at one rate after another, and then the site itself is slow for everybody.
func TestThrottlingSweep(t *testing.T) {
	if !*sweep {
		t.Skip("sweeps only with -sweep: it waits for slow pages")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("no ip command: install iproute2")
	}
	play := func(bytes int, site, censor string) analysis.Verdict {
		t.Helper()
		played, err := lab.PlayScene(t.Context(), fmt.Appendf(nil,
			"about a page at a pace\nsite news.example 151.100.0.10 bytes=%d%s\n%s\nlook https://news.example/\nverdict blocked throttling\n", bytes, site, censor))
		if errors.Is(err, lab.ErrNoNamespaces) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range played.Probe {
			if r.HTTP != nil {
				t.Logf("took %d ms, each 8 KiB at %v ms", r.DurationMS, r.HTTP.PaceMS)
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
			t.Logf("%d bytes at %5d bytes/s: %s %v %v", page.bytes, rate, v.Class, v.How, v.Rules)
			throttled := slices.Contains(v.How, analysis.How("throttling"))
			if first, last := i == 0, i == len(page.rates)-1; first && !throttled || last && throttled {
				t.Errorf("%d bytes/s is called throttling: %t", rate, throttled)
			}
		}
	}
	for _, rate := range []int{6000, 16000, 32000} {
		v := play(60_000, fmt.Sprint(" rate=", rate), "")
		t.Logf("the site itself sends %5d bytes/s: %s %v %v", rate, v.Class, v.How, v.Rules)
		if v.Class == "blocked" {
			t.Errorf("a site that sends %d bytes/s to everybody is said to be blocked", rate)
		}
	}
}
