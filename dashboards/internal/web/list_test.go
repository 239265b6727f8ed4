package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
)

// How far the data goes is what analysis says, whether or not there is an incident.
func TestListSaysHowFarTheDataGoes(t *testing.T) {
	site := serve(t)
	if said := text(page(t, site.url+"/")); !strings.Contains(said, "No data has been looked at yet.") {
		t.Errorf("before analysis ever looked: %.200s", said)
	}
	until := time.Date(2026, 3, 1, 4, 5, 0, 0, time.UTC)
	if err := incident.NewRepository(site.db).Looked(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	if said := text(page(t, site.url+"/")); !strings.Contains(said, "Data up to 1 Mar 2026 04:05 UTC") {
		t.Errorf("without any incident: %.200s", said)
	}
}

// What goes on stays under "Now" and on the map, however many incidents began and ended since.
func TestOngoingIsNeverPushedOff(t *testing.T) {
	over := examples.Blackout()
	site := serve(t, examples.Ongoing(), over)
	err := site.db.Exec(t.Context(), `INSERT INTO incidents (* EXCEPT precedence)
		SELECT i.* REPLACE (concat(i.id, '-', toString(n.number)) AS id, i.onset_at + INTERVAL 1 YEAR AS onset_at)
		FROM incidents AS i CROSS JOIN numbers(500) AS n WHERE i.id = '`+over.ID+`'`)
	if err != nil {
		t.Fatal(err)
	}
	root := page(t, site.url+"/")
	listed := false
	for _, h := range all(root, "h3") {
		for _, a := range all(h, "a") {
			listed = listed || attribute(a, "href") == "/i/"+examples.Ongoing().ID
		}
	}
	if !listed {
		t.Error("what goes on is not in the list any more")
	}
	if drawn := all(root, "figure")[0]; !strings.Contains(text(drawn), "XL") {
		t.Errorf("nor on the map: %s", text(drawn))
	}
}
