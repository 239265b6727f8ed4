package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

var (
	day      = time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	lampland = incident.Place{Country: "XL"}
)

// at is a moment of the day.
func at(hour, minute int) time.Time {
	return day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

func story() []Act {
	return []Act{
		{Title: "All of Lampland goes dark", Begin: at(1, 0), End: at(2, 0),
			Expect: Expectation{Type: incident.TypeNationwide, Place: lampland}},
		{Title: "Mobile networks go dark", Begin: at(4, 0), End: at(5, 0), Expect: Expectation{
			Type: incident.TypeNetwork, Place: lampland, Networks: []uint32{64501, 64502}, NetworkType: "mobile",
		}},
		{Title: "chat.example is blocked", Begin: at(7, 0), End: at(8, 0), Expect: Expectation{
			Type: incident.TypePlatform, Place: lampland, Service: "chat.example",
		}},
		{Title: "Our own gateway is away", Begin: at(9, 0), End: at(10, 0)},
	}
}

// found returns an incident that began and ended at these moments, linked to one report.
func found(kind incident.Type, from, to time.Time, more func(*incident.Incident)) incident.Incident {
	i := incident.Incident{
		ID: "i-" + from.Format("1504"), Revision: 1, State: incident.StateCandidate, Place: lampland,
		PlaceName: "Lampland", Type: kind,
		Onset:   incident.Interval{Earliest: from, Best: from, Latest: from},
		End:     &incident.Interval{Earliest: to, Best: to, Latest: to},
		Reports: []incident.ReportLink{{Title: "Networks cut", Link: "https://news.lampland.example/1"}},
	}
	if more != nil {
		more(&i)
	}
	return i
}

func mobile(i *incident.Incident) {
	i.Networks = []uint32{64501, 64502}
	i.Reports[0].Link = reportLink(2)
}

func service(i *incident.Incident) {
	i.Services = []string{"chat.example"}
	i.Reports[0].Link = reportLink(3)
}

// allFound is what analysis should make of the story, but for what change does to it.
func allFound(change func([]incident.Incident) []incident.Incident) []incident.Incident {
	all := []incident.Incident{
		found(incident.TypeNationwide, at(1, 0), at(2, 0), nil),
		found(incident.TypeNetwork, at(4, 5), at(5, 0), mobile),
		found(incident.TypePlatform, at(6, 50), at(8, 0), service),
	}
	if change == nil {
		return all
	}
	return change(all)
}

func TestJudge(t *testing.T) {
	for name, test := range map[string]struct {
		change func([]incident.Incident) []incident.Incident
		// problems has a part of what is said of each act, empty where all is well.
		problems [4]string
		strays   int
	}{
		"all found": {},
		"nothing found": {
			change:   func([]incident.Incident) []incident.Incident { return nil },
			problems: [4]string{"not found as NATIONWIDE in XL", "not found as NETWORK", "not found as PLATFORM"},
		},
		"an incident a network": {change: func(all []incident.Incident) []incident.Incident {
			one := func(i *incident.Incident) { i.Place.ASN = 64501 }
			other := func(i *incident.Incident) { i.Place.ASN = 64502 }
			return append([]incident.Incident{all[0], all[2]}, found(incident.TypeNetwork, at(4, 0), at(5, 0), one),
				found(incident.TypeNetwork, at(4, 1), at(5, 0), other))
		}, problems: [4]string{1: "found as 2 incidents"}},
		"told twice": {change: func(all []incident.Incident) []incident.Incident {
			return append(all, found(incident.TypeNationwide, at(1, 20), at(2, 0), nil))
		}, problems: [4]string{"found as 2 incidents"}},
		"told twice, once taken back": {change: func(all []incident.Incident) []incident.Incident {
			return append(all, found(incident.TypeNationwide, at(1, 20), at(2, 0), func(i *incident.Incident) {
				i.State = incident.StateWithdrawn
			}))
		}},
		"and told of something else at the same time": {change: func(all []incident.Incident) []incident.Incident {
			return append(all, found(incident.TypeNationwide, at(4, 10), at(5, 0), nil))
		}, strays: 1},
		"one of its networks besides": {change: func(all []incident.Incident) []incident.Incident {
			return append(all, found(incident.TypeNetwork, at(1, 20), at(2, 0), func(i *incident.Incident) { i.Place.ASN = 64503 }))
		}, strays: 1},
		"one network of two": {
			change: func(all []incident.Incident) []incident.Incident {
				all[1].Networks = []uint32{64502}
				return all
			},
			problems: [4]string{1: "AS64501 is not named"},
		},
		"still going on": {change: func(all []incident.Incident) []incident.Incident {
			all[2].End = nil // and so touches the gateway's act as well
			return all
		}, problems: [4]string{3: "an outage of our own was taken for one of Lampland"}},
		"too late": {
			change: func(all []incident.Incident) []incident.Incident {
				all[0].Onset.Best = at(1, 16)
				return all
			},
			problems: [4]string{"onset is 16 min off"},
		},
		"too early": {
			change: func(all []incident.Incident) []incident.Incident {
				all[0].Onset.Best = at(0, 40)
				return all
			},
			problems: [4]string{"onset is -20 min off"},
		},
		"withdrawn": {
			change: func(all []incident.Incident) []incident.Incident {
				all[0].State = incident.StateWithdrawn
				return all
			},
			problems: [4]string{"not found as NATIONWIDE"},
		},
		"another type": {
			change: func(all []incident.Incident) []incident.Incident {
				all[0].Type = incident.TypeRegional
				return all
			},
			problems: [4]string{"not found as NATIONWIDE"}, strays: 1,
		},
		"another service": {
			change: func(all []incident.Incident) []incident.Incident {
				all[2].Services = []string{"video.example"}
				return all
			},
			problems: [4]string{2: "not found as PLATFORM"}, strays: 1,
		},
		"another country": {
			change: func(all []incident.Incident) []incident.Incident {
				all[0].Place.Country = "XM"
				return all
			},
			problems: [4]string{"not found as NATIONWIDE"}, strays: 1,
		},
		"no report": {
			change: func(all []incident.Incident) []incident.Incident {
				all[1].Reports = nil
				return all
			},
			problems: [4]string{1: "not linked"},
		},
		"the report of another act": {
			change: func(all []incident.Incident) []incident.Incident {
				all[1].Reports[0].Link = reportLink(1)
				return all
			},
			problems: [4]string{1: "not linked"},
		},
		"the report of another act, too": {change: func(all []incident.Incident) []incident.Incident {
			all[1].Reports = append(all[1].Reports, incident.ReportLink{Link: reportLink(1)})
			return all
		}},
		"gateway taken for a country": {
			change: func(all []incident.Incident) []incident.Incident {
				return append(all, found(incident.TypeNationwide, at(9, 5), at(9, 40), nil))
			},
			problems: [4]string{3: "an outage of our own"},
		},
		"gateway taken for a country, and taken back": {
			change: func(all []incident.Incident) []incident.Incident {
				return append(all, found(incident.TypeNationwide, at(9, 5), at(9, 40), func(i *incident.Incident) {
					i.State, i.Place.Country, i.PlaceName = incident.StateWithdrawn, "XM", "Moorland"
				}))
			},
			problems: [4]string{3: "an outage of our own was taken for one of Moorland"},
		},
		"a false alarm": {
			change: func(all []incident.Incident) []incident.Incident {
				return append(all, found(incident.TypeNationwide, at(5, 30), at(6, 30), nil))
			},
			strays: 1,
		},
		"a false alarm, taken back": {change: func(all []incident.Incident) []incident.Incident {
			return append(all, found(incident.TypeNationwide, at(5, 30), at(6, 30), func(i *incident.Incident) {
				i.State = incident.StateWithdrawn
			}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var o outcome
			o.verdicts, o.strays = judge(story(), allFound(test.change))
			well := test.strays == 0
			for n, v := range o.verdicts {
				want := test.problems[n]
				well = well && want == ""
				if (v.problem == "") != (want == "") || !strings.Contains(v.problem, want) {
					t.Errorf("%s: %q, want %q", v.act.Title, v.problem, want)
				}
			}
			if len(o.strays) != test.strays {
				t.Errorf("%d strays, want %d", len(o.strays), test.strays)
			}
			if o.ok() != well {
				t.Errorf("ok is %t", o.ok())
			}
		})
	}
}
