package conclude_test

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/conclude"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A scripted day is a text file in testdata. Ten ordinary days go before it. Its lines are:
//
//	network XL/AS64501 mobile 12      a network, its type and how many probes it usually has online
//	service chat.example              a service that all of them reach
//	dark XL/AS64501 02:00 03:30       nothing is online there
//	lost XL/AS64501 0.4 02:00 03:30   the machines of this share of its probes are off
//	nightly XL/AS64501 02:00 03:30    nothing is online there at that time of every day, those before it too
//	asleep XL/AS64501 1 00:00 07:00   the machines of this share of its probes are off then, every day
//	blocked chat.example 02:00 03:30  the service is not reached
//	unseen XL/AS64501 02:00 03:30     nobody looked there
//	deaf 02:00 03:30                  nobody looked at anything
//	found NETWORK XL/AS64501 02:00 03:30 [service]   what must be concluded of the day; nothing else may be
type scripted struct {
	networks map[incident.Place]judge.Network
	usual    map[incident.Place]float64
	services []string
	acts     []act
	want     []string
}

type act struct {
	verb, what string
	share      float64
	from, to   time.Time
}

// history is long enough for a baseline of days, and begins on a midnight.
const historyDays = 10

var day = time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)

func readDay(t *testing.T, file string) scripted {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := scripted{networks: map[incident.Place]judge.Network{}, usual: map[incident.Place]float64{}}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		switch {
		case len(words) == 0:
		case words[0] == "network" && len(words) == 4:
			place := placeOf(t, words[1])
			s.networks[place] = judge.Network{Type: words[2]}
			s.usual[place] = number(t, words[3])
		case words[0] == "service" && len(words) == 2:
			s.services = append(s.services, words[1])
		case words[0] == "found":
			s.want = append(s.want, strings.Join(words[1:], " "))
		case words[0] == "deaf" && len(words) == 3:
			s.acts = append(s.acts, act{"deaf", "", 1, clock(t, words[1]), clock(t, words[2])})
		case (words[0] == "lost" || words[0] == "asleep") && len(words) == 5:
			s.acts = append(s.acts, act{words[0], words[1], number(t, words[2]), clock(t, words[3]), clock(t, words[4])})
		case (words[0] == "dark" || words[0] == "nightly" || words[0] == "blocked" || words[0] == "unseen") && len(words) == 4:
			s.acts = append(s.acts, act{words[0], words[1], 1, clock(t, words[2]), clock(t, words[3])})
		default:
			t.Fatalf("%s: not a line of a day: %q", file, text)
		}
	}
	return s
}

func placeOf(t *testing.T, s string) incident.Place {
	t.Helper()
	p, err := incident.ParsePlace(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func clock(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return day.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
}

// away returns the share of a network's probes that are away in a bin, that of those whose machines are off, and whether
// anybody looked.
func (s *scripted) away(place incident.Place, at time.Time) (share, off float64, looked bool) {
	looked = true
	for _, a := range s.acts {
		when := at
		if a.verb == "asleep" || a.verb == "nightly" {
			when = day.Add(at.Sub(at.Truncate(24 * time.Hour)))
		}
		if when.Before(a.from) || !when.Before(a.to) {
			continue
		}
		here := a.what == place.String() || a.what == place.Country
		switch {
		case a.verb == "deaf", a.verb == "unseen" && a.what == place.String():
			looked = false
		case (a.verb == "dark" || a.verb == "nightly") && here:
			share = max(share, a.share)
		case (a.verb == "lost" || a.verb == "asleep") && here:
			share, off = max(share, a.share), max(off, a.share)
		}
	}
	return share, off, looked
}

func (s *scripted) blocked(service string, at time.Time) bool {
	return slices.ContainsFunc(s.acts, func(a act) bool {
		return a.verb == "blocked" && a.what == service && !at.Before(a.from) && at.Before(a.to)
	})
}

// series plays the day: probes of every network and country, and the share of fetches of every service that
// succeed in every country.
func (s *scripted) series() []series.Series {
	from, until := day.AddDate(0, 0, -historyDays), day.AddDate(0, 0, 1)
	dice := rand.New(rand.NewPCG(1, 2))
	all := map[series.Key]*series.Series{}
	get := func(key series.Key, shares bool) *series.Series {
		if all[key] == nil {
			one := series.New(key, "", from, until)
			if shares {
				one.Probes = make([]float64, len(one.Values))
			}
			all[key] = &one
		}
		return all[key]
	}
	count := func(place incident.Place, i int, online, ran float64) {
		one := get(series.Key{Place: place, Signal: incident.SignalProbes, Source: "probes"}, false)
		if one.Ran == nil {
			one.Ran = make([]float64, len(one.Values))
		}
		one.Values[i], one.Ran[i] = online, ran
	}
	places := slices.SortedFunc(mapsKeys(s.usual), func(a, b incident.Place) int { return strings.Compare(a.String(), b.String()) })
	for i := range int(until.Sub(from) / series.Bin) {
		at := from.Add(time.Duration(i) * series.Bin)
		online, ran := map[string]float64{}, map[string]float64{}
		for _, place := range places {
			share, off, looked := s.away(place, at)
			if !looked {
				continue
			}
			n := math.Round(s.usual[place] * (1 - share) * (0.97 + 0.06*dice.Float64()))
			count(place, i, n, max(n, math.Round(s.usual[place]*(1-off))))
			online[place.Country] += n
			ran[place.Country] += max(n, math.Round(s.usual[place]*(1-off)))
		}
		for country, n := range online {
			whole := incident.Place{Country: country}
			count(whole, i, n, ran[country])
			for _, service := range s.services {
				if n < 5 {
					continue
				}
				one := get(series.Key{Place: whole, Signal: incident.SignalService, Service: service, Source: "probes"}, true)
				one.Values[i], one.Probes[i] = 1, n
				if s.blocked(service, at) && country == "XL" {
					one.Values[i] = 0
				}
			}
		}
	}
	var out []series.Series
	for _, one := range all {
		out = append(out, *one)
	}
	return out
}

func mapsKeys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func brief(i incident.Incident) string {
	end := "on"
	if i.End != nil {
		end = i.End.Best.Format("15:04")
	}
	out := fmt.Sprintf("%s %s %s %s", i.Type, i.Place, i.Onset.Best.Format("15:04"), end)
	if len(i.Networks) > 1 {
		out += fmt.Sprintf(" %v", i.Networks)
	}
	return strings.Join(append([]string{out}, i.Services...), " ")
}

func TestDays(t *testing.T) {
	files, err := filepath.Glob("testdata/*.day")
	if err != nil || len(files) == 0 {
		t.Fatalf("no days: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".day"), func(t *testing.T) {
			s := readDay(t, file)
			all := s.series()
			for range 3 { // the order of the series must not matter
				rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
				var got []string
				for _, i := range conclude.Incidents(conclude.Seen{Series: all, Networks: s.networks, Until: day.AddDate(0, 0, 1)}) {
					if i.Onset.Best.Before(day) { // of nights before they are known for such
						continue
					}
					got = append(got, brief(i))
					if p := i.Shutdown.Probability; p <= 0 || p >= 1 || len(i.Shutdown.Reasons) == 0 {
						t.Errorf("%s: probability %v without a reason", brief(i), p)
					}
				}
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Fatalf("concluded (-want +got):\n%s", diff)
				}
			}
		})
	}
}
