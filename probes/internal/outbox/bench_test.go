package outbox_test

import (
	"testing"
	"time"
)

// BenchmarkCheck is what one check costs to be kept, in units of seven checks.
func BenchmarkCheck(b *testing.B) {
	box := openWith(b, b.TempDir(), config())
	records := fiveMinutes(time.Now().UTC().Truncate(time.Millisecond), 1)
	for n := 0; b.Loop(); n++ {
		if err := box.Append(home, records[5:14]...); err != nil {
			b.Fatal(err)
		}
		if n%7 == 6 {
			seal(b, box)
		}
	}
}
