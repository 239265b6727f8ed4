package reports_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/reports"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var june = time.Date(2024, 6, 10, 0, 0, 0, 0, time.UTC)

// iraq is an outage of all of Iraq that began on 10 June at one in the morning there, 22:00 UTC of the 9th.
func iraq() incident.Incident {
	onset := time.Date(2024, 6, 9, 22, 0, 0, 0, time.UTC)
	return incident.Incident{
		Place: incident.Place{Country: "IQ"}, TimeZone: "Asia/Baghdad", Type: incident.TypeNationwide, Extent: incident.ExtentFull,
		Onset: incident.Interval{Earliest: onset, Best: onset, Latest: onset},
	}
}

func report(change func(*store.Report)) store.Report {
	r := store.Report{
		ID: "r1", Source: "access-now-stop", Country: "IQ", Scope: "national", Type: "shutdown", Network: "both",
		StartDate: june, Link: "https://news.example/1",
	}
	if change != nil {
		change(&r)
	}
	return r
}

func TestLink(t *testing.T) {
	for _, test := range []struct {
		name   string
		event  func(*incident.Incident)
		report func(*store.Report)
		want   bool
	}{
		{"the same local day, another in UTC", nil, nil, true},
		{"reported a day late", nil, func(r *store.Report) { r.StartDate = june.AddDate(0, 0, 1) }, true},
		{"two days later", nil, func(r *store.Report) { r.StartDate = june.AddDate(0, 0, 2) }, false},
		{"the day before, without an end", nil, func(r *store.Report) { r.StartDate = june.AddDate(0, 0, -1) }, false},
		{"within the days reported", nil, func(r *store.Report) {
			end := june.AddDate(0, 0, 3)
			r.StartDate, r.EndDate = june.AddDate(0, 0, -3), &end
		}, true},
		{"within months reported", nil, func(r *store.Report) {
			end := june.AddDate(0, 6, 0)
			r.StartDate, r.EndDate = june.AddDate(0, -6, 0), &end
		}, false},
		{"another country", nil, func(r *store.Report) { r.Country = "IR" }, false},
		{"one city", nil, func(r *store.Report) { r.Scope = "local" }, false},
		{"a service, not the network", nil, func(r *store.Report) { r.Type, r.Services = "service-based", []string{"Telegram"} }, false},
		{"fixed networks and a report of mobile ones", func(i *incident.Incident) { i.NetworkTypes = []string{"fixed"} },
			func(r *store.Report) { r.Network = "mobile" }, false},
		{"the service reported", func(i *incident.Incident) {
			i.Extent, i.Services = incident.ExtentService, []string{"www.telegram.org"}
		}, func(r *store.Report) { r.Type, r.Services = "service-based", []string{"Telegram"} }, true},
		{"a host that merely contains the name", func(i *incident.Incident) {
			i.Extent, i.Services = incident.ExtentService, []string{"nottelegram.example"}
		}, func(r *store.Report) { r.Type, r.Services = "service-based", []string{"Telegram"} }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := iraq()
			if test.event != nil {
				test.event(&i)
			}
			links := reports.Link(&i, []store.Report{report(test.report)})
			if (len(links) == 1) != test.want {
				t.Errorf("linked to %+v", links)
			}
			for _, l := range links {
				if l.Why == "" || l.ReportID != "r1" {
					t.Errorf("link %+v", l)
				}
			}
		})
	}
}

// Reports that cite the same source are one witness, in any order.
func TestLineageCountsOnce(t *testing.T) {
	all := []store.Report{
		report(nil), report(func(r *store.Report) { r.ID, r.StartDate = "r2", june.AddDate(0, 0, 1) }),
		report(func(r *store.Report) { r.ID, r.Link = "r3", "https://other.example/" }),
	}
	i := iraq()
	for range 5 {
		rand.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		links := reports.Link(&i, all)
		if len(links) != 2 || links[0].ReportID != "r1" || links[1].ReportID != "r3" || !strings.Contains(links[0].Why, "count once") {
			t.Fatalf("%+v", links)
		}
	}
}

// Two events of one day have two reports of that day, and dates tell no more: each event is read with its own
// first.
func TestReportOfTheSameNetworksComesFirst(t *testing.T) {
	all := []store.Report{
		report(nil), // of both
		report(func(r *store.Report) { r.ID, r.Link, r.Network = "r2", "https://news.example/2", "mobile" }),
		report(func(r *store.Report) { r.ID, r.Link, r.Network = "r3", "https://news.example/3", "unknown" }),
	}
	for _, test := range []struct {
		name  string
		types []string
		want  string
	}{
		{"mobile", []string{"mobile"}, "r2 r3 r1"},
		{"fixed", []string{"fixed"}, "r3 r1"},
		{"both", []string{"fixed", "mobile"}, "r1 r3 r2"},
		{"not known", nil, "r1 r2 r3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := iraq()
			i.NetworkTypes = test.types
			var order []string
			for _, l := range reports.Link(&i, all) {
				order = append(order, l.ReportID)
			}
			if got := strings.Join(order, " "); got != test.want {
				t.Errorf("order %s, want %s", got, test.want)
			}
		})
	}
}

// A country that reports every tenth day is linked by chance two days in ten; one that reports once in two
// years hardly ever. What has too few days to move to says nothing.
func TestByChance(t *testing.T) {
	i := iraq()
	var often, seldom []store.Report
	for d := -400; d <= 400; d++ {
		one := report(func(r *store.Report) {
			r.ID, r.Link, r.StartDate = fmt.Sprint(d), fmt.Sprint("https://news.example/", d), june.AddDate(0, 0, d)
		})
		if d%10 == 0 {
			often = append(often, one)
		}
		if d != 0 {
			one.Country = "IR" // the source goes on, about another country
		}
		seldom = append(seldom, one)
	}
	if p := reports.ByChance(&i, often); p == nil || *p < 0.15 || *p > 0.25 {
		t.Errorf("often: %v", deref(p))
	}
	if p := reports.ByChance(&i, seldom); p == nil || *p > 0.01 {
		t.Errorf("seldom: %v", deref(p))
	}
	if p := reports.ByChance(&i, []store.Report{report(nil)}); p != nil {
		t.Errorf("one report: %v", *p)
	}
}

// A list of reports that does not reach the time of an event says nothing of what to expect there.
func TestByChanceOutsideOfAllLists(t *testing.T) {
	i := iraq()
	var years []store.Report // of another country, from day to day
	for d := range 400 {
		years = append(years, report(func(r *store.Report) {
			r.ID, r.Country, r.StartDate = fmt.Sprint(d), "KE", june.AddDate(0, 0, d-200)
		}))
	}
	for name, test := range map[string]struct {
		move int // days that the list is moved by
		want any
	}{
		"around the event":   {0, 0.0},
		"years before":       {-2000, "nothing"},
		"ends a week before": {-207, "nothing"},
		"begins afterwards":  {210, "nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			var moved []store.Report
			for _, r := range years {
				r.StartDate = r.StartDate.AddDate(0, 0, test.move)
				moved = append(moved, r)
			}
			if got := deref(reports.ByChance(&i, moved)); got != test.want {
				t.Errorf("by chance %v, want %v", got, test.want)
			}
		})
	}
	if got := deref(reports.ByChance(&i, nil)); got != "nothing" {
		t.Errorf("of no list: %v", got)
	}
}

func deref(p *float64) any {
	if p == nil {
		return "nothing"
	}
	return *p
}
