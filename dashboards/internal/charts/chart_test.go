package charts_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/charts"
)

var update = flag.Bool("update", false, "write the golden files anew")

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func at(hours float64) time.Time { return midnight.Add(time.Duration(hours * float64(time.Hour))) }

func within(hours float64, minutes int) incident.Interval {
	best, slack := at(hours), time.Duration(minutes)*time.Minute
	return incident.Interval{Earliest: best.Add(-slack), Best: best, Latest: best.Add(slack)}
}

// day makes a series of five-minute bins that value gives by the hour; NaN is a hole.
func day(hours float64, value func(hour float64) float64) []incident.Point {
	var out []incident.Point
	for bin := range int(hours * 12) {
		h := float64(bin) / 12
		normal := 300 + 60*math.Sin(h/24*2*math.Pi)
		lower := normal - 45
		p := incident.Point{At: midnight.Add(time.Duration(bin) * 5 * time.Minute), Baseline: &normal, Lower: &lower}
		if v := value(h); !math.IsNaN(v) {
			p.Value = &v
		}
		out = append(out, p)
	}
	return out
}

func usual(h float64) float64 {
	return math.Round(300 + 60*math.Sin(h/24*2*math.Pi) + 8*math.Sin(h*7))
}

func dark(h float64) float64 {
	if h >= 4 && h < 8 {
		return 3
	}
	return usual(h)
}

func base() charts.Chart {
	end := within(8, 5)
	return charts.Chart{
		ID: "c1", Title: "Probes online", Description: "Fell to 3.", Unit: "probes", Step: 5 * time.Minute,
		Points: day(24, dark), Onset: within(4, 5), End: &end, Zone: time.UTC, Height: 130, Columns: 300,
	}
}

func TestSVGGolden(t *testing.T) {
	baghdad := time.FixedZone("AST", 3*3600)
	for _, c := range []struct {
		name string
		with func(*charts.Chart)
	}{
		{"night", func(*charts.Chart) {}},
		{"local-time", func(c *charts.Chart) { c.Zone = baghdad }},
		{"ongoing", func(c *charts.Chart) { c.End = nil; c.Points = c.Points[:70] }},
		{"holes", func(c *charts.Chart) {
			c.Points = day(24, func(h float64) float64 {
				if h > 10 && h < 18 || h > 20 && h < 20.5 || h > 21 && h < 21.2 {
					return math.NaN()
				}
				return dark(h)
			})
		}},
		{"missing-bins", func(c *charts.Chart) { c.Points = append(c.Points[:120:120], c.Points[180:]...) }},
		{"no-baseline", func(c *charts.Chart) {
			for i := range c.Points {
				c.Points[i].Baseline, c.Points[i].Lower = nil, nil
			}
		}},
		{"shallow", func(c *charts.Chart) {
			c.Points = day(24, func(h float64) float64 { return 200 + usual(h)/4 })
			for i := range c.Points {
				c.Points[i].Baseline, c.Points[i].Lower = nil, nil
			}
		}},
		{"share", func(c *charts.Chart) {
			c.Unit = "share of anchors that answered"
			for i, p := range c.Points {
				v := *p.Value / 400
				c.Points[i].Value, c.Points[i].Baseline, c.Points[i].Lower = &v, nil, nil
			}
		}},
		{"blind", func(c *charts.Chart) {
			for i := range c.Points {
				c.Points[i] = incident.Point{At: c.Points[i].At}
			}
		}},
		{"over-midnight", func(c *charts.Chart) {
			c.Points, c.Onset = day(48, dark), within(23, 5)
			end := within(30, 60)
			c.End = &end
		}},
		{"one-point", func(c *charts.Chart) { c.Points = c.Points[:1]; c.Onset = within(-1, 5) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			chart := base()
			c.with(&chart)
			got := strings.ReplaceAll(chart.SVG(), "><", ">\n<") + "\n"
			name := filepath.Join("testdata", c.name+".svg")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatalf("%v (make it with: go test -update)", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", name, diff)
			}
			wellFormed(t, got)
		})
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
}

func TestSVGWithoutPointsIsEmpty(t *testing.T) {
	c := base()
	c.Points = nil
	if got := c.SVG(); got != "" {
		t.Errorf("SVG of no points = %q, want nothing", got)
	}
}

func TestSVGEscapesWords(t *testing.T) {
	c := base()
	c.ID, c.Title, c.Description = `"><script>`, "<b>", "&<i>"
	svg := c.SVG()
	wellFormed(t, svg)
	for _, bad := range []string{"<script>", "<b>", "<i>"} {
		if strings.Contains(svg, bad) {
			t.Errorf("%s got through unescaped", bad)
		}
	}
}

// A fall of one bin must be on the picture of a month.
func TestSVGKeepsShortFallsOfLongSeries(t *testing.T) {
	c := base()
	c.Points = day(24*30, func(h float64) float64 {
		if math.Abs(h-400) < 0.01 {
			return 0
		}
		return usual(h)
	})
	c.End = nil
	svg := c.SVG()
	if got := lowest(t, svg); got != 520 {
		t.Errorf("the line reaches down to %d, want the bottom at 520", got)
	}
	if len(svg) > 14<<10 {
		t.Errorf("a month weighs %d bytes, more than 14 KiB", len(svg))
	}
}

// lowest is how far down the value's line reaches.
func lowest(t *testing.T, svg string) int {
	t.Helper()
	_, rest, _ := strings.Cut(svg, `class="value" vector-effect="non-scaling-stroke" d="M`)
	d, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatal("no line of values")
	}
	numbers := regexp.MustCompile(`-?\d+`).FindAllString(d, -1)
	y, deepest := 0, 0
	for i := 1; i < len(numbers); i += 2 {
		dy, err := strconv.Atoi(numbers[i])
		if err != nil {
			t.Fatal(err)
		}
		y += dy
		deepest = max(deepest, y)
	}
	return deepest
}

// What is withheld for being few is a block below the mark, and no hole: somebody was seen.
func TestSVGShowsFew(t *testing.T) {
	points := day(12, dark)
	for k := range points {
		if *points[k].Value == 3 {
			points[k].Value, points[k].Few = nil, true
		}
	}
	svg := charts.Chart{
		ID: "c", Unit: "probes", Step: 5 * time.Minute, Points: points, Onset: within(4, 0), Zone: time.UTC, Height: 200, Columns: 300, Few: 5,
	}.SVG()
	if n := strings.Count(svg, `class="few"`); n != 1 {
		t.Errorf("%d blocks of few, want one", n)
	}
	if strings.Contains(svg, `class="hole"`) {
		t.Error("what is withheld is drawn as if nobody had looked")
	}
}
