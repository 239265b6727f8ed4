package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// reportColumns are those of Access Now's list of shutdowns (the STOP dataset of 2024), in its order.
var reportColumns = []string{
	"start_date_type", "start_date", "country", "geo_scope", "area_name", "shutdown_type", "affected_network",
	"shutdown_extent", "ordered_by", "decision_maker", "actual_cause", "actual_cause_details", "info_source",
	"info_source_link", "shutdown_status", "end_date", "duration", "gov_justification", "gov_just_details",
	"gov_ack", "legal_just", "legal_method", "gov_ack_source", "gov_ack_quote", "facebook_affected",
	"twitter_affected", "whatsapp_affected", "instagram_affected", "telegram_affected", "other_affected",
	"sms_affected", "phonecall_affected", "telcos_involved", "telco_ack", "telco_ack_source", "telco_ack_quote",
	"election", "violence", "hr_abuse_reported", "users_targeted", "users_target_detail", "users_notified",
	"econ_impact", "event", "an_link", "region", "count_year",
}

// empty is how that list writes a cell without a value.
const empty = `\N`

// reportList writes what the press of the pretend country reported of these acts, in the shape of Access
// Now's list, so that it comes in by the path that the real one does. Countries gives names by code.
func reportList(acts []Act, countries map[string]string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(reportColumns); err != nil {
		return nil, err
	}
	for i, a := range acts {
		if a.Expect.Nothing() {
			continue // nobody in the country noticed
		}
		cells := reportCells(&a, i+1, countries[a.Expect.Place.Country])
		row := make([]string, len(reportColumns))
		for i, column := range reportColumns {
			if row[i] = cells[column]; row[i] == "" {
				row[i] = empty
			}
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// reportLink is the address of the report of the act of this number, from 1.
func reportLink(number int) string { return fmt.Sprintf("https://news.lampland.example/%d", number) }

func reportCells(a *Act, number int, country string) map[string]string {
	cells := map[string]string{
		"start_date_type": "Actual", "start_date": reportDate(a.Begin), "end_date": reportDate(a.End),
		"country": country, "area_name": "Nationwide",
		"geo_scope":     "It affected locations in more than one state, province, or region",
		"shutdown_type": "Shutdown", "affected_network": "Broadband, Mobile", "shutdown_extent": "Full network",
		"ordered_by": "Unknown", "actual_cause": "Unknown", "shutdown_status": "Ended",
		"info_source":      "News media article",
		"info_source_link": reportLink(number),
		"event":            "Made up for the demo: " + a.Title + ".",
		"count_year":       a.Begin.Format("2006"),
	}
	switch a.Expect.NetworkType {
	case "mobile":
		cells["affected_network"] = "Mobile"
	case "fixed":
		cells["affected_network"] = "Broadband"
	}
	if a.Expect.Type == incident.TypePlatform {
		cells["shutdown_extent"], cells["other_affected"] = "Service-based", a.Expect.Service
	}
	return cells
}

// reportDate writes a date as that list does: day resolution, in local time, which in the pretend
// countries is UTC.
func reportDate(t time.Time) string { return t.UTC().Format(time.DateOnly) + " 00:00:00.000000" }
