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
	Reports []incident.ReportLink `json:"reports"` // also when there is none
}

// NewDocument describes i for a site whose address is base, without a slash at its end.
func NewDocument(i incident.Incident, base string) Document {
	reports := i.Reports
	if reports == nil {
		reports = []incident.ReportLink{}
	}
	return Document{
		URL: URL(base, i.ID), Permanent: PermanentURL(base, i.ID, i.Revision),
		Headline: wording.Headline(&i), Reviewed: wording.Reviewed(i.State), Incident: i, Reports: reports,
	}
}

// URL is the address of the latest revision of an incident.
func URL(base, id string) string { return base + "/i/" + id }

// PermanentURL is the address of one revision, whose content never changes.
func PermanentURL(base, id string, revision int) string {
	return fmt.Sprintf("%s/i/%s/r/%d", base, id, revision)
}
