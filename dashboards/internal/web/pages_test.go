package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
)

// answered is what came back, read to its end.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// get fetches an address as it is, neither following redirects nor unpacking. header holds names and
// values in turn.
func get(t *testing.T, url string, header ...string) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	for k := 0; k < len(header); k += 2 {
		request.Header.Set(header[k], header[k+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, body}
}

// page fetches a page that must be there and parses it.
func page(t *testing.T, url string) *html.Node {
	t.Helper()
	a := get(t, url)
	if a.status != http.StatusOK {
		t.Fatalf("GET %s: status %d", url, a.status)
	}
	root, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// text is what an element says, with single spaces.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// all returns the elements of a name.
func all(root *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// byID returns the element with an id, or nil.
func byID(root *html.Node, id string) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

// paths are the pages of a site that serves everything().
func paths() []string {
	return []string{
		"/", "/withdrawn", "/docs/", "/docs/reading-an-incident", "/i/" + examples.Blackout().ID, "/i/" + examples.Blackout().ID + "/r/1",
		"/i/" + examples.Ongoing().ID, "/i/" + examples.Mobile().ID, "/i/" + examples.Service().ID, "/i/" + examples.Withdrawn().ID,
	}
}

func TestIncidentPageSaysWhatIsKnown(t *testing.T) {
	site := serve(t, everything()...)
	root := page(t, site.url+"/i/"+examples.Blackout().ID)
	said := text(root)
	for _, want := range []string{
		"Iraq: connectivity lost, 15 Jun 2026 04:00 local time (01:00 UTC), for 4 h. Probability that this was a shutdown: 93 %.",
		"4 signals saw it, 1 normal, 2 could not see.",
		"between 03:55 and 04:05",                        // an interval, not a point
		"at least 3 h 50 min, at most 4 h 10 min",        // of the duration as well
		"It began on the local hour, 04:00, to the bin.", // a reason
		"× 5.0",                                // and its weight
		"Traffic into a darknet could not see", // what could not see
		"Its source recorded nothing from three hours before", // and why
		"Nationwide exam shutdown, third day",                 // what was reported
		"Chance alone would have linked 0.4 reports.",         // and what that is worth
		"Was it proportionate, and the least that would do? unknown",
		"Incident iq-20260615-0100, revision 2 (reviewed), as of 15 Jun 2026 13:00 UTC. " + site.url + "/i/iq-20260615-0100/r/2",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Beside every drawing stands a table of it, and the drawing has a title and a description.
func TestEveryChartHasWordsAndATable(t *testing.T) {
	site := serve(t, everything()...)
	root := page(t, site.url+"/i/"+examples.Blackout().ID)
	figures := 0
	for _, f := range all(root, "figure") {
		figures++
		drawing := all(f, "svg")[0]
		for _, id := range strings.Fields(attribute(drawing, "aria-labelledby")) {
			if n := byID(root, id); n == nil || text(n) == "" {
				t.Errorf("the drawing %q has the label %s, which says nothing", text(all(f, "h3")[0]), id)
			}
		}
		if rows := all(f, "tr"); len(rows) < 10 {
			t.Errorf("%q has a table of %d rows", text(all(f, "h3")[0]), len(rows))
		}
	}
	if figures != 6 {
		t.Errorf("%d charts, want one for each of 6 signals with points", figures)
	}
}

// A count below five stands on no page, neither in a table nor in the words of a chart.
func TestFewProbesAreNotCounted(t *testing.T) {
	i := examples.Blackout()
	k := slices.IndexFunc(i.Evidence, func(e incident.Evidence) bool { return e.Signal == incident.SignalProbes })
	e := &i.Evidence[k]
	e.Probes, e.Drop, e.Z, e.Why = 12, 0.75, -9.87, "fell to 3 where 12.0 was expected, 9.9 standard deviations"
	usual, lower := 12.0, 8.0
	for k := range e.Points {
		value := usual
		if at := e.Points[k].At; !at.Before(i.Onset.Best) && at.Before(i.End.Best) {
			value = 3
		}
		e.Points[k].Value, e.Points[k].Baseline, e.Points[k].Lower = &value, &usual, &lower
	}
	site := serve(t, i)
	root := page(t, site.url+"/i/"+i.ID)
	said := text(root)
	if !strings.Contains(said, "fewer than 5") || strings.Contains(said, "fell to 3") || strings.Contains(said, "75 %") {
		t.Error("the page gives away how few were left")
	}
	for _, cell := range all(root, "td") {
		if text(cell) == "3" {
			t.Fatal("a cell of a table gives away how few were left")
		}
	}
}

func TestCandidatesStandApart(t *testing.T) {
	site := serve(t, everything()...)
	root := page(t, site.url+"/")
	in := map[string]string{}
	for _, section := range all(root, "section") {
		in[attribute(section, "aria-labelledby")] = text(section)
	}
	for section, subjects := range map[string][]string{
		"reviewed":   {"Iraq: connectivity lost"},
		"candidates": {"XL: connectivity lost", "Kenya: chat.example not reachable", "Balochistan, Pakistan"},
	} {
		for _, s := range subjects {
			if !strings.Contains(in[section], s) {
				t.Errorf("%q does not stand under %s", s, section)
			}
			for other, content := range in {
				if other != section && strings.Contains(content, s) {
					t.Errorf("%q stands under %s as well", s, other)
				}
			}
		}
	}
	if said := text(root); strings.Contains(said, "Uganda") {
		t.Error("a withdrawn candidate is in the list")
	} else if !strings.Contains(said, "Not on this map: XL: connectivity lost") {
		t.Error("a place without geometry is not named beside the map")
	}
	if said := text(page(t, site.url+"/withdrawn")); !strings.Contains(said, "Uganda") {
		t.Error("the withdrawn candidate is not on the page of withdrawn ones")
	}
}

// Nobody may read "shutdown" without reading how probable it is. Titles of reports are others' words.
func TestNoShutdownWithoutProbability(t *testing.T) {
	site := serve(t, everything()...)
	for _, path := range paths() {
		if strings.HasPrefix(path, "/docs") {
			continue // about the word, not about an incident
		}
		for n := range page(t, site.url+path).Descendants() {
			if n.Type != html.TextNode || !strings.Contains(strings.ToLower(n.Data), "shutdown") {
				continue
			}
			block := n.Parent
			for block.Data == "span" || block.Data == "a" || block.Data == "strong" {
				block = block.Parent
			}
			if block.Data != "cite" && !strings.Contains(strings.ToLower(text(block)), "probab") {
				t.Errorf("%s says %q without a probability", path, text(block))
			}
		}
	}
}

func TestPagesHaveLandmarksAndOneHeading(t *testing.T) {
	site := serve(t, everything()...)
	for _, path := range append(paths(), "/nothing-here") {
		body := get(t, site.url+path).body
		root, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]int{"h1": 1, "main": 1, "title": 1} {
			got := 0
			for _, n := range all(root, name) {
				if n.Namespace == "" {
					got++
				}
			}
			if got != want {
				t.Errorf("%s has %d <%s>, want %d", path, got, name, want)
			}
		}
		if attribute(all(root, "html")[0], "lang") == "" {
			t.Errorf("%s does not say its language", path)
		}
		level := 0
		for n := range root.Descendants() {
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' && n.Type == html.ElementNode {
				if next := int(n.Data[1] - '0'); next > level+1 {
					t.Errorf("%s goes from heading %d to %d at %q", path, level, next, text(n))
				}
				level = int(n.Data[1] - '0')
			}
		}
		if scripts := all(root, "script"); len(scripts) > 0 {
			t.Errorf("%s has %d scripts", path, len(scripts))
		}
	}
}

// heavy is an incident that lasted for weeks, with more signals than a page draws and noise in all.
func heavy() incident.Incident {
	i := examples.Blackout()
	one := i.Evidence[0]
	i.Evidence = nil
	start := i.Onset.Best.Add(-48 * time.Hour)
	end := i.Onset
	end.Best = end.Best.Add(26 * 24 * time.Hour)
	i.End = &end
	for s := range 30 {
		e := one
		e.Place.ASN = uint32(64500 + s)
		e.Points = nil
		for k := range 28 * 288 {
			v := math.Round(1000 + 300*math.Sin(float64(k)*(1.7+float64(s))) + 200*math.Sin(float64(k*k)))
			usual, lower := 1000+math.Round(100*math.Sin(float64(k)/40)), 800+math.Round(90*math.Sin(float64(k)/38))
			p := incident.Point{At: start.Add(time.Duration(k) * 5 * time.Minute), Value: &v, Baseline: &usual, Lower: &lower}
			if k%97 == 0 {
				p.Value = nil
			}
			e.Points = append(e.Points, p)
		}
		i.Evidence = append(i.Evidence, e)
	}
	return i
}

func TestPagesAreLight(t *testing.T) {
	incidents := everything()
	worst := heavy()
	worst.ID = "heavy"
	incidents = append(incidents, worst)
	for n := range 2 * 40 { // more than the list shows, half of them reviewed
		i := examples.Mobile()
		i.ID = fmt.Sprintf("pk-%d", n)
		if n%2 == 0 {
			i.State = incident.StatePublished
		}
		incidents = append(incidents, i)
	}
	site := serve(t, incidents...)
	for _, path := range append(paths(), "/i/heavy") {
		start := time.Now()
		body := get(t, site.url+path).body
		took := time.Since(start)
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		_, _ = zip.Write(body)
		_ = zip.Close()
		t.Logf("%-30s %6d bytes, %6d compressed, %s", path, len(body), packed.Len(), took.Round(100*time.Microsecond))
		if len(body) > 100_000 {
			t.Errorf("%s weighs %d bytes, more than 100 kB", path, len(body))
		}
	}
}
