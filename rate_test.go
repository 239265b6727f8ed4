package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/lab"
)

// rtt is that of a site abroad.
const rtt = 50 * time.Millisecond

// maxPeak is what a volunteer's machine may be asked for: a router has 64 MB in all.
const maxPeak = 30 << 20

// measureRate looks at many sites with the program that volunteers run, built as it is released.
func measureRate(t testing.TB, sites int) lab.RateResult {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lamplight-probe")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./probes/lamplight-probe")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	result, err := lab.MeasureRate(t.Context(), lab.Rate{Program: program, Sites: sites, RTT: rtt})
	inLab(t, err)
	return result
}

// A list of sites is looked at within a router's memory, and each of them is reached.
func TestOnceOverAList(t *testing.T) {
	result := measureRate(t, 100)
	if _, after, _ := strings.Cut(result.Count, ":\n"); after != "    100  reached\n" {
		t.Errorf("not all were reached:\n%s", result.Count)
	}
	if result.Peak == 0 || result.Peak > maxPeak {
		t.Errorf("%d bytes of memory, want some, and at most %d", result.Peak, maxPeak)
	}
}

// BenchmarkOnce is the rate at which a thousand sites are looked at, 50 ms away, and what it costs.
func BenchmarkOnce(b *testing.B) {
	const sites = 1000
	for b.Loop() {
		result := measureRate(b, sites)
		b.ReportMetric(sites/result.Took.Seconds(), "sites/s")
		b.ReportMetric(result.Processor.Seconds()*1000/sites, "cpu-s/1000-sites")
		b.ReportMetric(float64(result.Peak)/(1<<20), "MiB-peak")
		b.Log(strings.TrimSpace(result.Count))
	}
}
