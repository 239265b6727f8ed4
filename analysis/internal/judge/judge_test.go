package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

var day = time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)

func clock(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return day.Add(at.Sub(at.Truncate(24 * time.Hour)))
}

// findings reads what detection found, an event a line, as "XL/AS64501 02:00 04:00", "XL 02:00 on" or
// "XL chat.example 02:00 04:00". Nothing stands behind the events: no series was seen.
func findings(t *testing.T, text string) []detect.Finding {
	t.Helper()
	var out []detect.Finding
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		place, err := incident.ParsePlace(words[0])
		if err != nil {
			t.Fatal(err)
		}
		f := detect.Finding{Place: place}
		if len(words) == 4 {
			f.Service = words[1]
		}
		from, to := clock(t, words[len(words)-2]), words[len(words)-1]
		d := detect.Detection{Onset: incident.Interval{Earliest: from, Best: from, Latest: from}, Score: 5}
		until := day.Add(24 * time.Hour)
		if to != "on" {
			until = clock(t, to)
			d.End = &incident.Interval{Earliest: until, Best: until, Latest: until}
		}
		d.First, d.Last = int(from.Sub(day)/series.Bin), int(until.Sub(day)/series.Bin)-1
		f.Found = []detect.Detection{d}
		i := slices.IndexFunc(out, func(o detect.Finding) bool { return o.Place == f.Place && o.Service == f.Service })
		if i >= 0 {
			out[i].Found = append(out[i].Found, d)
			continue
		}
		out = append(out, f)
	}
	// As detection gives them: in order of place, connectivity before services.
	slices.SortFunc(out, func(a, b detect.Finding) int {
		return cmp.Or(cmp.Compare(a.Place.Country, b.Place.Country), cmp.Compare(a.Place.Region, b.Place.Region),
			cmp.Compare(a.Place.ASN, b.Place.ASN), cmp.Compare(a.Service, b.Service))
	})
	return out
}

// brief writes incidents, one a line.
func brief(judged []Judged) []string {
	var out []string
	for _, i := range judged {
		end := "on"
		if i.End != nil {
			end = i.End.Best.Format("15:04")
		}
		line := fmt.Sprintf("%s %s %s %s", i.Type, i.Place, i.Onset.Best.Format("15:04"), end)
		if len(i.Networks) > 1 {
			line += fmt.Sprintf(" %v", i.Networks)
		}
		out = append(out, strings.Join(append([]string{line}, i.Services...), " "))
	}
	return out
}

func judgeAll(t *testing.T, found string) []Judged {
	t.Helper()
	return Incidents(findings(t, found), nil, detect.Defaults(), day.Add(24*time.Hour))
}

