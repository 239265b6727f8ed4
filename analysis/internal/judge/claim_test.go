package judge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/detect"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// operator is a network: its type, how many probes it has, and how many of them are left from 2 to 4 h.
type operator struct {
	kind         string
	probes, left float64
}

// claimed writes what is claimed of a country whose networks are these, numbered from one. Besides, it has
// as many probes as small says in networks too small to have a series, of which left are left.
func claimed(operators []operator, small, left float64) string {
	start := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	until := start.AddDate(0, 0, 6)
	one := func(place incident.Place, usual, left float64) series.Series {
		s := series.New(series.Key{Place: place, Signal: incident.SignalProbes, Source: "probes"}, "", start, until)
		for i := range s.Values {
			s.Values[i] = usual
			if at := s.At(i).Sub(start).Hours() - 5*24; at >= 2 && at < 4 {
				s.Values[i] = left
			}
		}
		return s
	}
	networks := make(map[incident.Place]judge.Network)
	var all []series.Series
	for k, o := range operators {
		place := incident.Place{Country: "XL", ASN: uint32(k + 1)}
		networks[place] = judge.Network{Type: o.kind}
		all = append(all, one(place, o.probes, o.left))
		small, left = small+o.probes, left+o.left
	}
	all = append(all, one(incident.Place{Country: "XL"}, small, left))
	var out []string
	p := detect.Defaults()
	for _, i := range judge.Incidents(detect.Places(all, p), networks, p, until) {
		out = append(out, fmt.Sprint(i.Type, " ", i.Networks, " ", i.NetworkTypes, " ", i.MobileOnly))
	}
	return strings.Join(out, ", ")
}

func TestClaims(t *testing.T) {
	for _, test := range []struct {
		name        string
		operators   []operator
		small, left float64
		want        string
	}{
		{"mobile networks", []operator{{"mobile", 20, 0}, {"mobile", 20, 0}, {"fixed", 40, 40}}, 0, 0, "NETWORK [1 2] [mobile] true"},
		{"of one of them nobody knows the type", []operator{{"mobile", 20, 0}, {"unknown", 20, 0}, {"fixed", 40, 40}}, 0, 0, "NETWORK [1 2] [] false"},
		{"all of the country", []operator{{"mobile", 20, 0}, {"fixed", 20, 0}}, 0, 0, "NATIONWIDE [] [fixed mobile] false"},
		{"all of the country, most of it in small networks", []operator{{"mobile", 20, 0}}, 60, 0, "NATIONWIDE [] [] false"},
		{"a tenth stayed, all of it in the one network that is seen to", []operator{{"mobile", 20, 0}, {"fixed", 10, 10}}, 70, 0, "NATIONWIDE [] [] false"},
		{"a quarter stayed, the most that went is in small networks", []operator{{"mobile", 10, 0}, {"fixed", 25, 25}}, 65, 0, "NATIONWIDE [] [] false"},
		{"a quarter stayed, the most that went is named", []operator{{"mobile", 50, 0}, {"fixed", 25, 25}}, 25, 0, "NETWORK [1] [mobile] true"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := claimed(test.operators, test.small, test.left); got != test.want {
				t.Errorf("claimed %s, want %s", got, test.want)
			}
		})
	}
}
