package upload_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
)

// waits sends one unit so many times to a gateway that refuses it by the code that says returns, and returns after how many
// hours it may be sent again each time.
func waits(t *testing.T, times int, says func() string) (hours []int) {
	t.Helper()
	b := setUp(t, nil)
	b.gateway.Refuse(func(w http.ResponseWriter) bool {
		b.gateway.RefuseSigned(w, 422, says())
		return true
	})
	b.add(t, 1)
	unit, _, err := b.box.Next()
	if err != nil {
		t.Fatal(err)
	}
	for range times {
		hours = append(hours, b.again(t, unit.Number))
	}
	return hours
}

// again runs the courier until the one unit is refused once more, and returns the hours that it then waits; -1 when it was
// set aside.
func (b *bench) again(t *testing.T, number uint64) int {
	t.Helper()
	b.box.PutOff(outbox.Batch{Number: number}, 0)
	waits := func() time.Duration { wait, _ := b.box.Wait(); return wait.Round(time.Hour) }
	b.run(t, func() bool { return waits() > 0 || b.box.Stats().Rejected == 1 })
	if b.box.Stats().Rejected == 1 {
		return -1
	}
	return int(waits() / time.Hour)
}

// A gateway that refuses a batch for its time gets it again less and less often, and not at all after a week.
func TestUntimelyWaits(t *testing.T) {
	got := waits(t, 6, func() string { return "clock" })
	if want := []int{6, 6, 24, 48, 96, -1}; !slices.Equal(got, want) {
		t.Errorf("it waits for hours %v, want %v", got, want)
	}
}

// Refusals of a control that nobody has named are no refusals for the time, nor the other way around.
func TestRefusalsAreCountedByCode(t *testing.T) {
	var asked atomic.Int32
	got := waits(t, 30, func() string {
		if n := asked.Add(1); n == 7 || n == 8 {
			return "clock"
		}
		return "vantage"
	})
	want := append(slices.Repeat([]int{1}, 29), -1) // 28 of the vantage set it aside
	want[6], want[7] = 6, 6
	if !slices.Equal(got, want) {
		t.Errorf("it waits for hours %v, want %v", got, want)
	}
}
