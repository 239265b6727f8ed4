package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Every metric that the handbook says to watch is there before anything has happened: an alarm on a metric that
// does not exist never rings.
func TestWatchedMetricsAreThere(t *testing.T) {
	handbook, err := os.ReadFile("dashboards/handbook/run-it.md")
	if err != nil {
		t.Fatal(err)
	}
	// A control is a server of its own, which has all of its counts from the start.
	watched := regexp.MustCompile("(?m)^\\| `(lamplight_[a-z_]+)").FindAllStringSubmatch(string(handbook), -1)
	if len(watched) < 10 {
		t.Fatalf("the handbook names only %d metrics", len(watched))
	}
	o := startObservatory(t)
	missing := func() []string {
		families, err := o.process.metrics.Gather()
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, f := range families {
			there[f.GetName()] = true
		}
		var out []string
		for _, w := range watched {
			if strings.HasPrefix(w[1], controlMetrics) {
				continue
			}
			if !there[w[1]] {
				out = append(out, w[1])
			}
		}
		return out
	}
	deadline := time.Now().Add(time.Minute) // the loader makes its own when it has reached Kafka
	for len(missing()) > 0 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	if names := missing(); len(names) > 0 {
		t.Errorf("not there: %v", names)
	}
}
