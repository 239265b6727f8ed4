package main

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEqualEarth(t *testing.T) {
	for _, c := range []struct {
		name     string
		lon, lat float64
		want     point
	}{
		{"western edge of the equator", -180, 0, point{0, 482}},
		{"middle of the equator", 0, 0, point{1000, 482}},
		{"eastern edge of the equator", 180, 0, point{2000, 482}},
		{"northern edge", 0, northEdge, point{1000, 0}},
		// The paper's figures: height 0.4867 of the width, poles 0.5924 of the equator.
		{"north pole", 180, 90, point{1592, 482 - 487}},
		{"south pole", -180, -90, point{408, 482 + 487}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, y := equalEarth(place{c.lon, c.lat})
			if math.Hypot(x-float64(c.want.x), y-float64(c.want.y)) > 2 {
				t.Errorf("equalEarth(%g, %g) = %.1f, %.1f, want about %v", c.lon, c.lat, x, y, c.want)
			}
		})
	}
}

func TestSimplifyKeepsWhatShows(t *testing.T) {
	line := []place{{0, 0}, {10, 0.1}, {20, 0}, {30, 9}, {40, 0}}
	want := []place{{0, 0}, {20, 0}, {30, 9}, {40, 0}}
	if diff := cmp.Diff(want, simplify(line), cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("simplify (-want +got):\n%s", diff)
	}
}

func TestRingsJoinArcsBothWays(t *testing.T) {
	arcs := [][]place{{{0, 0}, {40, 0}, {40, 40}}, {{0, 0}, {0, 40}, {40, 40}}}
	g := geometry{Type: "Polygon", Arcs: json.RawMessage("[[0,-2]]")} // -2 is arc 1 backwards
	got, err := g.rings(arcs)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]place{{{0, 0}, {40, 0}, {40, 40}, {40, 40}, {0, 40}, {0, 0}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("rings (-want +got):\n%s", diff)
	}
}

func TestHalvesCutAtTheAntimeridian(t *testing.T) {
	// An island of 170 to -170 degrees, as Fiji has one, in either direction around.
	east := []place{{170, 0}, {170, 10}, {-170, 10}, {-170, 0}, {170, 0}}
	for name, ring := range map[string][]place{
		"from the east": east,
		"from the west": {{-170, 10}, {-170, 0}, {170, 0}, {170, 10}, {-170, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			got := halves(unwrap(ring))
			if len(got) != 2 {
				t.Fatalf("%d parts, want two", len(got))
			}
			for k, edges := range [][2]float64{{170, 180}, {-180, -170}} {
				for _, p := range got[k] {
					if p.lon < edges[0] || p.lon > edges[1] {
						t.Errorf("part %d holds longitude %g, want %v", k, p.lon, edges)
					}
				}
			}
		})
	}
	whole := []place{{0, 0}, {10, 0}, {10, 10}, {0, 0}}
	if got := halves(whole); len(got) != 1 {
		t.Errorf("a ring on one side became %d", len(got))
	}
}

func TestPath(t *testing.T) {
	ring := []point{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}
	if got, want := path(ring), "M0 0l4 0 0 4-4 0z"; got != want {
		t.Errorf("path = %q, want %q", got, want)
	}
	area, x, y := centroid(ring)
	if area != 16 || x != 2 || y != 2 {
		t.Errorf("centroid = %g, %d, %d, want 16, 2, 2", area, x, y)
	}
}
