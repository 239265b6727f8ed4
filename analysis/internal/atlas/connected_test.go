package atlas

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var start = time.Date(2016, 6, 7, 6, 0, 0, 0, time.UTC)

// events reads a script: one probe a word, as in 1:+10-25+30, where it connects at minute 10 and so on.
func events(script string) []store.AtlasConnection {
	var out []store.AtlasConnection
	for word := range strings.FieldsSeq(script) {
		id, rest, _ := strings.Cut(word, ":")
		var probe uint32
		_, _ = fmt.Sscan(id, &probe)
		for rest != "" {
			var minute int
			sign := rest[0]
			n := strings.IndexAny(rest[1:], "+-")
			if n < 0 {
				n = len(rest) - 1
			}
			_, _ = fmt.Sscan(rest[1:1+n], &minute)
			rest = rest[1+n:]
			event := "connect"
			if sign == '-' {
				event = "disconnect"
			}
			out = append(out, store.AtlasConnection{
				ProbeID: probe, At: start.Add(time.Duration(minute) * time.Minute), Event: event, ASN: 36914, Country: "KE",
			})
		}
	}
	return out
}

// elsewhere returns a probe's events in another country at these minutes: they say that the log goes on.
func elsewhere(minutes ...int) []store.AtlasConnection {
	var out []store.AtlasConnection
	for _, m := range minutes {
		out = append(out, store.AtlasConnection{ProbeID: 99, At: start.Add(time.Duration(m) * time.Minute), Event: "connect", Country: "TZ"})
	}
	return out
}

func text(all []series.Series) string {
	var out []string
	for _, s := range all {
		out = append(out, fmt.Sprint(s.Place, " ", s.Values))
	}
	return strings.Join(out, " ")
}

func TestConnected(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"told by the first event", "1:-12 2:-12 3:-12 4:+12 5:+12", "[3 3 5 2 2 2]"},
		{"a reconnect within a bin is nothing", "1:-11+13 2:-20 3:-20 4:-20 5:-20", "[5 5 5 5 1 1]"},
		{"twice connected is once", "1:+10+15-20 2:-30 3:-30 4:-30 5:-30", "[4 4 5 5 4 4]"},
		{"all go together and come back", "1:-10+20 2:-10+20 3:-10+20 4:-10+20 5:-10+20", "[5 5 0 0 5 5]"},
		{"too few", "1:-10 2:-10 3:-10 4:-10", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := ""
			if test.want != "" {
				want = "KE " + test.want + " KE/AS36914 " + test.want
			}
			all := append(events(test.script), elsewhere(0, 29)...)
			for range 5 {
				rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
				if got := text(Connected(slices.Concat(all, all), start, start.Add(30*time.Minute))); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
}
