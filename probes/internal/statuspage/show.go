package statuspage

import (
	_ "embed" // the style
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/report"
)

//go:embed style.css
var css string

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = io.WriteString(w, css)
}

func (p *Page) show(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, render(p.probe.Report(), p.form))
}

// document is written by hand and not by html/template, which would add more to the program than the whole
// page: see the handbook's design page. Whatever is put into it goes through html.EscapeString.
type document struct{ strings.Builder }

func (d *document) put(format string, args ...any) {
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = html.EscapeString(text)
		}
	}
	fmt.Fprintf(d, format, args...)
}

// render writes the page. Its title is what a browser keeps in its history: it does not say whose page that was.
func render(r report.Report, form string) string {
	var d document
	d.put(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="60">
<title>Status</title>
<link rel="stylesheet" href="style.css">
<main>
<h1>Lamplight probe</h1>
<p class="state %s">%s</p>
`, mood(r), sentence(r.State()))
	if words := r.Rhythm(); words != "" {
		d.put("<p>%s</p>\n", sentence(words))
	}
	d.usage(r)
	d.rows(r)
	d.buttons(r, form)
	d.checks(r)
	d.put(`<h2>Stop for good</h2>
<p>On this machine, in a terminal:</p>
<dl class="commands">
<dt><code>lamplight-probe leave</code><dd>stops taking part and deletes what the probe keeps here; asks first
<dt><code>lamplight-probe wipe</code><dd>deletes it all at once, the keys first; asks nothing
</dl>
<p class="small">What was sent cannot be called back. Your name is not in it. Version %s.</p>
</main>
`, r.Software)
	return d.String()
}

func mood(r report.Report) string {
	switch {
	case r.Suspended != "":
		return "stopped"
	case !r.PausedUntil.IsZero():
		return "paused"
	}
	return "well"
}

// usage draws the day's data. A meter needs no style of its own, and is read aloud.
func (d *document) usage(r report.Report) {
	d.put("<h2>Data today</h2>\n<p>%s</p>\n", r.Used())
	if r.Today.BudgetBytes > 0 {
		d.put("<meter min=\"0\" max=\"%d\" value=\"%d\" aria-label=\"data used today\"></meter>\n",
			r.Today.BudgetBytes, min(r.Today.SentBytes+r.Today.ReceivedBytes, r.Today.BudgetBytes))
	}
}

func (d *document) rows(r report.Report) {
	d.put("<h2>How it is</h2>\n<dl>\n")
	for _, row := range [][2]string{
		{"Network", r.Place()}, {"Waiting to be sent", r.Waiting()}, {"Last delivery", r.Delivery()}, {"List", r.Followed()}, {"You agreed to", r.Agreed()},
	} {
		d.put("<dt>%s<dd>%s\n", row[0], row[1])
	}
	d.put("</dl>\n")
}

func (d *document) buttons(r report.Report, form string) {
	d.put("<h2>Pause</h2>\n")
	if !r.PausedUntil.IsZero() {
		d.put("<form method=\"post\" action=\"resume\"><input type=\"hidden\" name=\"form\" value=\"%s\"><button>Go on now</button></form>\n", form)
	}
	d.put("<form method=\"post\" action=\"pause\"><input type=\"hidden\" name=\"form\" value=\"%s\">\n", form)
	for _, p := range pauses {
		d.put("<button name=\"minutes\" value=\"%d\">%s</button>\n", p.minutes, p.words)
	}
	d.put("</form>\n<p class=\"small\">While it is paused it sends nothing to anybody.</p>\n")
}

func (d *document) checks(r report.Report) {
	d.put("<h2>Last checks</h2>\n")
	if len(r.Checks) == 0 {
		d.put("<p>None since the start.</p>\n")
		return
	}
	d.put("<table>\n<tr><th>When<th>What<th>How it went\n")
	for _, c := range r.Checks {
		d.put("<tr><td>%s<td>%s<td>%s\n", c.When(), c.What(), c.How())
	}
	d.put("</table>\n")
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
