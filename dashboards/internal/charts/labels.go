package charts

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"
)

func (c Chart) grid(b *strings.Builder, y axisY) {
	for _, v := range y.values() {
		at := number(marksHeight + y.box(v)/boxHeight*plotHeight)
		fmt.Fprintf(b, `<line class="grid" stroke="currentColor" x2="100%%" y1="%s" y2="%[1]s"/>`, at)
	}
}

// valueLabels writes each value on its line, the unit beside the highest.
func (c Chart) valueLabels(b *strings.Builder, y axisY) {
	values := y.values()
	for i, v := range values {
		label := c.value(v)
		switch {
		case i == len(values)-1 && !c.share():
			label += " " + c.Unit
		case i == 0 && y.bottom > 0:
			label += " (axis does not start at zero)"
		}
		at := marksHeight + y.box(v)/boxHeight*plotHeight - 3
		fmt.Fprintf(b, `<text class="tick" x="0" y="%s">%s</text>`, number(at), html.EscapeString(label))
	}
}

func (c Chart) share() bool { return strings.HasPrefix(c.Unit, "share") }

// value writes a value of the axis; a share as a percentage, a count with its thousands apart.
func (c Chart) value(v float64) string {
	if c.share() {
		return number(100*v) + " %"
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

// timeAxis writes the local time beneath: the hour, and at midnight the day.
func (c Chart) timeAxis(b *strings.Builder, x axisX) {
	for _, t := range timeTicks(x.from, x.to, c.Zone) {
		p := x.percent(t)
		label := t.Format("15:04")
		if t.Hour() == 0 && t.Minute() == 0 {
			label = t.Format("2 Jan")
		}
		fmt.Fprintf(b, `<text class="tick" x="%s%%" y="%d"%s>%s</text>`, number(p), height-6, anchor(p), label)
	}
}

// anchor keeps a word at the edge within the chart.
func anchor(percent float64) string {
	switch {
	case percent < 6:
		return ""
	case percent > 94:
		return ` text-anchor="end"`
	}
	return ` text-anchor="middle"`
}

// marks writes when the event began and ended. The words stand outside the event, and in two rows
// where both have to go to the same side.
func (c Chart) marks(b *strings.Builder, x axisX) {
	const firstRow, secondRow = 12, 26
	const edge = 34 // percent: less room than this beside a line is too little for the words on a phone
	row := firstRow
	begin := x.percent(c.Onset.Best)
	if !c.Onset.Best.Before(x.from) {
		side := ` text-anchor="end" dx="-4"`
		if begin < edge {
			side = ` dx="4"`
		}
		c.mark(b, begin, row, side, "began "+c.clock(c.Onset.Best, x))
		if begin < edge {
			row = secondRow
		}
	}
	if c.End == nil || c.End.Best.After(x.to) {
		return
	}
	end := x.percent(c.End.Best)
	side := ` dx="4"`
	if end > 100-edge {
		side = ` text-anchor="end" dx="-4"`
		row = secondRow
	}
	c.mark(b, end, row, side, "ended "+c.clock(c.End.Best, x))
}

func (c Chart) mark(b *strings.Builder, percent float64, row int, side, words string) {
	p := number(percent)
	fmt.Fprintf(b, `<line class="edge" stroke="currentColor" x1="%s%%" x2="%[1]s%%" y1="%d" y2="%d"/>`, p, row-10, marksHeight+plotHeight)
	fmt.Fprintf(b, `<text class="mark" x="%s%%" y="%d"%s>%s</text>`, p, row, side, words)
}

// clock names the day only where the axis shows more than one.
func (c Chart) clock(t time.Time, x axisX) string {
	if x.to.Sub(x.from) > 24*time.Hour {
		return t.In(c.Zone).Format("2 Jan 15:04")
	}
	return t.In(c.Zone).Format("15:04")
}
