package pairing

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// What is stored of an hour is another when a look in it moved: a copy that came earlier says another place, and then
// another control is compared with.
func TestHoursOfALookThatMoved(t *testing.T) {
	for name, move := range map[string]func(*store.Measurement){
		"to another country": func(m *store.Measurement) { m.Country = "XM" },
		"to another network": func(m *store.Measurement) { m.ASN = 64502 },
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t, store.MigrateIngest)
			hours := func() map[time.Time]uint64 {
				t.Helper()
				found, err := Hours(t.Context(), db, noon, noon.Add(time.Hour))
				if err != nil || found[noon] == 0 {
					t.Fatalf("%v: %v", found, err)
				}
				return found
			}
			rows := probe("XL", 5, false).rows()
			storetest.Keep(t, db, rows)
			before := hours()
			storetest.Keep(t, db, rows)
			if again := hours(); again[noon] != before[noon] {
				t.Error("a copy makes the hour another")
			}
			for i := range rows {
				move(&rows[i])
				rows[i].ReceivedAt = rows[i].ReceivedAt.Add(-time.Second)
			}
			storetest.Keep(t, db, rows)
			if after := hours(); after[noon] == before[noon] {
				t.Error("the hour is the same")
			}
		})
	}
}
