package detect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A script is a few lines about the signals of one place. Ordinary days go before it, a week of them or
// as many as it says. Its lines are:
//
//	history 14                            days before the day that is told
//	days 3                                how many days are told
//	signal bgp 10000                      a signal, its usual value, and for a share how many probes it rests on
//	bgp 02:00 04:00 0.1                   what is left of a signal then
//	bgp 02:00 04:00 hole                  nobody looked; "all" stands for every signal
//
// Hours go on after midnight: 30:00 is six in the morning of the second day told.
type script struct {
	from    time.Time
	bins    int
	signals []series.Series
}

// day is the day that a script tells.
var day = time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, text string) script {
	t.Helper()
	history, days := 7, 1
	var acts [][]string
	var usual []float64
	var s script
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "history" && len(words) == 2:
			history = int(number(t, words[1]))
		case words[0] == "days" && len(words) == 2:
			days = int(number(t, words[1]))
		case words[0] == "signal" && len(words) >= 3:
			key := series.Key{Place: incident.Place{Country: "XL"}, Signal: incident.Signal(words[1]), Source: "test"}
			one := series.Series{Key: key}
			if len(words) == 4 {
				one.Probes = []float64{number(t, words[3])}
			}
			s.signals, usual = append(s.signals, one), append(usual, number(t, words[2]))
		case len(words) == 4:
			acts = append(acts, words)
		default:
			t.Fatalf("not a line of a script: %q", line)
		}
	}
	s.from, s.bins = day.AddDate(0, 0, -history), (history+days)*24*hour
	for k := range s.signals {
		s.signals[k] = scripted(t, s, s.signals[k], usual[k], acts)
	}
	return s
}

// scripted fills in a series: usual, with noise of a quarter of the standard deviation of a count, and
// what was acted.
func scripted(t *testing.T, s script, one series.Series, usual float64, acts [][]string) series.Series {
	t.Helper()
	probes := one.Probes
	one = series.New(one.Key, "", s.from, s.from.Add(time.Duration(s.bins)*series.Bin))
	dice := rand.New(rand.NewPCG(uint64(usual), uint64(len(one.Signal))))
	for i := range one.Values {
		one.Values[i] = usual
		if probes == nil {
			one.Values[i] = math.Round(usual + 0.25*math.Sqrt(usual)*dice.NormFloat64())
		} else {
			one.Probes = append(one.Probes, probes[0])
		}
	}
	for _, act := range acts {
		if act[0] != string(one.Signal) && act[0] != "all" {
			continue
		}
		for i := one.Index(clock(t, act[1])); i < one.Index(clock(t, act[2])); i++ {
			if act[3] == "hole" {
				one.Values[i] = math.NaN()
				continue
			}
			one.Values[i] *= number(t, act[3])
		}
	}
	return one
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
	var hours, minutes int
	if _, err := fmt.Sscanf(s, "%d:%d", &hours, &minutes); err != nil {
		t.Fatalf("%q is not a time: %v", s, err)
	}
	return day.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
}

// hours writes a time as a script does.
func hours(at time.Time) string {
	minutes := int(at.Sub(day).Minutes())
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// brief writes what was found, a word an event.
func brief(found []Detection) string {
	var out []string
	for _, f := range found {
		end := "on"
		if f.End != nil {
			end = hours(f.End.Best)
		}
		out = append(out, hours(f.Onset.Best)+"-"+end)
	}
	return strings.Join(out, " ")
}
