package series

import (
	"testing"
	"time"
)

// Of several points of a bin, one that is delivered again weighs no more than before, whichever it is and in
// whatever zone its time is written.
func TestAPointDeliveredTwiceWeighsOnce(t *testing.T) {
	points := []Point{{day, 10}, {day.Add(time.Minute), 40}, {day.Add(2 * time.Minute), 40}}
	want := FromPoints(key, "", points, day, day.Add(Bin)).Values[0]
	if want != 30 {
		t.Fatalf("the mean of 10, 40 and 40 is %v", want)
	}
	for k := range points {
		again := points[k]
		again.At = again.At.In(time.FixedZone("", 3600))
		if got := FromPoints(key, "", append(points[:3:3], again), day, day.Add(Bin)).Values[0]; got != want {
			t.Errorf("point %d twice: the bin is %v, want %v", k, got, want)
		}
	}
}
