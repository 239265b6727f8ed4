package coverage

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/internal/lists"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func url(n int) string { return fmt.Sprintf("https://%d.example/", n) }

// listOf is an issue of the list ke with so many targets.
func listOf(t testing.TB, serial, targets int) *lists.List {
	t.Helper()
	type target struct {
		URL string `json:"url"`
	}
	all := make([]target, targets)
	for n := range all {
		all[n].URL = url(n)
	}
	inner, err := json.Marshal(map[string]any{"name": "ke", "serial": serial, "plan": map[string]any{"targets": all}})
	if err != nil {
		t.Fatal(err)
	}
	packed, err := json.Marshal(map[string]any{"list": inner, "signatures": []string{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "ke"+lists.Suffix), packed, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := lists.Open(folder, 0, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	l, ok := f.Get("ke")
	if !ok {
		t.Fatal("the list is not taken")
	}
	return l
}

// looks is a batch of looks at targets with these numbers.
func looks(at time.Time, numbers ...int) *measurement.Batch {
	b := &measurement.Batch{}
	for _, n := range numbers {
		b.Lines = append(b.Lines, measurement.Line{Record: measurement.Record{Kind: measurement.KindHTTP, MeasuredAt: at, Target: url(n)}})
	}
	return b
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// keyOf is a key that nobody has.
func keyOf(n int) ed25519.PublicKey { return fmt.Appendf(nil, "%032d", n) }

// repeat takes the same batch of so many keys, the same keys each time.
func (c *Counter) repeat(keys int, country string, l *lists.List, b *measurement.Batch, now time.Time) {
	for n := range keys {
		c.Take(country, l, keyOf(n), b, now)
	}
}

// ask returns what a batch of the country without looks is told, by number.
func (c *Counter) ask(l *lists.List, now time.Time) []uint16 {
	out := c.Take("KE", l, keyOf(0), looks(now), now)
	slices.Sort(out)
	return out
}

// exact returns a counter that blurs nothing.
func exact() *Counter {
	c := New()
	c.noise = func() float64 { return 0 }
	return c
}

func TestFewest(t *testing.T) {
	l := listOf(t, 1, 10)
	other := looks(noon, upTo(9)...)
	other.Lines = append(other.Lines, measurement.Line{Record: measurement.Record{Kind: measurement.KindDNS, MeasuredAt: noon, Target: url(9)}})
	for _, test := range []struct {
		name  string
		build func(c *Counter)
		want  []uint16
	}{
		{"nothing is known", func(*Counter) {}, nil},
		{"too few keys", func(c *Counter) { c.repeat(least, "KE", l, looks(noon, upTo(9)...), noon) }, nil},
		{"few keys with many batches", func(c *Counter) {
			for range 50 {
				c.repeat(least-1, "KE", l, looks(noon, upTo(9)...), noon)
			}
		}, nil},
		{"all alike", func(c *Counter) { c.repeat(20, "KE", l, looks(noon, upTo(10)...), noon) }, nil},
		{"one that nobody looks at", func(c *Counter) { c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon) }, []uint16{9}},
		{"two", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(8)...), noon)
			c.repeat(3, "KE", l, looks(noon, 9), noon)
		}, []uint16{8, 9}},
		{"one with half of the mean", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			c.repeat(10, "KE", l, looks(noon, 9), noon)
		}, nil},
		{"only its name was asked for", func(c *Counter) { c.repeat(20, "KE", l, other, noon) }, []uint16{9}},
		{"one key again and again", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			for range 15 {
				c.repeat(1, "KE", l, looks(noon, 9, 9), noon)
			}
		}, []uint16{9}},
		{"sites that are not on the list", func(c *Counter) { c.repeat(20, "KE", l, looks(noon, 10, 11, 12), noon) }, nil},
		{"looked at in another country", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			c.repeat(20, "UG", l, looks(noon, 9), noon)
		}, []uint16{9}},
		{"looks of yesterday", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			c.repeat(20, "KE", l, looks(noon.Add(-24*time.Hour), 9), noon)
		}, []uint16{9}},
		{"a newer issue", func(c *Counter) { c.repeat(20, "KE", listOf(t, 2, 10), looks(noon, upTo(9)...), noon) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := exact()
			test.build(c)
			if got := c.ask(l, noon.Add(span)); !slices.Equal(got, test.want) {
				t.Errorf("wanted are %v, not %v", got, test.want)
			}
		})
	}
}

// What is said changes once a span: whoever asks before and after another's look learns nothing of it.
func TestNothingIsSaidOfTheSpanUnderWay(t *testing.T) {
	l := listOf(t, 1, 10)
	c := exact()
	c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
	if got := c.ask(l, noon.Add(span-1)); len(got) != 0 {
		t.Errorf("within the first span wanted are %v", got)
	}
	for n := range 60 {
		at := noon.Add(span + time.Duration(n)*time.Minute)
		if got := c.ask(l, at); !slices.Equal(got, []uint16{9}) {
			t.Fatalf("after %d more looks wanted are %v", n, got)
		}
		c.Take("KE", l, keyOf(n), looks(at, 9), at)
	}
}

