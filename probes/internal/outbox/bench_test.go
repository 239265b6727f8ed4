package outbox_test

import (
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// BenchmarkCheck is what one check costs to be kept, in units of seven checks, and what a record costs on the wire.
func BenchmarkCheck(b *testing.B) {
	for name, folder := range map[string]string{"disk": b.TempDir(), "memory": outbox.MemoryFolder(b)} {
		b.Run(name, func(b *testing.B) {
			box := openWith(b, folder, config())
			records := fiveMinutes(time.Now().UTC().Truncate(time.Millisecond), 1)
			for n := 0; b.Loop(); n++ {
				if err := box.Append(home, records[5:14]...); err != nil {
					b.Fatal(err)
				}
				if n%7 == 6 {
					seal(b, box)
				}
			}
		})
	}
}

// TestUnitSize is what a record costs on the wire when five minutes of the built-in plan are a unit, and when a
// round of 60 targets is, and what of that pays for hiding the size. It holds the bound that the handbook gives.
func TestUnitSize(t *testing.T) {
	for name, minutes := range map[string]int{"five minutes": 1, "60 targets": 30} {
		box := reopen(t, outbox.MemoryFolder(t), nil)
		records := 0
		for n := range minutes {
			made := fiveMinutes(time.Now().UTC().Truncate(time.Millisecond), n)
			records += len(made)
			if err := box.Append(home, made...); err != nil {
				t.Fatal(err)
			}
		}
		seal(t, box)
		b := next(t, box)
		body := bodyOf(t, b)
		t.Logf("%s: %d records, %d bytes packed, %d sealed (%.0f %% more), %.0f bytes a record, %.0f a look",
			name, records, body, len(b.Body), 100*float64(len(b.Body)-body)/float64(body), float64(len(b.Body))/float64(records),
			float64(len(b.Body))/float64(2*minutes))
		if name == "60 targets" && len(b.Body) > 400*2*minutes {
			t.Errorf("%d bytes are sent for %d looks", len(b.Body), 2*minutes)
		}
	}
}

func bodyOf(t *testing.T, b outbox.Batch) int {
	t.Helper()
	unseal, err := measurement.NewUnsealKey(gateway)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := unseal.Open(b.Body)
	if err != nil {
		t.Fatal(err)
	}
	return len(signed.Body)
}
