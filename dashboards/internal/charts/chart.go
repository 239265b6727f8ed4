// Package charts draws what one signal shows around an event, as SVG that needs no script.
//
// A chart stretches to whatever width it is given while its text and lines keep their size, so that it
// reads the same on a phone and on paper. It never joins a line across a hole: what could not be seen
// is hatched. It decides nothing about the event; it draws what the evidence says.
package charts

import (
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// The heights, in pixels, of what is above and below the plot. Widths are parts of whatever room there
// is; the values of the axis stand to the left of it, in about 40 pixels that the page leaves free.
const (
	marksHeight = 34 // two rows of words for beginning and end
	axisHeight  = 22
)

// Chart is one signal's series around one event.
type Chart struct {
	ID          string // unique on its page; ids within the SVG begin with it
	Title       string // what is counted
	Description string // what a person sees in it, for those who hear the page
	Unit        string // what a value counts; values of a "share" are written as percentages
	Step        time.Duration
	Points      []incident.Point // in order of time
	Onset       incident.Interval
	End         *incident.Interval // nil while the event goes on
	Zone        *time.Location     // of the axis
	Height      int                // of the plot, in pixels
	Columns     int                // how many distinct moments the lines may show; bounds the weight
	Few         float64            // what values that are withheld for being few are below
}

// SVG draws the chart. Colors are the page's business, by these classes: grid, tick, band, event,
// between, few, hole, baseline, value, edge, mark. Without points there is nothing to draw, and it is empty.
func (c Chart) SVG() string {
	if len(c.Points) == 0 || c.Step <= 0 {
		return ""
	}
	x := axisX{from: c.Points[0].At, to: c.Points[len(c.Points)-1].At.Add(c.Step)}
	y := newAxisY(c.Points)

	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="100%%" height="%d" role="img" aria-labelledby="%s-t %[2]s-d">`,
		c.bottom()+axisHeight, html.EscapeString(c.ID))
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%[1]s-d">%[3]s</desc>`,
		html.EscapeString(c.ID), html.EscapeString(c.Title), html.EscapeString(c.Description))
	c.event(&b, x)
	c.holes(&b, x)
	c.grid(&b, y)
	c.lines(&b, x, y)
	c.timeAxis(&b, x)
	c.marks(&b, x)
	b.WriteString(`</svg>`)
	return b.String()
}

// bottom is where the plot ends and the axis of time begins.
func (c Chart) bottom() int { return marksHeight + c.Height }

// rect covers the plot from from to to.
func (c Chart) rect(b *strings.Builder, x axisX, class string, from, to time.Time) {
	left, right := x.percent(from), x.percent(to)
	if right <= left {
		return
	}
	fmt.Fprintf(b, `<rect class="%s" x="%s%%" y="%d" width="%s%%" height="%d"/>`,
		class, number(left), marksHeight, number(right-left), c.Height)
}

// event shades the time from beginning to end, and more strongly what is uncertain of both.
func (c Chart) event(b *strings.Builder, x axisX) {
	end := x.to
	if c.End != nil {
		end = c.End.Best
	}
	c.rect(b, x, "event", c.Onset.Best, end)
	c.rect(b, x, "between", c.Onset.Earliest, c.Onset.Latest)
	if c.End != nil {
		c.rect(b, x, "between", c.End.Earliest, c.End.Latest)
	}
}

// holeWords is the least part of the width, in percent, that has room for words in a hole on a phone.
const holeWords = 26

// holes hatches what could not be seen: one hatched surface, cut to the holes in parts of the width, so
// that a series full of them stays light.
func (c Chart) holes(b *strings.Builder, x axisX) {
	holes := holes(c.Points, c.Step, x.to.Sub(x.from)/time.Duration(max(c.Columns, 1)))
	if len(holes) == 0 {
		return
	}
	id := html.EscapeString(c.ID)
	fmt.Fprintf(b, `<defs><pattern id="%s-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
		`<path class="hatch" stroke="currentColor" d="M0 0v6"/></pattern><clipPath id="%[1]s-c" clipPathUnits="objectBoundingBox"><path d="`, id)
	for _, h := range holes {
		from, to := x.percent(h.from)/100, x.percent(h.to)/100
		fmt.Fprintf(b, "M%s 0H%sV1H%[1]sz", fraction(from), fraction(to))
	}
	fmt.Fprintf(b, `"/></clipPath></defs><rect class="hole" fill="url(#%s-h)" clip-path="url(#%[1]s-c)" y="%d" width="100%%" height="%d"/>`,
		id, marksHeight, c.Height)
	for _, h := range holes {
		if x.percent(h.to)-x.percent(h.from) >= holeWords {
			fmt.Fprintf(b, `<text class="blind" x="%s%%" y="%d" text-anchor="middle">could not see</text>`,
				number((x.percent(h.from)+x.percent(h.to))/2), marksHeight+c.Height/2)
		}
	}
}

// lines draws in a box of its own that is stretched to the width, in the units of line.go.
func (c Chart) lines(b *strings.Builder, x axisX, y axisY) {
	value := func(p incident.Point) *float64 { return p.Value }
	baseline := func(p incident.Point) *float64 { return p.Baseline }
	lower := func(p incident.Point) *float64 { return p.Lower }
	expected := func(p incident.Point) *float64 { // the upper edge of the band, where it has a lower one
		if p.Lower == nil {
			return nil
		}
		return p.Baseline
	}

	fmt.Fprintf(b, `<svg y="%d" width="100%%" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none" fill="none" stroke="currentColor">`,
		marksHeight, c.Height, boxWidth, boxHeight)
	var band strings.Builder
	for _, run := range runs(c.Points, c.Step, expected) {
		band.WriteString(area(c.line(run, x, y, baseline), c.line(run, x, y, lower)))
	}
	if band.Len() > 0 {
		fmt.Fprintf(b, `<path class="band" fill="currentColor" stroke="none" d="%s"/>`, band.String())
	}
	var few strings.Builder
	for _, s := range stretches(c.Points, c.Step, func(p incident.Point) bool { return p.Few }) {
		left, right := x.box(s.from), x.box(s.to)
		few.WriteString(area([]spot{{left, y.box(c.Few)}, {right, y.box(c.Few)}}, []spot{{left, y.box(0)}, {right, y.box(0)}}))
	}
	if few.Len() > 0 {
		fmt.Fprintf(b, `<path class="few" fill="currentColor" stroke="none" d="%s"/>`, few.String())
	}
	draw := func(class string, of func(incident.Point) *float64) {
		var d strings.Builder
		for _, run := range runs(c.Points, c.Step, of) {
			d.WriteString(path(c.line(run, x, y, of)))
		}
		if d.Len() > 0 {
			fmt.Fprintf(b, `<path class="%s" vector-effect="non-scaling-stroke" d="%s"/>`, class, d.String())
		}
	}
	draw("baseline", baseline)
	draw("value", value)
	b.WriteString(`</svg>`)
}

// line places one value of an unbroken run of points, each in the middle of its bin, as light as the
// width allows.
func (c Chart) line(run []incident.Point, x axisX, y axisY, of func(incident.Point) *float64) []spot {
	line := make([]spot, len(run))
	for i, p := range run {
		line[i] = spot{x.box(p.At.Add(c.Step / 2)), y.box(*of(p))}
	}
	return simplify(reduce(line, c.Columns))
}
