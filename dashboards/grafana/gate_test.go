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
		(id, batch, probe, measured_at, received_at, country, asn, as_name, origin, source, vantage, kind, target, class, failure, domestic_tried, domestic_answered, resolver, transport, query)
		SELECT toString(%[3]d * 100 + number) || '-%[1]s-%[2]d', '', 'p' || toString(number) || '-%[2]d', toDateTime64(%[4]d, 3), toDateTime64(%[4]d, 3), 'XL', %[2]d, 'Net', 'located',
		'lamplight', 'probe', '%[1]s', 'https://chat.example/', 'service', 'generic_timeout_error', 2, %[5]d, 'system', 'system', 'A' FROM numbers(%[6]d)`,
		kind, asn, minute, midday+60*minute, answered, probes))
	if err != nil {
		t.Fatal(err)
	}
}

// deliver plants a batch of each of so many probes of a network, from an address there or only said to be from there.
func deliver(t *testing.T, db *store.DB, origin string, asn, probes int) {
	t.Helper()
	err := db.Exec(t.Context(), fmt.Sprintf(`INSERT INTO batches (id, probe, received_at, created_at, country, asn, origin, records)
		SELECT toString(number) || '-%[1]s-%[2]d', 'p' || toString(number) || '-%[2]d', toDateTime64(%[3]d, 3), toDateTime64(%[3]d, 3), 'XL', %[2]d, '%[1]s', 1 FROM numbers(%[4]d)`,
		origin, asn, midday, probes))
	if err != nil {
		t.Fatal(err)
	}
}

// rows returns how many rows each query of the boards has.
func rows(t *testing.T, db *store.DB) map[string]int {
	t.Helper()
	type count struct {
		Rows uint64 `ch:"rows"`
	}
	out := map[string]int{}
	for title, query := range queries(t) {
		got, err := store.Collect(store.Select[count](t.Context(), db, "SELECT count() AS rows FROM ("+fill(query)+")"))
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Rows != 0 {
			out[title] = int(got[0].Rows)
		}
	}
	return out
}

// No point of a board rests on fewer than five probes that a gateway has found in their network, and no country is named
// that has fewer: who only says where they are adds nothing to one volunteer, and hides nobody among them.
func TestFewProbesMakeNoPoint(t *testing.T) {
	for _, test := range []struct {
		name            string
		looked, located int
		shown           bool
	}{
		{"four probes", 4, 4, false},
		{"four probes and a made-up one", 5, 4, false},
		{"a volunteer and many made-up keys", 20, 1, false},
		{"five probes", 5, 5, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := migrated(t)
			for _, kind := range []string{"beat", "dns", "tcp", "tls", "http"} {
				look(t, db, kind, 64501, test.looked, 0, 2)
			}
			deliver(t, db, "declared", 64501, test.looked)
			deliver(t, db, "located", 64501, test.located)
			got := rows(t, db)
			if test.shown {
				for title := range queries(t) {
					if got[title] == 0 && !strings.HasSuffix(title, "/External signals") && !strings.HasSuffix(title, "/Incidents") {
						t.Errorf("%s does not show what five probes did", title)
					}
				}
			} else if len(got) != 0 {
				t.Errorf("these show what fewer than five probes did: %v", got)
			}
		})
	}
}

// A country of which others tell can be chosen without a probe there.
func TestCountryOfOthersIsListed(t *testing.T) {
	db := migrated(t)
	if err := db.Exec(t.Context(), fmt.Sprintf(`INSERT INTO signals (entity_type, entity_code, at, value) VALUES ('country', 'XM', toDateTime64(%d, 3), 1)`, midday)); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db); got["Lamplight: a country/country"] != 1 {
		t.Errorf("shown are %v", got)
	}
}

// What succeeds is told of the same looks as the signals of the same names: no handshake under another name, and no
// lookup that a user's programs do not make.
func TestSucceededLeavesOutWhatIsNoLook(t *testing.T) {
	db := migrated(t)
	deliver(t, db, "located", 64501, 5)
	for n, one := range []struct{ kind, resolver, transport, query, decoy, failure string }{
		{"tls", "", "", "", "false", ""},
		{"tls", "", "", "", "true", "connection_reset"},
		{"dns", "isp", "udp", "A", "false", ""},
		{"dns", "system", "system", "AAAA", "false", ""},
		{"dns", "public", "udp", "A", "false", "generic_timeout_error"},
		{"dns", "isp", "dot", "A", "false", "generic_timeout_error"},
		{"dns", "isp", "udp", "HTTPS", "false", "generic_timeout_error"},
	} {
		err := db.Exec(t.Context(), fmt.Sprintf(`INSERT INTO measurements
			(id, batch, probe, measured_at, received_at, country, asn, origin, source, vantage, kind, target, resolver, transport, query, decoy, failure)
			SELECT toString(%[1]d * 10 + number), '', 'p' || toString(number) || '-64501', toDateTime64(%[2]d, 3), toDateTime64(%[2]d, 3), 'XL', 64501, 'located',
			'lamplight', 'probe', '%[3]s', 'a.example', '%[4]s', '%[5]s', '%[6]s', %[7]s, '%[8]s' FROM numbers(5)`,
			n, midday, one.kind, one.resolver, one.transport, one.query, one.decoy, one.failure))
		if err != nil {
			t.Fatal(err)
		}
	}
	type row struct {
		Kind      string  `ch:"kind"`
		Succeeded float64 `ch:"succeeded"`
	}
	query := "SELECT toString(kind) AS kind, succeeded FROM (" + fill(queries(t)["Lamplight: a country/Checks that succeeded, by kind"]) + ") ORDER BY kind"
	got, err := store.Collect(store.Select[row](t.Context(), db, query))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]row{{"dns", 1}, {"tls", 1}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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
	deliver(t, db, "located", 64501, 6)
	deliver(t, db, "located", 64502, 4)
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
