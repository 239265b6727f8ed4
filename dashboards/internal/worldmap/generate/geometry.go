package main

import (
	"fmt"
	"math"
	"strings"
)

// The page is width units wide; rows of the page grow downwards from the northernmost land.
const (
	width     = 2000
	northEdge = 83.7 // degrees: Cape Morris Jesup
	tolerance = 1.2  // units: what simplify may move a line by; less than a pixel on a large screen
)

// place is somewhere on Earth, in degrees; point somewhere on the page.
type (
	place struct{ lon, lat float64 }
	point struct{ x, y int }
)

// equalEarth is the projection of Šavrič, Patterson and Jenny (2018), doi 10.1080/13658816.2018.1504949:
// areas keep their proportion, so that no country looks more important for being northern.
func equalEarth(p place) (x, y float64) {
	half, _ := project(180, 0)
	_, top := project(0, northEdge)
	x, y = project(p.lon, p.lat)
	scale := width / (2 * half)
	return (x + half) * scale, (top - y) * scale
}

func project(lon, lat float64) (x, y float64) {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	m := math.Sqrt(3) / 2
	t := math.Asin(m * math.Sin(lat*math.Pi/180))
	t2 := t * t
	t6 := t2 * t2 * t2
	x = lon * math.Pi / 180 * math.Cos(t) / (m * (a1 + 3*a2*t2 + t6*(7*a3+9*a4*t2)))
	y = t * (a1 + a2*t2 + t6*(a3+a4*t2))
	return x, y
}

// simplify is Douglas and Peucker's, on the page: it keeps both ends, and every place that would move
// the line by more than the tolerance.
func simplify(line []place) []place {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	worst, at := 0.0, 0
	for i := 1; i < len(line)-1; i++ {
		if d := distance(line[i], first, last); d > worst {
			worst, at = d, i
		}
	}
	if worst <= tolerance {
		return []place{first, last}
	}
	left := simplify(line[:at+1])
	return append(left[:len(left):len(left)], simplify(line[at:])[1:]...)
}

// distance is how far p is from the line from a to b, on the page.
func distance(p, a, b place) float64 {
	ax, ay := equalEarth(a)
	bx, by := equalEarth(b)
	px, py := equalEarth(p)
	dx, dy, px, py := bx-ax, by-ay, px-ax, py-ay
	if dx == 0 && dy == 0 {
		return math.Hypot(px, py)
	}
	return math.Abs(dx*py-dy*px) / math.Hypot(dx, dy)
}

// onPage projects a ring and rounds it to whole units.
func onPage(ring []place) []point {
	var out []point
	for _, p := range ring {
		x, y := equalEarth(p)
		rounded := point{int(math.Round(x)), int(math.Round(y))}
		if len(out) == 0 || out[len(out)-1] != rounded {
			out = append(out, rounded)
		}
	}
	return out
}

// path writes a ring as relative integer steps, and nothing for one too small to have an area.
func path(ring []point) string {
	if len(ring) < 4 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %dl", ring[0].x, ring[0].y)
	for i := 1; i < len(ring)-1; i++ {
		dx, dy := ring[i].x-ring[i-1].x, ring[i].y-ring[i-1].y
		if i > 1 && dx >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d", dx)
		if dy >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d", dy)
	}
	return b.String() + "z"
}

// centroid returns the area of a ring and its center of mass; for a ring without area, its first point.
func centroid(ring []point) (area float64, x, y int) {
	var sum, sx, sy float64
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		cross := float64(a.x*b.y - b.x*a.y)
		sum += cross
		sx += float64(a.x+b.x) * cross
		sy += float64(a.y+b.y) * cross
	}
	if sum == 0 {
		return math.SmallestNonzeroFloat64, ring[0].x, ring[0].y
	}
	return math.Abs(sum) / 2, int(math.Round(sx / (3 * sum))), int(math.Round(sy / (3 * sum)))
}