// What is counted grows old, and a clock that goes back or leaps counts anew.
func TestOldLooksAreForgotten(t *testing.T) {
	l := listOf(t, 1, 10)
	for _, test := range []struct {
		after time.Duration
		want  []uint16
	}{
		{span - time.Second, nil}, {span, []uint16{9}}, {2*span - time.Second, []uint16{9}}, {2 * span, nil}, {1000 * span, nil}, {-time.Hour, nil},
	} {
		c := exact()
		c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
		if got := c.ask(l, noon.Add(test.after)); !slices.Equal(got, test.want) {
			t.Errorf("after %v wanted are %v, not %v", test.after, got, test.want)
		}
	}
	// Each span counts by itself.
	c := exact()
	c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
	later := noon.Add(span)
	c.repeat(400, "KE", l, looks(later, 9), later)
	if got := c.ask(l, noon.Add(2*span)); !slices.Equal(got, []uint16{0, 1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("when the first looks are forgotten, wanted are %v", got)
	}
}

// Batches overtake each other between their date and their count: none takes away what is known.
func TestOvertakenBatchesForgetNothing(t *testing.T) {
	l := listOf(t, 1, 10)
	c := exact()
	c.ask(l, noon)
	c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon.Add(-time.Second)) // the first of all was overtaken
	next := noon.Add(span)
	c.ask(l, next)
	if got := c.ask(l, next.Add(-20*time.Second)); !slices.Equal(got, []uint16{9}) {
		t.Errorf("wanted are %v", got)
	}
}

// Whoever makes all looks but one themselves, and so knows the count with and without it, sees both answers nearly as
// often, in whichever number of looks they hide it.
func TestOneLookIsBlurred(t *testing.T) {
	l := listOf(t, 1, 40)
	const spans, ruled = 400, 20 // in each span, each of the last twenty targets has the same looks
	named := func(own int) float64 {
		c, sum := New(), 0
		for n := range spans {
			at := noon.Add(time.Duration(n) * span)
			c.repeat(24, "KE", l, looks(at, upTo(ruled)...), at)
			for n := range ruled {
				c.repeat(own, "KE", l, looks(at, ruled+n), at)
			}
			p := c.places[key{"KE", "ke"}]
			for _, n := range p.fewest(c.noise) {
				if n >= ruled {
					sum++
				}
			}
		}
		return float64(sum) / (spans * ruled)
	}
	for own := range 14 {
		less, more := named(own), named(own+1)
		// A little more than is promised: the last look also moves the mean, and the shares are of a sample.
		if odds := less / (1 - less) / (more / (1 - more)); more == 0 || less == 1 || odds > 3 || odds < 1.0/3 {
			t.Errorf("a target of %d looks is named %.3f of the time, of one more %.3f", own, less, more)
		}
	}
}

// Many that are alike: no more than a receipt may name, not always the same, and not in an order that tells which have
// fewer.
func TestManyAlike(t *testing.T) {
	l := listOf(t, 1, 400)
	c := exact()
	c.repeat(30, "KE", l, looks(noon, upTo(200)...), noon)
	c.repeat(5, "KE", l, looks(noon, upTo(380)...), noon) // the last twenty have none, others five
	at := noon.Add(span)
	first := c.Take("KE", l, keyOf(0), looks(at), at)
	if len(first) != measurement.MaxWanted || slices.Min(first) < 200 {
		t.Fatalf("wanted are %v", first)
	}
	lead := 0
	for range 100 {
		again := c.Take("KE", l, keyOf(0), looks(at), at)
		if slices.Equal(again, first) {
			t.Error("of many alike it names always the same")
		}
		if again[0] >= 380 {
			lead++
		}
	}
	if lead > 50 {
		t.Errorf("those with the fewest stand first in %d of 100 answers", lead)
	}
}

// Whoever makes up keys takes no more memory than there is room for.
func TestKeysAreBounded(t *testing.T) {
	l := listOf(t, 1, 10)
	c := New()
	c.repeat(2*maxKeys, "KE", l, looks(noon, 1), noon)
	p := c.places[key{"KE", "ke"}]
	if len(p.seen) != maxKeys || p.looks[1] != maxKeys {
		t.Errorf("%d keys are remembered, %d counted", len(p.seen), p.looks[1])
	}
}

// Many countries and lists take no more memory than there is room for, and drive out the oldest.
func TestPlacesAreBounded(t *testing.T) {
	l := listOf(t, 1, 10)
	c := New()
	for n := range 2 * maxPlaces {
		c.Take(fmt.Sprint(n), l, keyOf(0), looks(noon, 1), noon.Add(time.Duration(n)*time.Millisecond))
	}
	if len(c.places) != maxPlaces {
		t.Errorf("%d places are remembered", len(c.places))
	}
	if c.places[key{fmt.Sprint(maxPlaces - 1), "ke"}] != nil || c.places[key{fmt.Sprint(maxPlaces), "ke"}] == nil {
		t.Error("it is not the oldest that is forgotten")
	}
}

func BenchmarkTake(b *testing.B) {
	l := listOf(b, 1, 1000)
	c, batch := New(), looks(noon, upTo(50)...)
	for n := range b.N {
		c.Take("KE", l, keyOf(n%maxKeys), batch, noon.Add(time.Duration(n)*time.Millisecond))
	}
}

// BenchmarkPlace measures what a list of a thousand targets takes in a country of which as many keys as are counted
// have looked.
func BenchmarkPlace(b *testing.B) {
	l, batch := listOf(b, 1, 1000), looks(noon, upTo(50)...)
	used := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const places = 20
	for b.Loop() {
		before, c := used(), New()
		for n := range places {
			c.repeat(maxKeys, fmt.Sprint(n), l, batch, noon)
		}
		b.ReportMetric(float64(used()-before)/places, "B/place")
		runtime.KeepAlive(c)
	}
}
