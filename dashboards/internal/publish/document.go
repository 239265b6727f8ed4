package publish

import (
	"fmt"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/wording"
)

// Document is an incident as the API gives it: the incident, and beside it what a person would quote.
type Document struct {
	URL       string `json:"url"`       // of the incident, at its latest revision
	Permanent string `json:"permanent"` // of this very revision
	Headline  string `json:"headline"`
	Reviewed  bool   `json:"reviewed"` // by a person
	incident.Incident
}

// NewDocument describes i for a site whose address is base, without a slash at its end.
func NewDocument(i incident.Incident, base string) Document {
	return Document{
		URL: URL(base, i.ID), Permanent: PermanentURL(base, i.ID, i.Revision),
		Headline: wording.Headline(&i), Reviewed: wording.Reviewed(i.State), Incident: i,
	}
}

// URL is the address of the latest revision of an incident.
func URL(base, id string) string { return base + "/i/" + id }

// PermanentURL is the address of one revision, whose content never changes.
func PermanentURL(base, id string, revision int) string {
	return fmt.Sprintf("%s/i/%s/r/%d", base, id, revision)
}
