package measurement_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func pages(host string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("https://%s/%d", host, i))
	}
	return out
}

func TestAsked(t *testing.T) {
	good := []string{"https://a.example/"}
	several := map[string][]string{
		"KE": {"https://one.example.ke/", "http://10.0.0.1/"}, "UG": {"http://10.0.0.2/"}, "TZ": {"http://10.0.0.3/"}, "ET": {"http://10.0.0.4/"},
	}
	for _, test := range []struct {
		name string
		in   measurement.Asked
		want string // part of the error
	}{
		{"a target", measurement.Asked{Targets: good}, ""},
		{"ports of the web", measurement.Asked{Targets: []string{"http://a.example:80/", "https://a.example:443/", "http://a.example:443/", "http://a.example:/"}}, ""},
		{"nothing", measurement.Asked{}, "no targets: add"},
		{"too many", measurement.Asked{Targets: make([]string, measurement.MaxTargets+1)}, "target: 1001 given, at most 1000"},
		{"as many of a host as may be", measurement.Asked{Targets: pages("a.example", measurement.MaxPerHost)}, ""},
		{"one more of a host", measurement.Asked{Targets: append(pages("a.example", measurement.MaxPerHost), "http://A.example:80/x")},
			`target 21: "http://A.example:80/x" is one of more than 20 of a.example`},
		{"no URL", measurement.Asked{Targets: []string{"https://a.example/", "ftp:x"}}, `target 2: "ftp:x" is not a URL`},
		{"a long one", measurement.Asked{Targets: []string{"https://a.example/" + strings.Repeat("x", 1<<20)}}, "at most 2048 bytes"},
		{"inside", measurement.Asked{Targets: []string{"http://10.0.0.1/a", "http://10.0.0.1/"}}, `target 1: "http://10.0.0.1/a" is inside`},
		{"the port of DNS", measurement.Asked{Targets: []string{"http://9.9.9.9:53/"}}, `target 1: "http://9.9.9.9:53/" is on port 53`},
		{"a port that no guard lets out", measurement.Asked{Targets: good, Foreign: []string{"http://9.9.9.9:81/"}}, "foreign anchor 1: "},
		{"anchors of a host", measurement.Asked{Targets: good, Foreign: []string{"http://b.example/", "https://B.example/b"}}, `foreign anchor 2: "https://B.example/b" is one of more than 1 of b.example`},
		{"a foreign one's host", measurement.Asked{Targets: good, Foreign: []string{"http://b.example/"}, Domestic: map[string][]string{"KE": {"http://b.example/b"}}},
			"KE anchor 1: "},
		{"one anchor of two countries", measurement.Asked{Targets: good, Domestic: map[string][]string{"KE": {"http://b.example/"}, "UG": {"http://b.example/"}}}, ""},
		{"too many anchors", measurement.Asked{Targets: good, Foreign: make([]string, measurement.MaxAnchors+1)}, "foreign anchor: 9 given, at most 8"},
		{"the first of several", measurement.Asked{Targets: good, Domestic: several}, "ET anchor 1: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 10 { // the same each time
				err := test.in.Check()
				if test.want == "" && err != nil {
					t.Fatal(err)
				}
				if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
					t.Fatalf("error %v, want one of %q", err, test.want)
				}
				if err != nil && len(err.Error()) > 500 {
					t.Fatalf("the error has %d bytes", len(err.Error()))
				}
			}
		})
	}
}
