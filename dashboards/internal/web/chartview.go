package web

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/charts"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// What bounds the weight of a page, however many signals there are and however long the event was.
const (
	mostCharts  = 12     // signals that are drawn; the CSV has all
	mostWords   = 40     // and signals that are told of in words
	pageDrawing = 50_000 // bytes of all drawings together
	columns     = 300    // moments that one drawing shows, unless that makes it too heavy
	// fewestColumns is where a drawing is as light as it gets.
	fewestColumns = 10

	pageRows  = 240 // rows of all tables together
	chartRows = 36  // and of one of them
)

// chartView is what one signal shows: words, and where it has points a drawing and a table of them.
type chartView struct {
	ID, Name, Where, Source, Unit string
	Verdict, Class, Why           string
	SVG                           template.HTML
	Table                         table
}

// newCharts orders the evidence by what it says of the event, the strongest first.
func newCharts(i *incident.Incident, zone *time.Location) (drawn, words []chartView) {
	evidence := slices.Clone(i.Evidence)
	slices.SortStableFunc(evidence, func(a, b incident.Evidence) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(a.Z, b.Z))
	})
	withPoints := 0
	for _, e := range evidence {
		if len(e.Points) > 0 {
			withPoints++
		}
	}
	withPoints = max(min(withPoints, mostCharts), 1)
	for _, e := range evidence {
		v := newChart(i, e, fmt.Sprintf("s%d", len(drawn)+1))
		if len(e.Points) == 0 || len(drawn) == mostCharts {
			words = append(words, v)
			continue
		}
		v.SVG = draw(charts.Chart{
			ID: v.ID, Title: v.Name, Description: describe(v), Unit: e.Unit, Step: e.Step, Points: e.Points,
			Onset: i.Onset, End: i.End, Zone: zone, Height: heightOf(len(drawn)), Columns: columns, Few: incident.FewestProbes,
		}, pageDrawing/withPoints)
		v.Table = newTable(e, zone, min(chartRows, pageRows/withPoints))
		drawn = append(drawn, v)
	}
	return drawn, words
}

// draw draws ever fewer moments until the drawing is light enough. A smooth series takes little at any
// number; it is noise that weighs.
func draw(c charts.Chart, bytes int) template.HTML {
	svg := c.SVG()
	for len(svg) > bytes && c.Columns > fewestColumns {
		c.Columns = max(min(c.Columns*bytes/len(svg), c.Columns*9/10), fewestColumns)
		svg = c.SVG()
	}
	return template.HTML(svg) // the package escapes what it is given
}

// heightOf makes the strongest signal, which comes first and alone, higher than the others.
func heightOf(position int) int {
	if position == 0 {
		return 220
	}
	return 130
}

func rank(v incident.Verdict) int {
	switch v {
	case incident.VerdictSaw:
		return 0
	case incident.VerdictNormal:
		return 1
	default:
		return 2
	}
}

func newChart(i *incident.Incident, e incident.Evidence, id string) chartView {
	v := chartView{
		ID: id, Name: wording.Signal(e), Source: wording.Source(e.Source), Unit: e.Unit,
		Verdict: wording.Verdict(e.Verdict), Class: strings.ReplaceAll(string(e.Verdict), "_", "-"), Why: wording.Thousands(e.Why),
	}
	if e.Place != i.Place {
		v.Where = e.Place.String()
	}
	return v
}

// describe is the drawing in words.
func describe(v chartView) string {
	return fmt.Sprintf("Line of %s over time, with what is usual. %s: %s", v.Unit, v.Verdict, v.Why)
}
