package upload

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOrder(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	all := []string{"a", "b", "c"}
	w := &ways{}
	check := func(what, class string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, w.order(class, all, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("nothing is known", "fixed", "a", "b", "c")
	w.learn("fixed", "a", false, now)
	check("the first failed", "fixed", "b", "c", "a")
	check("on another class of network", "mobile", "a", "b", "c")
	w.learn("fixed", "c", true, now)
	check("the last worked", "fixed", "c", "b", "a")
	for range 50 {
		w.learn("fixed", "c", true, now)
	}
	for range 3 {
		w.learn("fixed", "c", false, now)
	}
	check("three failures do not outweigh fifty", "fixed", "c", "b", "a")
	now = now.AddDate(0, 0, 9)
	w.learn("fixed", "c", false, now)
	check("what worked nine days ago does not outweigh a failure today", "fixed", "b", "a", "c")
	now = now.AddDate(-1, 0, 0) // the clock is set back
	check("nothing fades while the clock is set back", "fixed", "b", "c", "a")
}
