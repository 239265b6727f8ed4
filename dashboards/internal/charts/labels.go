package charts

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// grid draws a line for each value of the axis, and writes the value to its left.
func (c Chart) grid(b *strings.Builder, y axisY) {
	for _, v := range y.values() {
		at := marksHeight + y.part(v)*float64(c.Height)
		fmt.Fprintf(b, `<line class="grid" stroke="currentColor" x2="100%%" y1="%s" y2="%[1]s"/>`, number(at))
		fmt.Fprintf(b, `<text class="tick" x="-6" y="%s" text-anchor="end">%s</text>`, number(at+4), c.value(v))
	}
	if y.bottom > 0 {
		fmt.Fprintf(b, `<text class="tick note" x="4" y="%d">axis does not start at zero</text>`, c.bottom()-5)
	}
}

func (c Chart) share() bool { return strings.HasPrefix(c.Unit, "share") }

// value writes a value of the axis in little room: a share as a percentage, a count with its thousands
// apart or as thousands and millions.
func (c Chart) value(v float64) string {
	switch {
	case c.share():
		return number(100*v) + " %"
	case v >= 1e6:
		return number(v/1e6) + " M"
	case v >= 1e5:
		return number(v/1e3) + " k"
	case v >= 1e3:
		return fmt.Sprintf("%d,%03d", int(v)/1000, int(v)%1000)
	}
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)
}

// timeAxis writes the local time beneath: the hour, and at midnight the day.
func (c Chart) timeAxis(b *strings.Builder, x axisX) {
	for _, t := range timeTicks(x.from, x.to, c.Zone) {
		p := x.percent(t)
		label := t.Format("15:04")
		if t.Hour() == 0 && t.Minute() == 0 {
			label = t.Format("2 Jan")
		}
		fmt.Fprintf(b, `<text class="tick" x="%s%%" y="%d"%s>%s</text>`, number(p), c.bottom()+axisHeight-6, anchor(p), label)
	}
}

// anchor keeps a word at the right edge within the chart; on the left there is the room of the values.
func anchor(percent float64) string {
	if percent > 94 {
		return ` text-anchor="end"`
	}
	return ` text-anchor="middle"`
}

// marks writes when the event began and ended. The words stand outside the event, and in two rows
// where both have to go to the same side.
func (c Chart) marks(b *strings.Builder, x axisX) {
	const firstRow, secondRow = 11, 25
	layout, room := "15:04", 21.0 // percent of a phone's width that the words need
	if !c.oneDay() {
		layout, room = "2 Jan 15:04", 32
	}
	row := firstRow
	if at := x.percent(c.Onset.Best); !c.Onset.Best.Before(x.from) {
		side := before
		if at < room {
			side = after
		}
		c.mark(b, at, row, side, "began "+c.Onset.Best.In(c.Zone).Format(layout))
		if side == after {
			row = secondRow
		}
	}
	if c.End == nil || c.End.Best.After(x.to) {
		return
	}
	at, side := x.percent(c.End.Best), after
	if at > 100-room {
		side, row = before, secondRow
	}
	c.mark(b, at, row, side, "ended "+c.End.Best.In(c.Zone).Format(layout))
}

// oneDay reports whether beginning and end are of one local day, which the axis names.
func (c Chart) oneDay() bool {
	end := c.Points[len(c.Points)-1].At
	if c.End != nil {
		end = c.End.Best
	}
	return c.Onset.Best.In(c.Zone).Format(time.DateOnly) == end.In(c.Zone).Format(time.DateOnly)
}

// The sides of a line on which its words can stand.
const (
	before = ` text-anchor="end" dx="-4"`
	after  = ` dx="4"`
)

func (c Chart) mark(b *strings.Builder, percent float64, row int, side, words string) {
	p := number(percent)
	fmt.Fprintf(b, `<line class="edge" stroke="currentColor" x1="%s%%" x2="%[1]s%%" y1="%d" y2="%d"/>`, p, row-9, c.bottom())
	fmt.Fprintf(b, `<text class="mark" x="%s%%" y="%d"%s>%s</text>`, p, row, side, words)
}
