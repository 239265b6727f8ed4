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
