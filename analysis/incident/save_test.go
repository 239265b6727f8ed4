package incident_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/storetest"
)

// What somebody else wrote since the caller looked is not written over.
func TestSaveRefusesWhatWasRevisedSince(t *testing.T) {
	r := openRepository(t)
	published := event("a", "IQ", 2, 4)
	published.State = incident.StatePublished
	save(t, r, published)
	for _, compared := range []int{0, 2} { // a new incident that took the id, and one compared with what never was
		candidate := event("a", "IQ", 2, 6)
		candidate.Revision = compared
		if _, err := r.Save(t.Context(), candidate); !errors.Is(err, incident.ErrRevised) {
			t.Errorf("compared with revision %d: %v, want ErrRevised", compared, err)
		}
	}
	latest, err := r.Latest(t.Context(), "a")
	if err != nil || latest.Revision != 1 || latest.State != incident.StatePublished {
		t.Errorf("the latest is revision %d, %s: %v", latest.Revision, latest.State, err)
	}
}

// Of two writers at one revision at most one writes, and who was told that it wrote is who is read.
func TestTwoWritersOfOneRevision(t *testing.T) {
	db := storetest.Open(t, incident.Migrate)
	for round := range 20 {
		id := fmt.Sprint("i-", round)
		var wrote [2]bool
		var writers sync.WaitGroup
		for k := range wrote {
			writers.Go(func() {
				one := event(id, "IQ", 2, 4+k)
				one.ComputedAt = at(21 - k) // the second would win, by the earlier time
				switch _, err := incident.NewRepository(db).Save(t.Context(), one); {
				case err == nil:
					wrote[k] = true
				case !errors.Is(err, incident.ErrRevised):
					t.Error(err)
				}
			})
		}
		writers.Wait()
		latest, err := incident.NewRepository(db).Latest(t.Context(), id)
		switch {
		case wrote[0] && wrote[1]:
			t.Errorf("%s: both wrote revision 1", id)
		case !wrote[0] && !wrote[1]:
			if !errors.Is(err, incident.ErrNotFound) {
				t.Errorf("%s: nobody wrote, and it is there: %v", id, err)
			}
		default:
			want := 4
			if wrote[1] {
				want = 5
			}
			if err != nil || !latest.End.Best.Equal(at(want)) {
				t.Errorf("%s: what was written is not what is read: %v", id, err)
			}
		}
	}
}

func TestIDs(t *testing.T) {
	r := openRepository(t)
	first := save(t, r, event("a", "IQ", 2, 4))
	first.State = incident.StateWithdrawn
	save(t, r, first)
	save(t, r, event("b", "KE", 2, 4))
	ids, err := r.IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"a": true, "b": true}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
