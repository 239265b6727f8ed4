package demo

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReportList(t *testing.T) {
	list, err := reportList(story(), map[string]string{"XL": "Lampland"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(list)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+3 { // nobody reports that our gateway is away
		t.Fatalf("%d rows: %s", len(rows), list)
	}
	if len(rows[0]) != 47 {
		t.Errorf("%d columns, Access Now's list has 47", len(rows[0]))
	}
	columns := []string{"start_date", "country", "affected_network", "shutdown_extent", "other_affected", "info_source_link", "econ_impact"}
	var got [][]string
	for _, row := range rows[1:] {
		var cells []string
		for _, column := range columns {
			for k, name := range rows[0] {
				if name == column {
					cells = append(cells, row[k])
				}
			}
		}
		got = append(got, cells)
	}
	const date = "2026-03-04 00:00:00.000000"
	want := [][]string{
		{date, "Lampland", "Broadband, Mobile", "Full network", `\N`, "https://news.lampland.example/1", `\N`},
		{date, "Lampland", "Mobile", "Full network", `\N`, "https://news.lampland.example/2", `\N`},
		{date, "Lampland", "Broadband, Mobile", "Service-based", "chat.example", "https://news.lampland.example/3", `\N`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
