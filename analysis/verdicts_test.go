package analysis_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

const site = "https://site.example/"

// glance is a look at the site by somebody whose resolver denies the name, or gives it and the page comes.
type glance struct {
	key, country, vantage string
	origin                store.Origin
	at                    time.Time
	denied                bool
	only                  string // the kind of its records that are kept; empty for all
}

// keep keeps the rows of looks, and the batches that they came in.
func (r *room) keep(t *testing.T, glances ...glance) {
	t.Helper()
	var rows []store.Measurement
	for _, g := range glances {
		batch, key := sha256.Sum256(fmt.Append(nil, g.key, g.at, g.origin)), sha256.Sum256([]byte(g.key))
		step := func(kind, target string) store.Measurement {
			id := sha256.Sum256(fmt.Append(nil, batch, kind))
			m := store.Measurement{
				ID: string(id[:16]), Batch: string(batch[:]), Probe: string(key[:]), MeasuredAt: g.at, ReceivedAt: g.at.Add(time.Second),
				Country: g.country, ASN: 64501, Origin: string(g.origin), Vantage: g.vantage, Source: store.SourceLamplight,
				Kind: kind, Check: 1, Target: target, Class: "service",
			}
			if g.denied {
				m.Failure = "dns_nxdomain_error"
			}
			return m
		}
		dns, page := step("dns", "site.example"), step("http", site)
		dns.Resolver, dns.Transport, dns.Query = "system", "system", "A"
		if !g.denied {
			dns.Answers, dns.AnswerClasses, dns.AnswerASNs = []string{"93.184.216.34"}, []string{"public"}, []uint32{15133}
			page.Status, page.BodyBytes = 200, 1000
		}
		for _, m := range []store.Measurement{dns, page} {
			if g.only == "" || g.only == m.Kind {
				rows = append(rows, m)
			}
		}
	}
	storetest.Keep(t, r.db, rows)
}

// crowdAt returns the looks of some probes of a country in the hour from h.
func crowdAt(country, name string, n int, origin store.Origin, h float64, denied bool) []glance {
	var out []glance
	for k := range n {
		out = append(out, glance{fmt.Sprint(name, k), country, store.VantageProbe, origin, hour(h).Add(time.Duration(k) * time.Minute), denied, ""})
	}
	return out
}

func controlAt(h float64) glance {
	return glance{"control", "DE", store.VantageControl, store.OriginLocated, hour(h), false, ""}
}

// told returns what the views say.
func (r *room) told(t *testing.T) (verdicts map[string]uint64, blocked []string) {
	t.Helper()
	type count struct {
		What string `ch:"what"`
		N    uint64 `ch:"n"`
	}
	verdicts = make(map[string]uint64)
	for c, err := range store.Select[count](t.Context(), r.db, "SELECT concat(country, ' ', verdict, if(located, '', ' declared')) AS what, count() AS n FROM v_verdicts GROUP BY what") {
		if err != nil {
			t.Fatal(err)
		}
		verdicts[c.What] = c.N
	}
	type summary struct {
		Country    string   `ch:"country"`
		Probes     uint64   `ch:"probes"`
		Networks   uint64   `ch:"networks"`
		Looks      uint64   `ch:"looks"`
		Blocked    float64  `ch:"blocked"`
		Accessible float64  `ch:"accessible"`
		Down       float64  `ch:"down"`
		How        []string `ch:"how"`
	}
	for s, err := range store.Select[summary](t.Context(), r.db,
		"SELECT country, probes, networks, looks, blocked, accessible, down, how FROM v_blocked WHERE target = ? ORDER BY country, day", site) {
		if err != nil {
			t.Fatal(err)
		}
		blocked = append(blocked, fmt.Sprintf("%s: %d probes, %d looks, %.2f blocked %v, %.2f accessible, %.2f down", s.Country, s.Probes, s.Looks, s.Blocked, s.How, s.Accessible, s.Down))
	}
	return verdicts, blocked
}

