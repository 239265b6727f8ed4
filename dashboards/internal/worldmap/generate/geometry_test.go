package main

import (
	"encoding/json"
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
			got := equalEarth(c.lon, c.lat)
			if d := abs(got.x-c.want.x) + abs(got.y-c.want.y); d > 2 {
				t.Errorf("equalEarth(%g, %g) = %v, want about %v", c.lon, c.lat, got, c.want)
			}
		})
	}
}

func abs(i int) int { return max(i, -i) }

func TestSimplify(t *testing.T) {
	line := []point{{0, 0}, {10, 1}, {20, 0}, {30, 9}, {40, 0}}
	want := []point{{0, 0}, {20, 0}, {30, 9}, {40, 0}}
	if diff := cmp.Diff(want, simplify(line), cmp.AllowUnexported(point{})); diff != "" {
		t.Errorf("simplify (-want +got):\n%s", diff)
	}
}

func TestRingsJoinArcsBothWays(t *testing.T) {
	arcs := [][]point{{{0, 0}, {4, 0}, {4, 4}}, {{0, 0}, {0, 4}, {4, 4}}}
	g := geometry{Type: "Polygon", Arcs: json.RawMessage("[[0,-2]]")} // -2 is arc 1 backwards
	rings := g.rings(arcs)
	want := [][]point{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}
	if diff := cmp.Diff(want, rings, cmp.AllowUnexported(point{})); diff != "" {
		t.Fatalf("rings (-want +got):\n%s", diff)
	}
	if got, want := path(rings[0]), "M0 0l4 0 0 4-4 0z"; got != want {
		t.Errorf("path = %q, want %q", got, want)
	}
	area, x, y := centroid(rings[0])
	if area != 16 || x != 2 || y != 2 {
		t.Errorf("centroid = %g, %d, %d, want 16, 2, 2", area, x, y)
	}
}
