package charts

import (
	"fmt"
	"math"
	"strings"
)

// Lines are drawn in a box of whole units, each less than a pixel on most screens, so that paths need no
// fractions.
const (
	boxWidth  = 1000
	boxHeight = 520
	// flat is how far a point may be from the line drawn past it, in units of height: half a pixel.
	flat = 2
)

// spot is a place in the box.
type spot struct{ x, y float64 }

// reduce keeps, of the points that share a column, the first, the lowest, the highest and the last.
// A fall of a single bin therefore stays visible however long the series is.
func reduce(line []spot, columns int) []spot {
	if columns <= 0 {
		return line
	}
	var out []spot
	for i := 0; i < len(line); {
		column := math.Floor(line[i].x * float64(columns) / boxWidth)
		j, low, high := i, i, i
		for j < len(line) && math.Floor(line[j].x*float64(columns)/boxWidth) == column {
			if line[j].y < line[low].y {
				low = j
			}
			if line[j].y > line[high].y {
				high = j
			}
			j++
		}
		last := -1
		for _, k := range []int{i, min(low, high), max(low, high), j - 1} {
			if k > last {
				out = append(out, line[k])
				last = k
			}
		}
		i = j
	}
	return out
}

// simplify drops points that lie on the line between their neighbors (Douglas and Peucker, with the
// distance taken vertically because a chart's width is not fixed).
func simplify(line []spot) []spot {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	worst, at := 0.0, 0
	for i := 1; i < len(line)-1; i++ {
		onLine := first.y
		if last.x > first.x {
			onLine += (last.y - first.y) * (line[i].x - first.x) / (last.x - first.x)
		}
		if d := math.Abs(line[i].y - onLine); d > worst {
			worst, at = d, i
		}
	}
	if worst <= flat {
		return []spot{first, last}
	}
	left := simplify(line[:at+1])
	return append(left[:len(left):len(left)], simplify(line[at:])[1:]...)
}

// path writes a line as whole relative steps. A line of one point is a step of no length, which a
// round cap shows as a dot.
func path(line []spot) string {
	var b strings.Builder
	x, y := whole(line[0])
	fmt.Fprintf(&b, "M%d %d", x, y)
	if len(line) == 1 {
		b.WriteString("h0")
		return b.String()
	}
	b.WriteByte('l')
	steps(&b, x, y, line[1:])
	return b.String()
}

// area writes the surface between two lines.
func area(upper, lower []spot) string {
	var b strings.Builder
	x, y := whole(upper[0])
	fmt.Fprintf(&b, "M%d %dl", x, y)
	back := make([]spot, 0, len(upper)+len(lower))
	back = append(back, upper[1:]...)
	for i := len(lower) - 1; i >= 0; i-- {
		back = append(back, lower[i])
	}
	steps(&b, x, y, back)
	b.WriteByte('z')
	return b.String()
}

// steps writes line from x, y on, with no more signs and spaces than SVG needs to tell numbers apart.
func steps(b *strings.Builder, x, y int, line []spot) {
	for i, s := range line {
		nx, ny := whole(s)
		if i > 0 && nx-x >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d", nx-x)
		if ny-y >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d", ny-y)
		x, y = nx, ny
	}
}

func whole(s spot) (x, y int) { return int(math.Round(s.x)), int(math.Round(s.y)) }