func TestVerdictsAreKept(t *testing.T) {
	const located, declared = store.OriginLocated, store.OriginDeclared
	r := openRoom(t)
	r.keep(t, crowdAt("XL", "denied", 6, located, 2, true)...)
	r.keep(t, crowdAt("XL", "denied", 1, located, 2.5, true)...) // one of them twice
	r.keep(t, crowdAt("XL", "served", 2, located, 2, false)...)
	r.keep(t, crowdAt("XL", "anywhere", 40, declared, 2, false)...) // who only say so
	r.keep(t, crowdAt("XM", "few", 4, located, 2, true)...)
	judge := func(do func(*analysis.Analyzer) (int, error), want int) {
		t.Helper()
		if n, err := do(r.analyzer); err != nil || n != want {
			t.Errorf("judged %d looks, %v; want %d", n, err, want)
		}
	}
	loop := func(until float64) func(*analysis.Analyzer) (int, error) {
		return func(a *analysis.Analyzer) (int, error) {
			return analysis.VerdictsOfNew(a, t.Context(), hour(0), hour(until))
		}
	}
	check := func(wantVerdicts map[string]uint64, wantBlocked ...string) {
		t.Helper()
		verdicts, blocked := r.told(t)
		if diff := cmp.Diff(wantVerdicts, verdicts); diff != "" {
			t.Errorf("verdicts (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(wantBlocked, blocked); diff != "" {
			t.Errorf("blocked (-want +got):\n%s", diff)
		}
	}

	judge(loop(3.4), 0) // half an hour after it, what it is compared with may still come
	judge(loop(3.5), 53)
	check(map[string]uint64{"XL inconclusive": 9, "XL inconclusive declared": 40, "XM inconclusive": 4})
	judge(loop(5), 0)

	r.keep(t, controlAt(3)) // in the hour after, and it came late
	judge(loop(5), 53)
	judge(loop(5), 0)
	// The control was near enough to those who looked late in the hour alone.
	check(map[string]uint64{"XL inconclusive": 8, "XL blocked": 1, "XL inconclusive declared": 30, "XL accessible declared": 10, "XM inconclusive": 4})

	r.keep(t, controlAt(2.1))
	judge(loop(5), 53)
	want := map[string]uint64{"XL blocked": 7, "XL accessible": 2, "XL accessible declared": 40, "XM blocked": 4}
	check(want, "XL: 8 probes, 9 looks, 0.75 blocked [dns], 0.25 accessible, 0.00 down")

	judge(func(a *analysis.Analyzer) (int, error) { return a.Verdicts(t.Context(), hour(0), hour(5)) }, 53)
	check(want, "XL: 8 probes, 9 looks, 0.75 blocked [dns], 0.25 accessible, 0.00 down")

	r.keep(t, glance{"anywhere0", "XL", store.VantageProbe, located, hour(-3), false, ""}) // found there, earlier in the month
	judge(loop(5), 53)
	want["XL accessible"], want["XL accessible declared"] = 3, 39
	check(want, "XL: 9 probes, 10 looks, 0.67 blocked [dns], 0.33 accessible, 0.00 down")
	judge(loop(5), 0)

	metrics := `
		# HELP lamplight_analysis_looks_judged_total Looks judged, by verdict; one that is judged again counts again.
		# TYPE lamplight_analysis_looks_judged_total counter
		lamplight_analysis_looks_judged_total{verdict="accessible"} 136
		lamplight_analysis_looks_judged_total{verdict="blocked"} 34
		lamplight_analysis_looks_judged_total{verdict="down"} 0
		lamplight_analysis_looks_judged_total{verdict="inconclusive"} 95
		lamplight_analysis_looks_judged_total{verdict="local"} 0
		# HELP lamplight_analysis_looks_without_control_total Those of them that no control's look stood beside.
		# TYPE lamplight_analysis_looks_without_control_total counter
		lamplight_analysis_looks_without_control_total 95
		# HELP lamplight_analysis_verdict_runs_total Times that looks of the hours that were due were judged, some hours at a time, by result: done or failed.
		# TYPE lamplight_analysis_verdict_runs_total counter
		lamplight_analysis_verdict_runs_total{result="done"} 9
		lamplight_analysis_verdict_runs_total{result="failed"} 0
	`
	if err := testutil.GatherAndCompare(r.metrics, strings.NewReader(metrics), "lamplight_analysis_looks_judged_total",
		"lamplight_analysis_looks_without_control_total", "lamplight_analysis_verdict_runs_total"); err != nil {
		t.Error(err)
	}
}

// The same rows give the same verdicts in any order of arrival, judged as they come or at once.
func TestVerdictsDoNotDependOnArrival(t *testing.T) {
	const located = store.OriginLocated
	all := append(crowdAt("XL", "denied", 6, located, 1.9, true), crowdAt("XL", "denied", 6, located, 2.8, false)...)
	all = append(all, controlAt(1.6), controlAt(2.2), controlAt(3.3))
	type row struct {
		At      time.Time `ch:"at"`
		Probe   string    `ch:"probe"`
		Verdict string    `ch:"verdict"`
		Control string    `ch:"control"`
	}
	var want []row
	for order, stride := range []int{1, 2, 7, 14} { // none of which shares a factor with 15, but one
		r := openRoom(t)
		for k := range all {
			at := k * stride % len(all)
			if order == 3 {
				at = len(all) - 1 - k
			}
			r.keep(t, all[at])
			if order > 0 {
				if _, err := analysis.VerdictsOfNew(r.analyzer, t.Context(), hour(0), hour(6)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := analysis.VerdictsOfNew(r.analyzer, t.Context(), hour(0), hour(6)); err != nil {
			t.Fatal(err)
		}
		got, err := store.Collect(store.Select[row](t.Context(), r.db, "SELECT at, probe, verdict, toString(control_at) AS control FROM v_verdicts ORDER BY at, probe"))
		if err != nil || len(got) != 12 {
			t.Fatalf("%d verdicts: %v", len(got), err)
		}
		if order == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %d (-want +got):\n%s", order, diff)
		}
	}
}

// Of a look whose halves are stored one after the other there is one verdict in the end, whatever it was said to be before;
// and what was said of other hours stays.
func TestHalvesOfALookAreOneVerdict(t *testing.T) {
	r := openRoom(t)
	look := func(key string, h float64) glance {
		return glance{key, "XL", store.VantageProbe, store.OriginLocated, hour(h), true, ""}
	}
	half := look("halved", 2.6)
	half.only = "dns"
	r.keep(t, controlAt(2.5), look("whole", 2.55), half, look("before", 1.1), look("after", 5.1))
	for pass, want := range [][]string{{site + " 2", site + " 5", site + " 1", "site.example 2"}, {site + " 2", site + " 2", site + " 5", site + " 1"}} {
		slices.Sort(want)
		if n, err := analysis.VerdictsOfNew(r.analyzer, t.Context(), hour(0), hour(7)); err != nil || n != 4-2*pass {
			t.Fatalf("judged %d looks, %v", n, err)
		}
		type row struct {
			Text string `ch:"text"`
		}
		var got []string
		for v, err := range store.Select[row](t.Context(), r.db, "SELECT concat(target, ' ', toString(dateDiff('hour', toDateTime64(?, 3, 'UTC'), at))) AS text FROM v_verdicts ORDER BY text", hour(0)) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, v.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pass %d (-want +got):\n%s", pass, diff)
		}
		half.only = "http"
		r.keep(t, half)
	}
}

// A clock that was set back lets no older verdict count, nor takes a new one for old.
func TestVerdictsOutliveAClockThatIsSetBack(t *testing.T) {
	r := openRoom(t)
	r.keep(t, crowdAt("XL", "denied", 1, store.OriginLocated, 2, true)...)
	ahead := time.Now().UTC().Add(24 * time.Hour).Truncate(time.Millisecond)
	judge := func(want int) {
		t.Helper()
		if n, err := analysis.VerdictsOfNew(r.analyzer, t.Context(), hour(0), hour(4)); err != nil || n != want {
			t.Fatalf("judged %d looks, %v", n, err)
		}
	}
	judge(1)
	// As if that had been told by a clock that was a day ahead.
	for _, statement := range []string{
		"INSERT INTO verdicts SELECT * REPLACE (toDateTime64(?, 3, 'UTC') AS judged_at) FROM verdicts FINAL",
		"INSERT INTO verdict_hours SELECT * REPLACE (toDateTime64(?, 3, 'UTC') AS judged_at) FROM verdict_hours FINAL",
	} {
		if err := r.db.Exec(t.Context(), statement, ahead.Truncate(time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	r.keep(t, controlAt(2.1))
	judge(1)
	if verdicts, _ := r.told(t); verdicts["XL blocked"] != 1 || len(verdicts) != 1 {
		t.Errorf("verdicts %v", verdicts)
	}
}

// A look over a month's end whose first half is stored first begins in another month than it did then.
func TestALookOverAMonthsEndIsOneVerdict(t *testing.T) {
	r := openRoom(t)
	end := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	before := glance{"over", "XL", store.VantageProbe, store.OriginLocated, end.Add(-100 * time.Millisecond), true, "dns"}
	batch := sha256.Sum256(fmt.Append(nil, before.key, before.at, before.origin))
	r.keep(t, before)
	for _, want := range []string{"site.example 2026-03-31 23:59:59.900", "https://site.example/ 2026-04-01 00:00:00.100"} {
		if _, err := analysis.VerdictsOfNew(r.analyzer, t.Context(), end.Add(-3*time.Hour), end.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		type row struct {
			Text string `ch:"text"`
		}
		got, err := store.Collect(store.Select[row](t.Context(), r.db, "SELECT concat(target, ' ', toString(at)) AS text FROM v_verdicts"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]row{{want}}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		key := sha256.Sum256([]byte(before.key))
		storetest.Keep(t, r.db, []store.Measurement{{
			ID: strings.Repeat("p", 16), Batch: string(batch[:]), Probe: string(key[:]), MeasuredAt: end.Add(100 * time.Millisecond), ReceivedAt: end.Add(time.Second),
			Country: "XL", ASN: 64501, Origin: string(store.OriginLocated), Vantage: store.VantageProbe, Source: store.SourceLamplight,
			Kind: "http", Check: 1, Target: site, Class: "service", Failure: "dns_nxdomain_error",
		}})
	}
}

// The loop judges by itself, until it is stopped.
func TestTheLoopJudgesLooks(t *testing.T) {
	r := openRoom(t)
	r.now = hour(4)
	r.keep(t, crowdAt("XL", "denied", 5, store.OriginLocated, 1, true)...)
	r.keep(t, controlAt(1.1))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error)
	go func() { ended <- r.analyzer.Run(ctx) }()
	for {
		if verdicts, _ := r.told(t); verdicts["XL blocked"] == 5 {
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
