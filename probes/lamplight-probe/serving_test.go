package main

import (
	"flag"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/probes"
)

// What a service gives to run is what its installation was told, and run reads it as that.
func TestForRun(t *testing.T) {
	for _, test := range []struct {
		name   string
		budget uint
		quiet  probes.Hours
		want   []string
	}{
		{"nothing was said", probes.DefaultBudget, probes.Hours{}, nil},
		{"a budget", 5, probes.Hours{}, []string{"--budget", "5"}},
		{"no limit", 0, probes.Hours{}, []string{"--budget", "0"}},
		{"both", 5, probes.Hours{From: 23 * 60, Until: 6*60 + 30}, []string{"--budget", "5", "--quiet", "23:00-06:30"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := forRun(test.budget, test.quiet)
			if !slices.Equal(got, test.want) {
				t.Fatalf("%q, want %q", got, test.want)
			}
			budget, quiet := uint(probes.DefaultBudget), probes.Hours{}
			f := flag.NewFlagSet("run", flag.ContinueOnError)
			number(f, &budget, "budget", 1_000_000, "", "")
			hours(f, &quiet, "quiet", "")
			if err := f.Parse(got); err != nil || budget != test.budget || quiet != test.quiet {
				t.Errorf("run reads %d MB, quiet %s (%v)", budget, quiet, err)
			}
		})
	}
}
