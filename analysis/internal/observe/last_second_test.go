package observe

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// What was measured in the last moment before a bound is within it, also where nothing else is stored beside it: the engine's
// index must not take a bound of whole seconds for the second before.
func TestTheLastSecondCounts(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	until := day.Add(12 * series.Bin)
	at := until.Add(-100 * time.Millisecond)
	storetest.Keep(t, db, []store.Measurement{beat("XL", 1, at), fetch("XL", 1, at, "service", "https://chat.example/", ""),
		fetch("XM", 1, at, "service", "https://chat.example/", "")})
	beats, err := readBeats(t.Context(), db, day, until, until)
	if err != nil || len(beats) != 1 || beats[0].Heard != 1 {
		t.Errorf("beats %+v, %v", beats, err)
	}
	checks, err := readChecks(t.Context(), db, day, until)
	if err != nil || len(checks) == 0 {
		t.Errorf("checks %+v, %v", checks, err)
	}
	networks, err := Networks(t.Context(), db, day, until)
	if err != nil || len(networks) == 0 {
		t.Errorf("networks %+v, %v", networks, err)
	}
}
