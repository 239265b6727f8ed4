package storetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// A record that is kept is in the views, and so is where its batch found the key.
func TestKeep(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	at := time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)
	storetest.Keep(t, db, []store.Measurement{{
		ID: strings.Repeat("i", 16), Batch: strings.Repeat("b", 32), Probe: strings.Repeat("p", 32), MeasuredAt: at, ReceivedAt: at.Add(time.Minute),
		Country: "XL", ASN: 64501, Origin: string(store.OriginLocated), Source: store.SourceLamplight, Vantage: store.VantageProbe, Kind: "beat",
	}})
	type row struct {
		Country string `ch:"country"`
		ASN     uint32 `ch:"asn"`
		Origin  string `ch:"origin"`
	}
	got, err := store.Collect(store.Select[row](t.Context(), db,
		"SELECT b.country AS country, b.asn AS asn, b.origin AS origin FROM v_measurements AS m INNER JOIN v_batches AS b ON m.batch = b.id AND m.probe = b.probe"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]row{{"XL", 64501, "located"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
