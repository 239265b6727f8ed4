package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

var (
	day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	key = Key{Place: incident.Place{Country: "XL"}, Signal: incident.SignalBGP, Source: "ioda"}
)

// at reads a time of the day.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	clock, err := time.Parse("15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return day.Add(clock.Sub(clock.Truncate(24 * time.Hour)))
}

// points reads "00:00:00=5 00:05:00=7".
func points(t *testing.T, text string) []Point {
	t.Helper()
	var out []Point
	for word := range strings.FieldsSeq(text) {
		when, what, _ := strings.Cut(word, "=")
		v, err := strconv.ParseFloat(what, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Point{At: at(t, when), Value: v})
	}
	return out
}

// write writes a series, a dot for a hole.
func write(s Series) string {
	var out []string
	for _, v := range s.Values {
		if math.IsNaN(v) {
			out = append(out, ".")
			continue
		}
		out = append(out, fmt.Sprint(v))
	}
	return strings.Join(out, " ")
}

func TestFromPoints(t *testing.T) {
	for _, test := range []struct {
		name, points string
		want         string // from midnight to half past
		step         time.Duration
	}{
		{"nothing was seen", "", ". . . . . .", Bin},
		{"a hole is neither zero nor what stands beside it", "00:00:00=5 00:05:00=6 00:15:00=7 00:20:00=8", "5 6 . 7 8 .", Bin},
		{"zero is no hole", "00:00:00=5 00:05:00=0 00:10:00=0", "5 0 0 . . .", Bin},
		{"a value belongs to the bin that holds its time", "00:04:59=5 00:05:00=6", "5 6 . . . .", Bin},
		{"several in a bin give their mean", "00:05:00=4 00:07:30=8 00:10:00=5", ". 6 5 . . .", Bin},
		{"what cannot be is not a value", "00:00:00=-1 00:05:00=NaN 00:10:00=+Inf 00:15:00=-Inf 00:20:00=3", ". . . . 3 .", Bin},
		{"outside is outside", "00:30:00=9 23:59:59=9 00:25:00=1", ". . . . . 1", Bin},
		{"a value stands for its source's step", "00:00:00=5 00:10:00=6 00:20:00=7", "5 5 6 6 7 7", 2 * Bin},
		{"a value stands for no more than that", "00:00:00=5 00:10:00=6", "5 5 6 6 . .", 2 * Bin},
		{"one value shows no step", "00:10:00=6", ". . 6 . . .", Bin},
		{"a source that was early once keeps its step", "00:00:00=5 00:10:00=6 00:15:00=1 00:25:00=7", "5 5 6 1 1 7", 2 * Bin},
		{"of two steps the shorter is believed", "00:00:00=5 00:10:00=6 00:25:00=7", "5 5 6 6 . 7", 2 * Bin},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := FromPoints(key, "visible /24s", points(t, test.points), day, day.Add(30*time.Minute))
			if got := write(s); got != test.want || s.Step != test.step {
				t.Errorf("got %s, a step of %s\nwant %s, a step of %s", got, s.Step, test.want, test.step)
			}
		})
	}
}

// The coarsest source is Google's traffic, every half hour. Values hours apart are not a coarse source.
func TestOnlySourcesOfAnHourOrLessAreHeld(t *testing.T) {
	for _, test := range []struct {
		name, points string
		known        int
		step         time.Duration
	}{
		{"half hours, one of which is missing", "00:00:00=1 00:30:00=2 01:00:00=3 02:00:00=4", 24, 30 * time.Minute},
		{"hours", "00:00:00=1 01:00:00=2 02:00:00=3", 36, time.Hour},
		{"more than hours", "00:00:00=1 01:05:00=2 02:10:00=3", 3, Bin},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := FromPoints(key, "", points(t, test.points), day, day.Add(3*time.Hour))
			known := 0
			for i := range s.Values {
				if s.Known(i) {
					known++
				}
			}
			if known != test.known || s.Step != test.step {
				t.Errorf("%d bins are known and the step is %s, want %d and %s", known, s.Step, test.known, test.step)
			}
		})
	}
}

func TestFromPointsDoesNotDependOnOrderOrDuplicates(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	var some []Point
	for range 500 { // some bins get several values, some none; sums of thirds depend on their order
		some = append(some, Point{At: day.Add(time.Duration(dice.Int64N(int64(24 * time.Hour)))), Value: dice.Float64() / 3})
	}
	from, until := day, day.Add(24*time.Hour)
	want := FromPoints(key, "", some, from, until)
	for range 5 {
		dice.Shuffle(len(some), func(i, k int) { some[i], some[k] = some[k], some[i] })
		if diff := cmp.Diff(want, FromPoints(key, "", some, from, until), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("another order gives another series:\n%s", diff)
		}
	}
	twice := FromPoints(key, "", append(some, some...), from, until)
	if diff := cmp.Diff(want, twice, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("delivered twice, the points give another series:\n%s", diff)
	}
}

func TestNewCoversWholeBinsWithHoles(t *testing.T) {
	zone := time.FixedZone("", 5*3600+45*60)
	for _, test := range []struct {
		name        string
		from, until time.Time
		start       time.Time
		want        string
	}{
		{"whole bins", day, day.Add(2 * Bin), day, ". ."},
		{"begun bins count whole", day.Add(time.Minute), day.Add(2*Bin + time.Second), day, ". . ."},
		{"UTC, wherever asked", day.In(zone), day.Add(Bin).In(zone), day, "."},
		{"nothing", day, day, day, ""},
		{"less than nothing", day, day.Add(-time.Hour), day, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(key, "", test.from, test.until)
			if got := write(s); got != test.want || s.Start != test.start {
				t.Errorf("got %q from %s, want %q from %s", got, s.Start, test.want, test.start)
			}
		})
	}
}

func TestIndexAndAtAgree(t *testing.T) {
	s := New(key, "", day, day.Add(time.Hour))
	for i := -3; i < 15; i++ {
		for _, within := range []time.Duration{0, 1, Bin / 2, Bin - 1} {
			if got := s.Index(s.At(i).Add(within)); got != i {
				t.Errorf("%s after the start of bin %d is in bin %d", within, i, got)
			}
		}
		if s.Known(i) {
			t.Errorf("bin %d is known", i)
		}
	}
}

// Who is low because machines are off is told from who is low because they are cut off, by what they tell afterwards.
func TestOff(t *testing.T) {
	s := New(Key{}, "", time.Unix(0, 0), time.Unix(0, 0).Add(4*Bin))
	s.Values, s.Ran = []float64{0, 0, 9, math.NaN()}, []float64{0, 10, 10, 10}
	for i, want := range []bool{true, false, true, false} {
		if got := s.Off(i); got != want {
			t.Errorf("%v online of %v that ran: off is %t", s.Values[i], s.Ran[i], got)
		}
	}
	s.Ran = nil
	if s.Off(0) {
		t.Error("a series that does not know who ran says that all were off")
	}
}