func TestIncidents(t *testing.T) {
	for _, test := range []struct {
		name, found string
		want        []string
	}{
		{"nothing", "", nil},
		{"a country", "XL 02:00 04:00", []string{"NATIONWIDE XL 02:00 04:00"}},
		{"a region", "ZZ/ioda:4369 02:00 04:00", []string{"REGIONAL ZZ/ioda:4369 02:00 04:00"}},
		{"a network", "XL/AS64501 02:00 04:00", []string{"NETWORK XL/AS64501 02:00 04:00"}},
		{"a country takes its networks with it", `
			XL 02:00 04:00
			XL/AS64501 02:00 04:00
			XL/AS64502 02:50 04:10`, []string{"NATIONWIDE XL 02:00 04:00"}},
		{"but not one that was dark before and after", `
			XL 02:00 04:00
			XL/AS64501 01:00 09:00`, []string{"NETWORK XL/AS64501 01:00 09:00", "NATIONWIDE XL 02:00 04:00"}},
		{"but not what a network does at another time", `
			XL 02:00 04:00
			XL/AS64501 02:00 04:00
			XL/AS64501 12:00 13:00`, []string{"NATIONWIDE XL 02:00 04:00", "NETWORK XL/AS64501 12:00 13:00"}},
		{"nor what only touches it", `
			XL 02:00 04:00
			XL/AS64501 03:40 08:00`, []string{"NATIONWIDE XL 02:00 04:00", "NETWORK XL/AS64501 03:40 08:00"}},
		{"nor another country's network", `
			XL 02:00 04:00
			XM/AS64511 02:00 04:00`, []string{"NATIONWIDE XL 02:00 04:00", "NETWORK XM/AS64511 02:00 04:00"}},
		{"29 minutes apart is together", `
			XL/AS64501 02:00 04:00
			XL/AS64502 02:29 05:00`, []string{"NETWORK XL 02:00 05:00 [64501 64502]"}},
		{"so is 31 minutes where each is in the other for the most part", `
			XL/AS64501 02:00 04:00
			XL/AS64502 02:31 05:00`, []string{"NETWORK XL 02:00 05:00 [64501 64502]"}},
		{"and not where it is not", `
			XL/AS64501 02:00 04:00
			XL/AS64502 02:31 06:00`, []string{"NETWORK XL/AS64501 02:00 04:00", "NETWORK XL/AS64502 02:31 06:00"}},
		{"nor one after the other", `
			XL/AS64501 02:00 02:25
			XL/AS64502 02:25 05:00`, []string{"NETWORK XL/AS64501 02:00 02:25", "NETWORK XL/AS64502 02:25 05:00"}},
		{"counted from the first, so that no chain grows", `
			XL/AS64501 02:00 06:00
			XL/AS64502 02:25 06:00
			XL/AS64503 02:50 10:00`, []string{"NETWORK XL 02:00 06:00 [64501 64502]", "NETWORK XL/AS64503 02:50 10:00"}},
		{"never across a border", `
			XL/AS64501 02:00 04:00
			XM/AS64511 02:00 04:00`, []string{"NETWORK XL/AS64501 02:00 04:00", "NETWORK XM/AS64511 02:00 04:00"}},
		{"a country goes on", `
			XL 20:00 on
			XL/AS64501 20:00 on
			XL/AS64502 20:10 23:00`, []string{"NATIONWIDE XL 20:00 on"}},
		{"networks go on as long as one does", `
			XL/AS64501 20:00 21:00
			XL/AS64502 20:05 on`, []string{"NETWORK XL 20:00 on [64501 64502]"}},
		{"whichever of them that is", `
			XL/AS64501 20:05 on
			XL/AS64502 20:00 21:00`, []string{"NETWORK XL 20:00 on [64501 64502]"}},
		{"the earliest first", `
			XL/AS64501 12:00 13:00
			XM 02:00 04:00
			XL 05:00 06:00`, []string{"NATIONWIDE XM 02:00 04:00", "NATIONWIDE XL 05:00 06:00", "NETWORK XL/AS64501 12:00 13:00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judgeAll(t, test.found)
			if diff := gocmp.Diff(test.want, brief(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, i := range got {
				if i.State != incident.StateCandidate || i.ID != "" || i.Shutdown.Probability != 0 {
					t.Errorf("more is said than judging knows: %+v", i)
				}
			}
		})
	}
}

func TestTogetherIsWithinTenMinutes(t *testing.T) {
	for found, want := range map[string]int{
		"XL/AS64501 02:00 04:00\nXL/AS64502 02:10 04:00":                                         2,
		"XL/AS64501 02:00 04:00\nXL/AS64502 02:11 04:00":                                         1,
		"XL/AS64501 02:00 04:00\nXL/AS64502 02:10 04:00\nXL/AS64503 02:20 04:00":                 2,
		"XL 02:00 04:00\nXL/AS64501 02:20 04:00\nXL/AS64502 02:25 04:00\nXL/AS64503 02:30 04:00": 3,
		"XL/AS64501 02:00 04:00": 1,
		"XL 02:00 04:00":         0,
	} {
		if got := judgeAll(t, found); len(got) != 1 || got[0].Together != want {
			t.Errorf("of\n%s\ngot %d incidents, %d together, want %d", found, len(got), got[0].Together, want)
		}
	}
}
