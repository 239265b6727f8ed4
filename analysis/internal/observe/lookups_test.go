package observe

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// TestReadCountsLookupsOfUsers checks that the names' series is of what a user's programs look up, whatever else a
// probe asks.
func TestReadCountsLookupsOfUsers(t *testing.T) {
	at := day.Add(time.Minute)
	ask := func(country string, probe int, resolver, transport, query, failure string) store.Measurement {
		m := row(country, probe, at, "dns")
		sum := sha256.Sum256(fmt.Append(nil, m.ID, resolver, transport, query))
		m.ID = string(sum[:16])
		m.Class, m.Target = "foreign", "site.example"
		m.Resolver, m.Transport, m.Query, m.Failure = resolver, transport, query, failure
		return m
	}
	const refused, timeout, none = "dns_refused_error", "generic_timeout_error", "dns_no_answer"
	for _, test := range []struct {
		name             string
		rows             func(probe int) []store.Measurement
		tried, succeeded uint64
	}{
		{"all is well", func(int) []store.Measurement { return nil }, 16, 16},
		{"encrypted resolvers are blocked", func(probe int) []store.Measurement {
			return []store.Measurement{
				ask("XL", probe, "public", "dot", "A", timeout), ask("XL", probe, "public", "doh", "A", timeout),
				ask("XL", probe, "isp", "dot", "A", timeout), ask("XL", probe, "isp", "tcp", "A", timeout),
			}
		}, 16, 16},
		{"public resolvers are", func(probe int) []store.Measurement {
			return []store.Measurement{ask("XL", probe, "public", "udp", "A", timeout), ask("XL", probe, "public", "udp", "AAAA", timeout)}
		}, 16, 16},
		{"public resolvers answer what the provider's denies", func(probe int) []store.Measurement {
			return []store.Measurement{ask("XL", probe, "public", "udp", "A", ""), ask("XL", probe, "isp", "udp", "A", refused)}
		}, 24, 16},
		{"questions for HTTPS records are dropped", func(probe int) []store.Measurement {
			return []store.Measurement{ask("XL", probe, "isp", "udp", "HTTPS", timeout), ask("XM", 100+probe, "isp", "udp", "HTTPS", "")}
		}, 16, 16},
		{"the name has no address of the other family anywhere", func(probe int) []store.Measurement {
			return []store.Measurement{ask("XL", probe, "isp", "udp", "AAAA", none), ask("XM", 100+probe, "isp", "udp", "AAAA", none)}
		}, 16, 16},
		{"it has one elsewhere", func(probe int) []store.Measurement {
			return []store.Measurement{ask("XL", probe, "isp", "udp", "AAAA", none), ask("XM", 100+probe, "public", "doh", "AAAA", "")}
		}, 24, 16},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := storetest.Open(t, store.MigrateIngest)
			var rows []store.Measurement
			for probe := range 8 {
				rows = append(rows, ask("XL", probe, "system", "system", "A", ""), ask("XL", probe, "system", "udp", "A", ""), ask("XM", 100+probe, "system", "system", "A", ""))
				rows = append(rows, test.rows(probe)...)
			}
			storetest.Keep(t, db, rows)
			until := day.Add(series.Bin)
			got, err := readChecks(t.Context(), db, day, until)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range got {
				// Of each probe the share of its lookups, in millionths.
				if c.Country == "XL" && (c.Tried != 8_000_000 || c.Succeeded != 8*(1_000_000*test.succeeded/test.tried) || c.Probes != 8) {
					t.Errorf("%+v, want %d of %d", c, test.succeeded, test.tried)
				}
			}
			if len(got) != 2 || got[0].Country != "XL" {
				t.Errorf("%+v, want a cell of each country", got)
			}
		})
	}
}
