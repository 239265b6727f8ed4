package observe

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// row returns one measurement of one probe, received a second after it was measured.
func row(country string, probe int, at time.Time, kind string) store.Measurement {
	sum := sha256.Sum256(fmt.Append(nil, country, probe, at.UnixNano(), kind))
	key := sha256.Sum256(fmt.Append(nil, country, probe))
	return store.Measurement{
		ID: string(sum[:16]), Batch: string(sum[:]), Probe: string(key[:]), MeasuredAt: at, ReceivedAt: at.Add(time.Second),
		Country: country, ASN: 64501, NetworkType: "fixed", Origin: string(store.OriginLocated), Kind: kind,
		Source: store.SourceLamplight, Vantage: store.VantageProbe,
	}
}

func beat(country string, probe int, at time.Time) store.Measurement {
	m := row(country, probe, at, "beat")
	m.DomesticTried, m.DomesticAnswered, m.ForeignTried, m.ForeignAnswered = 2, 2, 2, 1
	return m
}

func fetch(country string, probe int, at time.Time, class, target, failure string) store.Measurement {
	m := row(country, probe, at, "http")
	m.Class, m.Target, m.Failure = class, target, failure
	return m
}

func TestRead(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	var rows []store.Measurement
	for i := range 15 {
		at := day.Add(time.Duration(i)*series.Bin + time.Minute)
		for probe := range 8 {
			if i < 14 {
				rows = append(rows, beat("XL", probe, at))
			}
			rows = append(rows, beat("XM", probe, at))
		}
	}
	at := day.Add(14*series.Bin + 2*time.Minute)
	for probe := range 8 {
		rows = append(rows,
			fetch("XL", probe, at, "service", "https://chat.example/", "dns_nxdomain_error"),
			fetch("XM", probe, at.Add(time.Second), "service", "https://chat.example/", ""),
			fetch("XL", probe, at.Add(2*time.Second), "foreign", "https://down.example/", "generic_timeout_error"),
			fetch("XM", probe, at.Add(3*time.Second), "foreign", "https://down.example/", "generic_timeout_error"))
	}
	storetest.Keep(t, db, rows)
	storetest.Keep(t, db, rows[:100]) // copies

	until := day.Add(15 * series.Bin)
	got, err := Read(t.Context(), db, nil, day, until, until)
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]float64{}
	for _, s := range got {
		if s.Place == (incident.Place{Country: "XL"}) {
			last[string(s.Signal)+s.Service] = s.Values[14]
		}
	}
	want := map[string]float64{
		"probes_online":       0,
		"anchors_domestic":    series.New(series.Key{}, "", day, day.Add(1)).Values[0], // a hole: nobody was heard
		"anchors_foreign":     series.New(series.Key{}, "", day, day.Add(1)).Values[0],
		"servicechat.example": 0, // XM reached it; nobody reached down.example, which says nothing
	}
	if diff := cmp.Diff(want, last, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}

	t.Run("in another order of arrival", func(t *testing.T) {
		other := storetest.Open(t, store.MigrateIngest)
		slices.Reverse(rows)
		storetest.Keep(t, other, rows)
		again, err := Read(t.Context(), other, nil, day, until, until)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadExternal(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	points := []store.Signal{
		{Source: "ioda", EntityType: "country", EntityCode: "IQ", Name: "bgp", At: day, Value: 2917, ReceivedAt: day},
		{Source: "ioda", EntityType: "country", EntityCode: "IQ", Name: "bgp", At: day.Add(series.Bin), Value: 2900, ReceivedAt: day},
		{Source: "ioda", EntityType: "region", EntityCode: "4369", Name: "merit-nt", At: day, Value: 3, ReceivedAt: day},
		{Source: "ioda", EntityType: "country", EntityCode: "IQ", Name: "gtr-norm", At: day, Value: 1, ReceivedAt: day},
	}
	if err := store.Insert(t.Context(), db, store.TableSignals, points); err != nil {
		t.Fatal(err)
	}
	got, err := Read(t.Context(), db, nil, day, day.Add(2*series.Bin), day)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got {
		names = append(names, fmt.Sprint(s.Place, " ", s.Signal, " ", s.Values))
	}
	want := []string{"IQ bgp [2917 2900]", "ZZ/ioda:4369 telescope [3 NaN]"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// At an onset the probes that see it look four times as often as the others: each counts once all the same.
func TestReadCountsEveryProbeOnce(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	var rows []store.Measurement
	for probe := range 8 {
		times := 1
		if probe < 4 {
			times = 4 // those that are dark abroad
		}
		for n := range times {
			m := beat("XL", probe, day.Add(time.Duration(n)*time.Minute))
			look := fetch("XL", probe, day.Add(time.Duration(n)*time.Minute), "foreign", "https://up.example/", "")
			if m.ForeignAnswered = 2; probe < 4 {
				m.ForeignAnswered, look.Failure = 0, "generic_timeout_error"
			}
			rows = append(rows, m, look)
		}
		rows = append(rows, fetch("XM", probe, day, "foreign", "https://up.example/", ""))
	}
	storetest.Keep(t, db, rows)
	until := day.Add(series.Bin)
	got, err := Read(t.Context(), db, nil, day, until, until)
	if err != nil {
		t.Fatal(err)
	}
	shares := map[incident.Signal]float64{}
	for _, s := range got {
		if s.Place == (incident.Place{Country: "XL"}) && s.Signal != incident.SignalProbes {
			shares[s.Signal] = s.Values[0]
		}
	}
	want := map[incident.Signal]float64{incident.SignalAnchorsDomestic: 1, incident.SignalAnchorsForeign: 0.5, incident.SignalHTTP: 0.5}
	if diff := cmp.Diff(want, shares); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
}

// A control that is nobody knows where may be in the very country: what it reaches makes no failure there evidence.
func TestReadComparesWithNobodyWhoIsNowhere(t *testing.T) {
	for country, want := range map[string]bool{"DE": true, "ZZ": false, "XL": false} {
		db := storetest.Open(t, store.MigrateIngest)
		control := fetch(country, 99, day, "service", "https://chat.example/", "")
		control.Vantage, control.Origin = store.VantageControl, string(store.OriginDeclared)
		rows := []store.Measurement{control}
		for probe := range 8 {
			rows = append(rows, beat("XL", probe, day), fetch("XL", probe, day, "service", "https://chat.example/", "generic_timeout_error"))
		}
		storetest.Keep(t, db, rows)
		until := day.Add(series.Bin)
		got, err := Read(t.Context(), db, nil, day, until, until)
		if err != nil {
			t.Fatal(err)
		}
		compared := slices.ContainsFunc(got, func(s series.Series) bool { return s.Service == "chat.example" })
		if compared != want {
			t.Errorf("a control in %s is compared with: %v, want %v", country, compared, want)
		}
	}
}
