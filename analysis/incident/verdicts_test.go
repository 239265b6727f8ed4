package incident_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// kept are verdicts of some probes, one each, of a site.
func kept(site string, first, n int, word string, change func(*incident.LookVerdict)) []incident.LookVerdict {
	var out []incident.LookVerdict
	for k := first; k < first+n; k++ {
		v := incident.LookVerdict{
			Target: site, At: at(3), Batch: fmt.Sprintf("%032d", k), Check: 1, Probe: fmt.Sprintf("%032d", k), Country: "XL", ASN: 64501, Located: true,
			Class: "foreign", Verdict: word, JudgedAt: at(5),
		}
		if word == "blocked" {
			v.How = []string{"dns"}
		}
		if change != nil {
			change(&v)
		}
		out = append(out, v)
	}
	return out
}

// What is published of verdicts: no cell of fewer than five probes that were measured, and beside a share of how many.
func TestBlocked(t *testing.T) {
	db := storetest.Open(t, incident.Migrate)
	const enough = incident.FewestProbes
	rehearsed := func(v *incident.LookVerdict) { v.Generated = true }
	var all []incident.LookVerdict
	for _, some := range [][]incident.LookVerdict{
		kept("enough", 0, enough, "blocked", nil),
		kept("few", 0, enough-1, "blocked", nil),
		kept("few of many", 0, enough-1, "blocked", nil),
		kept("few of many", 10, 30, "inconclusive", nil),
		kept("few and rehearsed", 0, enough-1, "blocked", nil),
		kept("few and rehearsed", 10, 3, "blocked", rehearsed),
		kept("few and declared", 0, enough-1, "blocked", nil),
		kept("few and declared", 10, 30, "blocked", func(v *incident.LookVerdict) { v.Located = false }),
		kept("rehearsed", 0, enough, "down", rehearsed),
		kept("mostly undecided", 0, enough, "blocked", nil),
		kept("mostly undecided", 10, 20, "inconclusive", nil),
		kept("mostly undecided", 40, 20, "local", nil),
		kept("two ways", 0, enough, "blocked", nil),
		kept("two ways", 10, 3, "blocked", func(v *incident.LookVerdict) { v.How = []string{"tls"} }),
		kept("two ways", 20, 2, "accessible", func(v *incident.LookVerdict) { v.ASN = 64502 }),
		kept("two keys", 0, enough, "accessible", func(v *incident.LookVerdict) { v.Batch = strings.Repeat("b", 32) }),
		kept("without HTTP/3", 0, enough-1, "accessible", func(v *incident.LookVerdict) { v.Rules = []string{"http.same-as-control", "note.no-quic-at-all"} }),
		kept("without HTTP/3", 10, 1, "blocked", nil),
		kept("without HTTP/3", 20, 3, "inconclusive", func(v *incident.LookVerdict) { v.Rules = []string{"inconclusive", "note.no-quic-at-all"} }),
		kept("two days", 0, enough-1, "blocked", nil),
		kept("two days", 10, enough-1, "blocked", func(v *incident.LookVerdict) { v.At = v.At.Add(24 * time.Hour) }),
	} {
		all = append(all, some...)
	}
	if err := incident.NewRepository(db).SaveVerdicts(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	type cell struct {
		Target     string   `ch:"target"`
		Looked     uint64   `ch:"looked"`
		Probes     uint64   `ch:"probes"`
		Networks   uint64   `ch:"networks"`
		Looks      uint64   `ch:"looks"`
		Blocked    float64  `ch:"blocked"`
		Accessible float64  `ch:"accessible"`
		Down       float64  `ch:"down"`
		NoQUIC     float64  `ch:"no_quic"`
		How        []string `ch:"how"`
		Generated  bool     `ch:"generated"`
	}
	got, err := store.Collect(store.Select[cell](t.Context(), db,
		"SELECT target, looked, probes, networks, looks, blocked, accessible, down, no_quic, how, generated FROM v_blocked ORDER BY target, day"))
	if err != nil {
		t.Fatal(err)
	}
	want := []cell{
		{"enough", enough, enough, 1, enough, 1, 0, 0, 0, []string{"dns"}, false},
		{"mostly undecided", enough + 20, enough, 1, enough, 1, 0, 0, 0, []string{"dns"}, false},
		{"rehearsed", enough, enough, 1, enough, 0, 0, 1, 0, []string{}, true},
		{"two keys", enough, enough, 1, enough, 0, 1, 0, 0, []string{}, false},
		{"two ways", 10, 10, 2, 10, 0.8, 0.2, 0, 0, []string{"dns"}, false},
		{"without HTTP/3", enough + 3, enough, 1, enough, 0.2, 0.8, 0, 0.8, []string{}, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
