package publish

import (
	"encoding/xml"
	"io"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// feed is an Atom feed (RFC 4287).
type feed struct {
	XMLName  xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID       string   `xml:"id"`
	Title    string   `xml:"title"`
	Subtitle string   `xml:"subtitle"`
	Updated  string   `xml:"updated"`
	Author   string   `xml:"author>name"`
	Links    []link   `xml:"link"`
	Entries  []entry  `xml:"entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type entry struct {
	ID       string   `xml:"id"`
	Title    string   `xml:"title"`
	Updated  string   `xml:"updated"`
	Links    []link   `xml:"link"`
	Category category `xml:"category"`
	Summary  string   `xml:"summary"`
}

type category struct {
	Term string `xml:"term,attr"`
}

// WriteFeed writes incidents as an Atom feed of the site at base. An incident keeps its id through all
// revisions; a new revision updates its entry. One that was taken back stays, and says so: whoever
// read that it happened reads that it did not.
func WriteFeed(w io.Writer, incidents []incident.Incident, base string) error {
	f := feed{
		ID: base + "/", Title: "Lamplight: incidents", Author: "Lamplight",
		Subtitle: "Incidents and automatic candidates, with how probable it is that somebody switched the network off",
		Links: []link{
			{"self", "application/atom+xml", base + "/feed.atom"},
			{"alternate", "text/html", base + "/"},
		},
	}
	updated := time.Unix(0, 0)
	for _, i := range incidents {
		if i.ComputedAt.After(updated) {
			updated = i.ComputedAt
		}
		f.Entries = append(f.Entries, newEntry(&i, base))
	}
	f.Updated = updated.UTC().Format(time.RFC3339)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(f)
}

func newEntry(i *incident.Incident, base string) entry {
	state := wording.StateOf(i.State)
	title := wording.Subject(i)
	if !wording.Reviewed(i.State) {
		title += " (" + state.Name + ")"
	}
	if i.Generated {
		title = "Rehearsal, not a real event: " + title
	}
	summary := wording.Headline(i) + " " + state.Meaning
	if wording.Void(i.State) {
		summary = state.Meaning + " It had said: " + wording.Headline(i)
	}
	return entry{
		ID: URL(base, i.ID), Title: title, Updated: i.ComputedAt.UTC().Format(time.RFC3339),
		Links: []link{
			{"alternate", "text/html", URL(base, i.ID)},
			{"related", "text/csv", URL(base, i.ID) + ".csv"},
		},
		Category: category{string(i.State)},
		Summary:  summary,
	}
}
