package grafana_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// midday is within the time that the test's queries show.
const midday = 1767268800

// look plants records of a kind: of this many probes of a network, at this minute, with this many anchors
// answering.
func look(t *testing.T, db *store.DB, kind string, asn, probes, minute, answered int) {
	t.Helper()
	err := db.Exec(t.Context(), fmt.Sprintf(`INSERT INTO measurements
		(id, batch, probe, measured_at, received_at, country, asn, as_name, origin, source, vantage, kind, target, class, failure, domestic_tried, domestic_answered)
		SELECT toString(%[3]d * 100 + number) || '-%[1]s-%[2]d', '', 'p' || toString(number) || '-%[2]d', toDateTime64(%[4]d, 3), toDateTime64(%[4]d, 3), 'XL', %[2]d, 'Net', 'located',
		'lamplight', 'probe', '%[1]s', 'https://chat.example/', 'service', 'generic_timeout_error', 2, %[5]d FROM numbers(%[6]d)`,
		kind, asn, minute, midday+60*minute, answered, probes))
	if err != nil {
		t.Fatal(err)
	}
}

// No point of a board rests on fewer than five probes.
func TestFewProbesMakeNoPoint(t *testing.T) {
	db := migrated(t)
	for _, kind := range []string{"beat", "dns", "tcp", "tls", "http"} {
		look(t, db, kind, 64501, 4, 0, 2)
	}
	if err := db.Exec(t.Context(), fmt.Sprintf(`INSERT INTO batches (id, probe, received_at, created_at, country, asn, origin, records)
		SELECT toString(number), 'p' || toString(number), toDateTime64(%[1]d, 3), toDateTime64(%[1]d, 3), 'XL', 64501, 'located', 1 FROM numbers(4)`, midday)); err != nil {
		t.Fatal(err)
	}
	for title, query := range queries(t) {
		if strings.HasSuffix(title, "/country") {
			continue // which countries there are says nothing of when anybody was there
		}
		type count struct {
			Rows uint64 `ch:"rows"`
		}
		got, err := store.Collect(store.Select[count](t.Context(), db, "SELECT count() AS rows FROM ("+fill(query)+")"))
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Rows != 0 {
			t.Errorf("%s shows what four probes did", title)
		}
	}
}

// A network that has five volunteers is shown when none of them is online, however few could say so, and not
// how many are when they are fewer.
func TestBlackoutIsNoGap(t *testing.T) {
	db := migrated(t)
	look(t, db, "beat", 64501, 6, 0, 2)  // all well
	look(t, db, "beat", 64501, 3, 5, 2)  // three left
	look(t, db, "beat", 64501, 2, 10, 0) // none, by two that could say so
	look(t, db, "beat", 64502, 4, 0, 2)  // a network of four is never shown
	type row struct {
		Network string `ch:"network"`
		Online  string `ch:"online"`
	}
	query := "SELECT network, ifNull(toString(online), 'few') AS online FROM (" + fill(queries(t)["Lamplight: a country/Probes online, by network"]) + ") ORDER BY time"
	got, err := store.Collect(store.Select[row](t.Context(), db, query))
	if err != nil {
		t.Fatal(err)
	}
	want := []row{{"AS64501 Net", "6"}, {"AS64501 Net", "few"}, {"AS64501 Net", "0"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
