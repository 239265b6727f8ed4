package pairing

import (
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// BenchmarkHours measures what a pass of the loop reads to learn which hours are due, of seven days with so many looks of
// two records each.
func BenchmarkHours(b *testing.B) {
	const days = 7
	for _, looks := range []int{1_000_000, 4_000_000} {
		b.Run(fmt.Sprint(looks), func(b *testing.B) {
			db := storetest.Open(b, store.MigrateIngest)
			const fill = `INSERT INTO measurements (id, batch, probe, measured_at, received_at, country, asn, origin, vantage, source, kind, check, target, class)
				SELECT unhex(leftPad(hex(number), 32, '0')), unhex(leftPad(hex(intDiv(number, 100)), 64, '0')), unhex(leftPad(hex(number % 1000), 64, '0')),
					fromUnixTimestamp64Milli(? + intDiv(number, 2) * ?) AS began, began + toIntervalSecond(60), 'XL', 64501, 'located', 'probe', 'lamplight',
					if(number % 2 = 0, 'dns', 'http'), toUInt32(1 + intDiv(number, 2) % 50), 'https://site.example/', 'foreign'
				FROM numbers(?)`
			step := (days * 24 * time.Hour).Milliseconds() / int64(looks)
			if err := db.Exec(b.Context(), fill, noon.UnixMilli(), step, 2*looks); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				hours, err := Hours(b.Context(), db, noon, noon.AddDate(0, 0, days))
				if err != nil || len(hours) < days*24-1 {
					b.Fatalf("%d hours: %v", len(hours), err)
				}
			}
		})
	}
}

// BenchmarkLooks measures the reading and pairing of one hour: a thousand probes that look at sixty sites each and beat
// every five minutes, and two controls that look at all thousand sites twice.
func BenchmarkLooks(b *testing.B) {
	const probes, each, sites = 1000, 60, 1000
	db := storetest.Open(b, store.MigrateIngest)
	// Of each look a question and a page; who looks at n is probe or control who, at the site'th site, after so many seconds.
	const fill = `INSERT INTO measurements (id, batch, probe, measured_at, received_at, country, asn, origin, vantage, source, kind, check, target, class,
			resolver, transport, query, answers, answer_classes, answer_asns, status, body_bytes)
		SELECT unhex(leftPad(hex(cityHash64(vantage, number)), 32, '0')), unhex(leftPad(hex(cityHash64(vantage, who, intDiv(n, who_all))), 64, '0')),
			unhex(leftPad(hex(cityHash64(vantage, who)), 64, '0')), fromUnixTimestamp64Milli(? + second * 1000) AS began, began + toIntervalSecond(60),
			if(vantage = 'control', 'DE', 'XL'), 64501, 'located', vantage, 'lamplight', kind, 7,
			if(kind = 'dns', host, concat('https://', host, '/')), 'foreign',
			if(kind = 'dns', 'system', ''), if(kind = 'dns', 'system', ''), if(kind = 'dns', 'A', ''),
			if(kind = 'dns', ['93.184.216.34'], []), if(kind = 'dns', ['public'], []), if(kind = 'dns', [15133], []),
			if(kind = 'http', 200, 0), if(kind = 'http', 1000, 0)
		FROM
		(
			SELECT number, intDiv(number, 2) AS n, ? AS vantage, ? AS who_all, n % who_all AS who, if(number % 2 = 0, 'dns', 'http') AS kind,
				concat('site', toString((intDiv(n, who_all) * 17 + who) % ?), '.example') AS host, intDiv(n, who_all) * intDiv(3600, ?) % 3600 AS second
			FROM numbers(?)
		)`
	const beats = `INSERT INTO measurements (id, batch, probe, measured_at, received_at, country, asn, origin, vantage, source, kind,
			domestic_tried, domestic_answered, foreign_tried, foreign_answered, interface, router)
		SELECT unhex(leftPad(hex(cityHash64('beat', number)), 32, '0')), unhex(leftPad(hex(cityHash64('beat', number)), 64, '0')),
			unhex(leftPad(hex(cityHash64('probe', toUInt64(number % ?))), 64, '0')), fromUnixTimestamp64Milli(? + intDiv(number, ?) * 300000) AS began, began,
			'XL', 64501, 'located', 'probe', 'lamplight', 'beat', 2, 2, 2, 2, 'up', 'answers'
		FROM numbers(?)`
	for _, err := range []error{
		db.Exec(b.Context(), fill, noon.UnixMilli(), store.VantageProbe, probes, sites, each, 2*probes*each),
		db.Exec(b.Context(), fill, noon.UnixMilli(), store.VantageControl, 2, sites, 2*sites, 2*2*2*sites),
		db.Exec(b.Context(), beats, probes, noon.UnixMilli(), probes, probes*12),
	} {
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		looks, paired := 0, 0
		for l, err := range Looks(b.Context(), db, Query{Since: noon, Until: noon.Add(time.Hour), Within: Reach}) {
			if err != nil {
				b.Fatal(err)
			}
			looks++
			if l.Control != nil {
				paired++
			}
		}
		if looks != probes*each || paired == 0 {
			b.Fatalf("%d looks, %d beside a control", looks, paired)
		}
	}
	b.ReportMetric(float64(probes*each*b.N)/b.Elapsed().Seconds(), "looks/s")
}
