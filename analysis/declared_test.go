package analysis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// Where a sender says that it is makes no incident and hides none, unless its key was once found there.
func TestDeclaredProbes(t *testing.T) {
	const located, declared = store.OriginLocated, store.OriginDeclared
	atOnce := func(hours float64) func(time.Time) time.Time {
		return func(measured time.Time) time.Time {
			if back := hour(hours); measured.Before(back) {
				return back
			}
			return promptly(measured)
		}
	}
	type act struct {
		crowd
		from, to float64
	}
	xl := func(first, n int, origin store.Origin, from, to float64) act {
		return act{crowd{"XL", first, n, origin, promptly}, from, to}
	}
	for _, test := range []struct {
		name string
		acts []act
		want string
	}{
		{"fifty that were never found there fall silent", []act{xl(0, 10, located, -24, 6), xl(100, 50, declared, -24, 3)}, ""},
		{"fifty say that all is well while those that were found are silent", []act{xl(0, 10, located, -24, 3), xl(100, 50, declared, -24, 6)}, "3h0m0s on"},
		{"fifty begin to say so as it begins", []act{xl(0, 10, located, -24, 3), xl(100, 50, declared, 3, 6)}, "3h0m0s on"},
		{"a country that only such are in", []act{xl(100, 50, declared, -24, 3)}, ""},
		{"those that were found there deliver from elsewhere, and were only late", []act{xl(0, 10, located, -24, 3),
			{crowd{"XL", 0, 10, declared, atOnce(4.5)}, 3, 6}}, ""},
		{"all who came through a proxy get new keys, and are found nowhere", []act{xl(0, 10, located, -24, -12), xl(0, 10, declared, -12, 3), xl(100, 10, declared, 3, 6)}, ""},
		{"all who came through a proxy fall silent", []act{xl(0, 10, located, -24, -12), xl(0, 10, declared, -12, 3)}, ""},
		{"two of twelve do", []act{xl(0, 12, located, -24, -12), xl(0, 10, located, -12, 6), xl(10, 2, declared, -12, 3)}, ""},
		{"it goes dark, and two of twelve came through a proxy", []act{xl(0, 12, located, -24, -12), xl(0, 10, located, -12, 3), xl(10, 2, declared, -12, 3)}, "3h0m0s on"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := openRoom(t)
			r.beats(t, "XM", -24, 6, promptly)
			for _, a := range test.acts {
				r.crowd(t, a.crowd, a.from, a.to)
			}
			var got []string
			for _, i := range r.look(t, r.analyzer, 5.75) {
				end := "on"
				if i.End != nil {
					end = i.End.Best.Sub(start).String()
				}
				got = append(got, fmt.Sprint(i.Onset.Best.Sub(start), " ", end))
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("found %q, want %q", text, test.want)
			}
		})
	}
}

// An operator sees how many keys nobody has found where they say that they are.
func TestKeysAreCounted(t *testing.T) {
	r := openRoom(t)
	r.crowd(t, crowd{"XL", 0, 6, store.OriginLocated, promptly}, 0, 1)
	r.crowd(t, crowd{"XL", 4, 6, store.OriginDeclared, promptly}, 1, 2) // two of which were found before
	r.look(t, r.analyzer, 3)
	want := `
		# HELP lamplight_analysis_keys Keys that signed batches in the time that was looked at: located where the gateway has found them in the place that they say, else declared. Incidents do not rest on the latter.
		# TYPE lamplight_analysis_keys gauge
		lamplight_analysis_keys{place="declared"} 4
		lamplight_analysis_keys{place="located"} 6
	`
	if err := testutil.GatherAndCompare(r.metrics, strings.NewReader(want), "lamplight_analysis_keys"); err != nil {
		t.Error(err)
	}
}
