package stop

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

const maxTitleBytes = 200

// The range of dates taken: none is reported from before the public Internet, and a typing error in a
// year must not become a row that ClickHouse stores as another date.
var (
	earliest = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// convert turns a line into a row, or says why it is skipped.
func convert(r record, names *gazetteer) (report store.Report, skip string, err error) {
	start, err := date("start_date", r["start_date"])
	if err != nil {
		return report, "", err
	}
	end, err := date("end_date", r["end_date"])
	if err != nil {
		return report, "", err
	}
	country := names.country(r["country"])
	switch {
	case country.code == "":
		return report, SkipCountry, nil
	case start.IsZero():
		return report, SkipNoDate, nil
	}
	report = store.Report{
		ID: identity(r), Source: Source,
		Country: country.code, Area: r["area_name"], Scope: scope(r),
		StartDate: start, Type: kind(r), Network: network(r), Services: services(r),
		Cause: r["actual_cause"], Title: title(r), Link: link(r),
	}
	if report.Scope == scopeNational && country.part {
		report.Scope = scopeRegional
	}
	if report.Scope != scopeNational {
		report.Regions = names.regions(country.code, report.Area)
	}
	if !end.IsZero() && !end.Before(start) { // one before the start is an error of the source: unknown
		report.EndDate = &end
	}
	return report, "", nil
}

// identity is the first 16 bytes of SHA-256 over what makes a report the same one in every year and
// edition of the file: where, when, of what kind, and which services. The same event is counted once
// for every year that it lasts, with other links and a later end.
func identity(r record) string {
	h := sha256.New()
	h.Write([]byte(Source))
	for _, column := range []string{
		"country", "start_date", "area_name", "geo_scope", "shutdown_type", "shutdown_extent", "affected_network",
		"facebook_affected", "twitter_affected", "whatsapp_affected", "instagram_affected", "telegram_affected", "other_affected",
	} {
		h.Write([]byte{0})
		h.Write([]byte(r[column]))
	}
	return string(h.Sum(nil)[:16])
}

// date reads a local date of day resolution, as midnight UTC; the zero time where there is none.
func date(column, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	day, clock, _ := strings.Cut(s, " ")
	d, err := time.Parse(time.DateOnly, day)
	if err != nil || strings.Trim(clock, "0:.") != "" || d.Before(earliest) || d.After(latest) {
		return time.Time{}, fmt.Errorf(`%s %.40q, expected a date as 2021-01-13, at midnight if with a time, or \N`, column, s)
	}
	return d, nil
}

// title is what happened in the source's words, or, where it has none, kind and place.
func title(r record) string {
	if r["event"] != "" {
		return cut(r["event"], maxTitleBytes)
	}
	words := []string{r["shutdown_type"] + " reported"}
	if r["area_name"] != "" {
		words = append(words, r["area_name"])
	}
	return cut(strings.Join(append(words, r["country"]), ", "), maxTitleBytes)
}

// link is the first web address that the report rests on, else Access Now's own. Nothing but http and
// https passes: it will stand on a page.
func link(r record) string {
	for _, column := range []string{"info_source_link", "an_link"} {
		for word := range strings.FieldsFuncSeq(r[column], func(c rune) bool { return c == ' ' || c == ';' || c == ',' }) {
			u, err := url.Parse(word)
			if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.HasSuffix(word, "…") {
				return word
			}
		}
	}
	return ""
}
