package observe

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// TestReadCountsOwnProbesAlone checks that neither somebody else's results nor a control are taken for probes, and that
// a control's success still shows that a target is up.
func TestReadCountsOwnProbesAlone(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	at := day.Add(time.Minute)
	as := func(m store.Measurement, source, vantage string) store.Measurement {
		m.Source, m.Vantage = source, vantage
		return m
	}
	const target = "https://chat.example/"
	rows := []store.Measurement{as(fetch("XM", 99, at, "service", target, ""), store.SourceLamplight, store.VantageControl)}
	for probe := range 8 {
		rows = append(rows,
			beat("XL", probe, at), fetch("XL", probe, at, "service", target, "connection_reset"),
			as(beat("XL", 20+probe, at), store.SourceLamplight, store.VantageControl),
			as(beat("XL", 40+probe, at), store.SourceOONI, store.VantageProbe),
			as(fetch("XL", 60+probe, at, "service", target, ""), store.SourceOONI, store.VantageProbe),
			as(fetch("XL", 80+probe, at, "service", target, ""), store.SourceLamplight, store.VantageControl))
	}
	storetest.Keep(t, db, rows)
	until := day.Add(series.Bin)
	beats, err := readBeats(t.Context(), db, day, until, until)
	if err != nil || len(beats) != 1 || beats[0].Heard != 8 {
		t.Errorf("beats %+v, %v; want those of 8 probes", beats, err)
	}
	checks, err := readChecks(t.Context(), db, day, until)
	if err != nil || len(checks) != 1 || checks[0].Tried != 8_000_000 || checks[0].Probes != 8 || checks[0].Succeeded != 0 {
		t.Errorf("checks %+v, %v; want 8 that failed where a control succeeded", checks, err)
	}
}

// TestReadPassesOverDecoys checks that a handshake under another name counts neither as one with the site nor as proof
// that the site is up.
func TestReadPassesOverDecoys(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	at := day.Add(time.Minute)
	shake := func(country string, probe int, target, failure string, decoy bool) store.Measurement {
		after := time.Duration(len(target)) * time.Millisecond // a row of its own for each target
		if decoy {
			after += time.Second
		}
		m := row(country, probe, at.Add(after), "tls")
		m.Class, m.Target, m.Failure, m.Decoy = "foreign", target, failure, decoy
		return m
	}
	const blocked, down = "blocked.example:443", "down.example:443"
	rows := []store.Measurement{shake("XM", 99, blocked, "", false), shake("XM", 99, down, "connection_reset", false), shake("XM", 99, down, "", true)}
	for probe := range 8 {
		rows = append(rows,
			shake("XL", probe, blocked, "connection_reset", false), shake("XL", probe, blocked, "", true),
			shake("XL", probe, down, "connection_reset", false))
	}
	storetest.Keep(t, db, rows)
	checks, err := readChecks(t.Context(), db, day, day.Add(series.Bin))
	if err != nil || len(checks) != 1 || checks[0].Tried != 8_000_000 || checks[0].Probes != 8 || checks[0].Succeeded != 0 {
		t.Errorf("checks %+v, %v; want 8 that failed at the one site that is up", checks, err)
	}
}

// TestReadBelievesPlacesThatWereFound checks that who only declares a place neither counts in it nor shows, as if from
// another country, that a site is up; and that who was found there once counts also when heard from elsewhere.
func TestReadBelievesPlacesThatWereFound(t *testing.T) {
	db := storetest.Open(t, store.MigrateIngest)
	at := day.Add(time.Minute)
	declared := func(m store.Measurement) store.Measurement {
		m.Origin = string(store.OriginDeclared)
		return m
	}
	const up, down = "https://up.example/", "https://down.example/"
	rows := []store.Measurement{fetch("XM", 0, at, "service", up, ""), declared(fetch("XM", 1, at, "service", down, ""))}
	for probe := range 8 {
		rows = append(rows, beat("XL", probe, at), declared(beat("XL", 20+probe, at)))
		for k, target := range []string{up, down} {
			after := at.Add(time.Duration(k+1) * time.Second)
			rows = append(rows, declared(fetch("XL", probe, after, "service", target, "connection_reset")),
				declared(fetch("XL", 20+probe, after, "service", target, "")))
		}
	}
	storetest.Keep(t, db, rows)
	until := day.Add(series.Bin)
	beats, err := readBeats(t.Context(), db, day, until, until)
	if err != nil || len(beats) != 1 || beats[0].Heard != 8 || beats[0].Relayed != 0 {
		t.Errorf("beats %+v, %v; want those of 8 probes", beats, err)
	}
	checks, err := readChecks(t.Context(), db, day, until)
	var xl []Checks
	for _, c := range checks {
		if c.Country == "XL" {
			xl = append(xl, c)
		}
	}
	if err != nil || len(xl) != 1 || xl[0].Service != "up.example" || xl[0].Tried != 8_000_000 || xl[0].Probes != 8 || xl[0].Succeeded != 0 {
		t.Errorf("checks %+v, %v; want 8 that failed at the one site that somebody found elsewhere reached", xl, err)
	}
	networks, err := Networks(t.Context(), db, day, until)
	if err != nil || len(networks) != 1 {
		t.Errorf("networks %v, %v; want XL's alone, of which probes with beats were found", networks, err)
	}
}
