// Package worldmap draws the countries of the world as SVG and lights up some of them.
//
// Borders are those of Natural Earth, simplified, and say nothing about who governs what. The package
// never drops a country silently: one that has no outline here is handed back to be named in words.
package worldmap

import (
	_ "embed"
	"fmt"
	"html"
	"strconv"
	"strings"
)

//go:generate sh generate/fetch.sh

//go:embed world.tsv
var world string

// The extent of world.tsv in its own units.
const (
	width  = 2000
	height = 870
)

// Mark is one country to light up.
type Mark struct {
	Code     string // ISO 3166-1 alpha-2
	Label    string // read out and shown on hover
	Link     string
	Reviewed bool // by people, not only found automatically
}

// Map is the geometry, ready to draw from. It is safe for concurrent use.
type Map struct {
	countries []country
}

type country struct {
	code string
	x, y int
	path string // empty: too small for an outline
}

// open begins what is lit for a mark.
func (m *Mark) open() string {
	class := "candidate"
	if m.Reviewed {
		class = "reviewed"
	}
	return fmt.Sprintf(`<a class="lit %s" href="%s" aria-label="%s"><title>%[3]s</title>`,
		class, html.EscapeString(m.Link), html.EscapeString(m.Label))
}

// inset draws the first marks that have no place on the map, each as a square with its code.
func inset(b *strings.Builder, marks []Mark) {
	marks = marks[:min(len(marks), insetPlaces)]
	if len(marks) == 0 {
		return
	}
	each := insetSize + insetGap
	fmt.Fprintf(b, `<rect class="inset" x="%d" y="%d" width="%d" height="%d" rx="12"/>`,
		insetX-insetGap/2, insetY-insetGap/2, each*len(marks), each)
	for k, m := range marks {
		x := insetX + each*k
		fmt.Fprintf(b, `%s<rect x="%d" y="%d" width="%d" height="%[4]d" rx="8"/><text class="inset" x="%d" y="%d" text-anchor="middle">%s</text></a>`,
			m.open(), x, insetY, insetSize, x+insetSize/2, insetY+insetSize/2+12, html.EscapeString(m.Code))
	}
}

// Load reads the geometry that the program carries.
func Load() (*Map, error) {
	var m Map
	for n, line := range strings.Split(strings.TrimSpace(world), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("world.tsv line %d: want code, x, y and path", n+1)
		}
		x, errX := strconv.Atoi(fields[1])
		y, errY := strconv.Atoi(fields[2])
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("world.tsv line %d: %s, %s is not a point", n+1, fields[1], fields[2])
		}
		m.countries = append(m.countries, country{fields[0], x, y, fields[3]})
	}
	return &m, nil
}

// The inset, in the empty ocean at the lower left, has room for a few places that have no outline: those
// that no map of the world shows, such as the countries of a rehearsal.
const (
	insetX, insetY = 30, 720
	insetSize      = 84
	insetGap       = 26
	insetPlaces    = 4
)

// SVG draws the world with marks lit, and returns the marks that have no place on it; the first few of them
// stand in an inset. label says what the whole picture shows. Colors and sizes of lines are the page's
// business, by these classes: land, lit, reviewed, candidate, dot, inset.
func (m *Map) SVG(label string, marks []Mark) (svg string, unplaced []Mark) {
	lit := map[string]Mark{}
	for _, mark := range marks {
		lit[mark.Code] = mark
	}
	var land, above strings.Builder
	placed := map[string]bool{}
	for _, c := range m.countries {
		mark, ok := lit[c.code]
		if !ok {
			land.WriteString(c.path)
			continue
		}
		placed[c.code] = true
		above.WriteString(mark.open())
		if c.path != "" {
			fmt.Fprintf(&above, `<path d="%s"/>`, c.path)
		}
		// A line without length and a round cap: a dot that keeps its size on every screen.
		fmt.Fprintf(&above, `<path class="dot" d="M%d %dh0"/></a>`, c.x, c.y)
	}
	for _, mark := range marks {
		if !placed[mark.Code] {
			unplaced = append(unplaced, mark)
		}
	}
	inset(&above, unplaced)
	svg = fmt.Sprintf(`<svg class="world" viewBox="0 0 %d %d" role="group" aria-label="%s"><path class="land" d="%s"/>%s</svg>`,
		width, height, html.EscapeString(label), land.String(), above.String())
	return svg, unplaced
}
