package atlas

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// at gives every probe of a script the controller and the country that its line names.
func at(country, controllers, script string) []store.AtlasConnection {
	of := strings.Fields(controllers)
	all := events(script)
	for i := range all {
		all[i].Country, all[i].ASN = country, 0
		all[i].Controller = of[int(all[i].ProbeID)%len(of)]
	}
	return all
}

// enough is the evidence at which detection begins an event.
const enough = 4

// marked writes the minutes that bursts last which are evidence enough, from bin to bin.
func marked(all []store.AtlasConnection, country string, hours int) string {
	for _, s := range Connected(all, start, start.Add(time.Duration(hours)*time.Hour)) {
		if s.Place.Country != country {
			continue
		}
		var out []string
		for i := 0; i < len(s.Burst); i++ {
			if s.Burst[i] < enough {
				continue
			}
			first := i
			for i+1 < len(s.Burst) && s.Burst[i+1] >= enough {
				i++
			}
			out = append(out, fmt.Sprintf("%d-%d", first*5, (i+1)*5))
		}
		return strings.Join(out, " ")
	}
	return "no series"
}

func TestBursts(t *testing.T) {
	const (
		many = "a b c d e f g"
		// quiet are probes that log a moment's absence at the end, and nothing else.
		quiet = " 4:-470+471 5:-470+471 6:-470+471 7:-470+471 8:-470+471 9:-470+471 10:-470+471"
	)
	kept := at("XM", "a", "11:-470+471 12:-470+471 13:-470+471 14:-470+471 15:-470+471")
	for _, test := range []struct {
		name, controllers, script string
		others                    []store.AtlasConnection
		want                      string
	}{
		{name: "three of ten go together and stay away until half are back", controllers: many,
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet, want: "60-160"},
		{name: "and are not back when the log ends", controllers: many,
			script: "1:-61 2:-64 3:-66" + quiet, want: "60-480"},
		{name: "each goes at another time", controllers: many,
			script: "1:-61+130 2:-80+160 3:-99+300" + quiet},
		{name: "two are too few", controllers: many,
			script: "1:-61+130 2:-64+160 3:-470+471" + quiet},
		{name: "a controller's maintenance: back within minutes", controllers: many,
			script: "1:-61+71 2:-63+72 3:-64+74" + strings.ReplaceAll(quiet, "-470+471", "-66+78")},
		{name: "half are back within half an hour", controllers: many,
			script: "1:-61+82 2:-64+85 3:-66+300" + quiet},
		{name: "all of one controller, which nobody else uses", controllers: "a",
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet},
		{name: "all of one controller, which kept its probes elsewhere", controllers: "a", others: kept,
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet, want: "60-160"},
		{name: "all of one controller, which lost its probes elsewhere too", controllers: "a",
			others: at("XM", "a", "11:-60+130 12:-61+150 13:-62+140 14:-63+110 15:-64+120"),
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet},
		{name: "three of forty are not the place", controllers: many,
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet + numbered(11, 40, ":-470+471")},
		{name: "probes that come and go all day", controllers: many,
			script: "1:-61+130 2:-64+160 3:-66+300" + quiet + numbered(11, 20, ":-10+30-50+70-90+110-130+150")},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := slices.Concat(at("XL", test.controllers, test.script), test.others, elsewhere(0, 479))
			if got := marked(all, "XL", 8); got != test.want {
				t.Errorf("bursts at %q, want %q", got, test.want)
			}
			slices.Reverse(all)
			if got := marked(all, "XL", 8); got != test.want {
				t.Errorf("bursts at %q of the same events in another order, want %q", got, test.want)
			}
		})
	}
}

// A probe that went a moment ago may be back in the next: nothing is said of it before it has been away for
// lasting.
func TestBurstIsNotToldBeforeItLasts(t *testing.T) {
	script := "1:-43 2:-44 3:-44" + numbered(4, 10, ":-10+11")
	for _, test := range []struct {
		minutes int
		want    bool
	}{{55, false}, {60, true}} {
		all := append(at("XL", "a b c d e f g", script), elsewhere(test.minutes-1)...)
		found := Connected(all, start, start.Add(time.Duration(test.minutes)*time.Minute))
		if got := slices.Max(found[0].Burst) >= enough; got != test.want {
			t.Errorf("%d minutes into the log a burst is told: %v, want %v", test.minutes, got, test.want)
		}
	}
}

func numbered(from, to int, what string) string {
	var out strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&out, " %d%s", i, what)
	}
	return out.String()
}
