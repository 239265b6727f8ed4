package agent

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// A gateway can want what is on the list that is followed, and nothing else.
func TestHear(t *testing.T) {
	p := plan.Plan{Version: "ke-3"}
	for n := range 3 {
		p.Targets = append(p.Targets, plan.Target{URL: fmt.Sprintf("https://%d.example/", n), Class: "foreign"})
	}
	a := Agent{cfg: Config{Plan: p.WithDefaults()}}
	for _, test := range []struct {
		name  string
		hears *measurement.Wanted
		then  []int
	}{
		{"two", &measurement.Wanted{List: "ke-3", Targets: []uint16{2, 0}}, []int{2, 0}},
		{"of another issue", &measurement.Wanted{List: "ke-2", Targets: []uint16{1}}, []int{2, 0}},
		{"of another list", &measurement.Wanted{List: "ug-3", Targets: []uint16{1}}, []int{2, 0}},
		{"one, many times over", &measurement.Wanted{List: "ke-3", Targets: []uint16{1, 1, 1}}, []int{1}},
		{"numbers that no target has", &measurement.Wanted{List: "ke-3", Targets: []uint16{3, 65535, 0}}, []int{0}},
		{"nothing any more", nil, nil},
	} {
		a.hear(test.hears)
		if got := a.wanted(a.cfg.Plan).Wanted; !slices.Equal(got, test.then) {
			t.Errorf("%s: targets %v are wanted, not %v", test.name, got, test.then)
		}
	}
}

// Receipts may come while the plan is read.
func TestHearWhileItRuns(t *testing.T) {
	p := plan.Plan{Version: "ke-3", Targets: []plan.Target{{URL: "https://a.example/", Class: "foreign"}}}.WithDefaults()
	a := Agent{cfg: Config{Plan: p}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			a.hear(&measurement.Wanted{List: "ke-3", Targets: []uint16{0}})
		}
	}()
	for range 100 {
		_ = a.wanted(p)
	}
	<-done
}
