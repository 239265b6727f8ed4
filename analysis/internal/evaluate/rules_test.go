package evaluate

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// script returns a recording of these signals from midnight on, written as "100x12 . 90 100x3": values,
// repeated, and dots for holes.
func script(t *testing.T, signals map[incident.Signal]string) *recording {
	t.Helper()
	r := &recording{from: day}
	for signal, text := range signals {
		s := series.Series{Key: series.Key{Signal: signal}, Start: day}
		for word := range strings.FieldsSeq(text) {
			value, times, repeated := strings.Cut(word, "x")
			n := 1
			var err error
			if repeated {
				if n, err = strconv.Atoi(times); err != nil {
					t.Fatal(err)
				}
			}
			v := math.NaN()
			if value != "." {
				if v, err = strconv.ParseFloat(value, 64); err != nil {
					t.Fatal(err)
				}
			}
			for range n {
				s.Values = append(s.Values, v)
			}
		}
		r.series = append(r.series, s)
		r.until = s.At(len(s.Values))
	}
	return r
}

// found writes spans as "01:00-01:10".
func found(all []span) string {
	var out []string
	for _, s := range all {
		out = append(out, s.start.Format("15:04")+"-"+s.end.Format("15:04"))
	}
	return strings.Join(out, " ")
}

func TestRules(t *testing.T) {
	const bgp, active, telescope = incident.SignalBGP, incident.SignalActive, incident.SignalTelescope
	quick := rule{bgp, 0.99, 2 * time.Hour}
	for _, test := range []struct {
		name    string
		method  method
		signals map[incident.Signal]string
		want    string
	}{
		{"an hour of history at least", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x11 0 1000 0 1000"}, "01:05-01:10"},
		{"under the share of the median", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x12 989 990 991"}, "01:00-01:05"},
		{"bins in a row are one", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x12 0x3 1000 0"}, "01:00-01:15 01:20-01:25"},
		{"a hole is no alert, and ends one", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x12 0 . 0 1000"}, "01:00-01:05 01:10-01:15"},
		{"holes are no history", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x6 .x60 0"}, ""},
		{"until the data ends", votes("", 1, ruleBGP()), map[incident.Signal]string{bgp: "1000x12 0"}, "01:00-01:05"},
		{"the median follows once a window is over", votes("", 1, quick), map[incident.Signal]string{bgp: "1000x24 500x24"}, "02:00-03:05"},
		{"and holes leave it as they came", votes("", 1, quick), map[incident.Signal]string{bgp: "1000x12 .x24 500x13 400"}, "04:05-04:10"},
		{"a fifth of the probed", votes("", 1, ruleProbing()), map[incident.Signal]string{active: "1000x12 801 799"}, "01:05-01:10"},
		{"three quarters of the telescope", votes("", 1, ruleTelescope()), map[incident.Signal]string{telescope: "1000x12 251 249"}, "01:05-01:10"},
		{"a signal that is not there has no vote", votes("", 1, ruleProbing()), map[incident.Signal]string{bgp: "1000x12 0"}, ""},
		{"two of three", votes("", 2, ruleBGP(), ruleProbing(), ruleTelescope()), map[incident.Signal]string{
			bgp: "1000x12 0 0 1000 0", active: "1000x12 1000 0 0 0", telescope: "1000x12 1000 1000 1000 0",
		}, "01:05-01:10 01:15-01:20"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(test.method.find(script(t, test.signals))); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
