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

// The heights of a chart in pixels. Widths are parts of whatever room there is.
const (
	marksHeight = 44 // two rows of words for beginning and end
	plotHeight  = 130
	axisHeight  = 22
	height      = marksHeight + plotHeight + axisHeight
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
	Columns     int                // how many distinct moments the lines may show; bounds the weight
}

// SVG draws the chart. Colors are the page's business, by these classes: grid, tick, band, event,
// between, hole, baseline, value, edge, mark. Without points there is nothing to draw, and it is empty.
func (c Chart) SVG() string {
	if len(c.Points) == 0 || c.Step <= 0 {
		return ""
	}
	x := axisX{from: c.Points[0].At, to: c.Points[len(c.Points)-1].At.Add(c.Step)}
	y := newAxisY(c.Points)

	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="100%%" height="%d" role="img" aria-labelledby="%s-t %[2]s-d">`,
		height, html.EscapeString(c.ID))
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%[1]s-d">%[3]s</desc>`,
		html.EscapeString(c.ID), html.EscapeString(c.Title), html.EscapeString(c.Description))
	c.event(&b, x)
	c.holes(&b, x)
	c.grid(&b, y)
	c.lines(&b, x, y)
	c.timeAxis(&b, x)
	c.marks(&b, x)
	c.valueLabels(&b, y)
	b.WriteString(`</svg>`)
	return b.String()
}

// event shades the time from beginning to end, and more strongly what is uncertain of both.
func (c Chart) event(b *strings.Builder, x axisX) {
	end := x.to
	if c.End != nil {
		end = c.End.Best
	}
	x.rect(b, "event", c.Onset.Best, end)
	x.rect(b, "between", c.Onset.Earliest, c.Onset.Latest)
	if c.End != nil {
		x.rect(b, "between", c.End.Earliest, c.End.Latest)
	}
}

// holeWords is the least part of the width, in percent, that has room for words in a hole on a phone.
const holeWords = 26

func (c Chart) holes(b *strings.Builder, x axisX) {
	holes := holes(c.Points, c.Step, x.to.Sub(x.from)/time.Duration(max(c.Columns, 1)))
	if len(holes) == 0 {
		return
	}
	id := html.EscapeString(c.ID)
	fmt.Fprintf(b, `<defs><pattern id="%s-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
		`<path class="hatch" stroke="currentColor" d="M0 0v6"/></pattern></defs>`, id)
	for _, h := range holes {
		fmt.Fprintf(b, `<g fill="url(#%s-h)">`, id)
		x.rect(b, "hole", h.from, h.to)
		b.WriteString(`</g>`)
	}
	for _, h := range holes {
		if x.percent(h.to)-x.percent(h.from) >= holeWords {
			fmt.Fprintf(b, `<text class="blind" x="%s%%" y="%d" text-anchor="middle">could not see</text>`,
				number((x.percent(h.from)+x.percent(h.to))/2), marksHeight+plotHeight/2)
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
		marksHeight, plotHeight, boxWidth, boxHeight)
	for _, run := range runs(c.Points, c.Step, expected) {
		fmt.Fprintf(b, `<path class="band" fill="currentColor" stroke="none" d="%s"/>`,
			area(c.line(run, x, y, baseline), c.line(run, x, y, lower)))
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
