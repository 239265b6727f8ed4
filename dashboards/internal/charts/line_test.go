package charts

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func TestReduceKeepsExtremesInOrder(t *testing.T) {
	var line []spot
	for i := range 1000 {
		line = append(line, spot{float64(i), 100})
	}
	line[503].y, line[505].y = 520, 0
	got := reduce(line, 10)
	if len(got) > 4*10 {
		t.Errorf("%d points in 10 columns, want at most four a column", len(got))
	}
	var extremes []spot
	for _, s := range got {
		if s.y != 100 {
			extremes = append(extremes, s)
		}
	}
	if diff := cmp.Diff([]spot{{503, 520}, {505, 0}}, extremes, cmp.AllowUnexported(spot{})); diff != "" {
		t.Errorf("extremes (-want +got):\n%s", diff)
	}
}

func TestSimplify(t *testing.T) {
	line := []spot{{0, 0}, {1, 1}, {2, 0}, {3, 40}, {4, 0}}
	want := []spot{{0, 0}, {2, 0}, {3, 40}, {4, 0}}
	if diff := cmp.Diff(want, simplify(line), cmp.AllowUnexported(spot{})); diff != "" {
		t.Errorf("simplify (-want +got):\n%s", diff)
	}
}

func TestRunsNeverCrossAHole(t *testing.T) {
	v := 1.0
	start := time.Unix(0, 0)
	points := []incident.Point{
		{At: start, Value: &v},
		{At: start.Add(5 * time.Minute), Value: &v},
		{At: start.Add(10 * time.Minute)},
		{At: start.Add(15 * time.Minute), Value: &v},
		{At: start.Add(30 * time.Minute), Value: &v},
	}
	var lengths []int
	for _, run := range runs(points, 5*time.Minute, func(p incident.Point) *float64 { return p.Value }) {
		lengths = append(lengths, len(run))
	}
	if diff := cmp.Diff([]int{2, 1, 1}, lengths); diff != "" {
		t.Errorf("lengths of runs (-want +got):\n%s", diff)
	}
	got := holes(points, 5*time.Minute, 0)
	want := []span{
		{start.Add(10 * time.Minute), start.Add(15 * time.Minute)},
		{start.Add(20 * time.Minute), start.Add(30 * time.Minute)},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(span{})); diff != "" {
		t.Errorf("holes (-want +got):\n%s", diff)
	}
	if merged := holes(points, 5*time.Minute, 10*time.Minute); len(merged) != 1 {
		t.Errorf("%d holes at a resolution of ten minutes, want them drawn as one", len(merged))
	}
}

func TestAxisY(t *testing.T) {
	series := func(values ...float64) (out []incident.Point) {
		for _, v := range values {
			out = append(out, incident.Point{Value: &v})
		}
		return out
	}
	for _, c := range []struct {
		name   string
		points []incident.Point
		want   []float64
	}{
		{"a deep fall stands on zero", series(480, 3), []float64{0, 200, 400, 600}},
		{"a shallow one does not", series(480, 461), []float64{460, 470, 480}},
		{"a constant stands on zero", series(28, 28), []float64{0, 10, 20, 30}},
		{"nothing but zero", series(0, 0), []float64{0, 1}},
		{"a share", series(0.98, 0), []float64{0, 0.5, 1}},
		{"no values at all", series(), []float64{0, 1}},
		{"what is no number is not drawn", series(math.NaN(), math.Inf(1), 5), []float64{0, 2, 4, 6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, newAxisY(c.points).values()); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimeTicks(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	when := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name     string
		from, to string
		zone     *time.Location
		want     []string
	}{
		{"half a day", "2026-03-02T01:10:00Z", "2026-03-02T12:00:00Z", time.UTC,
			[]string{"2 02:00", "2 04:00", "2 06:00", "2 08:00", "2 10:00", "2 12:00"}},
		{"the half hour zone", "2026-03-01T18:30:00Z", "2026-03-01T22:30:00Z", time.FixedZone("IST", 19800),
			[]string{"2 00:00", "2 01:00", "2 02:00", "2 03:00", "2 04:00"}},
		{"clocks go forward", "2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z", kyiv,
			[]string{"29 00:00", "29 02:00", "29 04:00", "29 06:00"}},
		{"three weeks", "2026-03-01T00:00:00Z", "2026-03-22T00:00:00Z", time.UTC,
			[]string{"1 00:00", "8 00:00", "15 00:00", "22 00:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, tick := range timeTicks(when(c.from), when(c.to), c.zone) {
				got = append(got, tick.Format("2 15:04"))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ticks (-want +got):\n%s", diff)
			}
		})
	}
}
