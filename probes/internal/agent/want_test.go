package agent

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

// What a gateway wants replaces what it wanted before, within the plan and its bounds.
func TestWant(t *testing.T) {
	p := plan.Plan{Version: "test-1"}
	var urls []string
	for n := range 2 * MaxWanted {
		urls = append(urls, fmt.Sprintf("https://%d.example/", n))
		p.Targets = append(p.Targets, plan.Target{URL: urls[n], Class: "foreign"})
	}
	p = p.WithDefaults()
	var a Agent
	for _, test := range []struct {
		name string
		want []string
		got  []int
	}{
		{"nothing", nil, nil},
		{"two", []string{urls[3], urls[1]}, []int{3, 1}},
		{"another in their place", []string{urls[2]}, []int{2}},
		{"one that is not in the plan", []string{"https://elsewhere.example/", urls[2]}, []int{2}},
		{"nothing again", []string{}, nil},
	} {
		a.Want(test.want)
		if got := a.wanted(p).Wanted; !slices.Equal(got, test.got) {
			t.Errorf("%s: targets %v are wanted, not %v", test.name, got, test.got)
		}
	}
	a.Want(urls)
	if n := len(a.wanted(p).Wanted); n != MaxWanted {
		t.Errorf("%d targets are wanted", n)
	}
	mine := []string{urls[1]}
	a.Want(mine)
	mine[0] = urls[2]
	if got := a.wanted(p).Wanted; !slices.Equal(got, []int{1}) {
		t.Errorf("who changes what it wanted changes the agent's: %v", got)
	}
}

// Wants may come while the plan is read.
func TestWantWhileItRuns(t *testing.T) {
	p := plan.Plan{Version: "test-1", Targets: []plan.Target{{URL: "https://a.example/", Class: "foreign"}}}.WithDefaults()
	var a Agent
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			a.Want([]string{"https://a.example/"})
		}
	}()
	for range 100 {
		_ = a.wanted(p)
	}
	<-done
}
