package publish_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (make it with: go test -update)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", name, diff)
	}
}

func revised(i incident.Incident, revision int) incident.Incident {
	i.Revision = revision
	return i
}

func TestWriteFeed(t *testing.T) {
	incidents := []incident.Incident{
		revised(examples.Ongoing(), 3), revised(examples.Blackout(), 2), revised(examples.Withdrawn(), 2),
	}
	var b bytes.Buffer
	if err := publish.WriteFeed(&b, incidents, "https://lamplight.example"); err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.atom", []byte(strings.ReplaceAll(b.String(), "><", ">\n<")))
}

// What RFC 4287 demands of a feed and its entries.
func TestFeedIsValid(t *testing.T) {
	for name, incidents := range map[string][]incident.Incident{
		"none": nil, "some": {examples.Blackout(), examples.Ongoing()},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := publish.WriteFeed(&b, incidents, "https://lamplight.example"); err != nil {
				t.Fatal(err)
			}
			type common struct {
				ID      string    `xml:"http://www.w3.org/2005/Atom id"`
				Title   string    `xml:"http://www.w3.org/2005/Atom title"`
				Updated time.Time `xml:"http://www.w3.org/2005/Atom updated"`
				Links   []struct {
					Rel  string `xml:"rel,attr"`
					Href string `xml:"href,attr"`
				} `xml:"http://www.w3.org/2005/Atom link"`
			}
			var f struct {
				XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
				Author  string   `xml:"author>name"`
				common
				Entries []common `xml:"entry"`
			}
			if err := xml.Unmarshal(b.Bytes(), &f); err != nil {
				t.Fatal(err)
			}
			ids := map[string]bool{}
			for _, c := range append(f.Entries, f.common) {
				if c.ID == "" || ids[c.ID] || c.Title == "" || c.Updated.IsZero() || len(c.Links) == 0 {
					t.Errorf("id (unique), title, updated and links are required: %+v", c)
				}
				ids[c.ID] = true
			}
			if f.Author == "" {
				t.Error("a feed without author needs one in every entry")
			}
			if len(f.Entries) != len(incidents) {
				t.Errorf("%d entries of %d incidents", len(f.Entries), len(incidents))
			}
		})
	}
}

func TestWriteCSV(t *testing.T) {
	i := revised(examples.Blackout(), 2)
	var b bytes.Buffer
	if err := publish.WriteCSV(&b, &i); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	points, holes := 0, 0
	for _, e := range i.Evidence {
		points += len(e.Points)
		for _, p := range e.Points {
			if p.Value == nil {
				holes++
			}
		}
	}
	if len(rows) != points+1 {
		t.Errorf("%d lines, want one of names and %d points", len(rows), points)
	}
	empty := 0
	for _, row := range rows {
		if row[12] == "" {
			empty++
		}
	}
	if empty != holes || holes == 0 {
		t.Errorf("%d empty values, want the %d holes", empty, holes)
	}
	want := []string{
		"iq-20260615-0100", "2", "published", "false", "probes", "IQ", "probes_online", "", "saw", "probes",
		"2026-06-14T01:00:00Z", "300", "213", "213", "179", "",
	}
	if diff := cmp.Diff(want, rows[1]); diff != "" {
		t.Errorf("first point (-want +got):\n%s", diff)
	}
}

func TestDocument(t *testing.T) {
	i := revised(examples.Blackout(), 2)
	for k := range i.Evidence {
		i.Evidence[k].Points = i.Evidence[k].Points[:min(len(i.Evidence[k].Points), 2)]
	}
	got, err := json.MarshalIndent(publish.NewDocument(i, "https://lamplight.example"), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "document.json", append(got, '\n'))
}
