package coverage

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
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
	f, err := lists.Open(folder, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
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

func (c *Counter) repeat(times int, country string, l *lists.List, b *measurement.Batch, now time.Time) {
	for range times {
		c.Take(country, l, b, now)
	}
}

func TestFewest(t *testing.T) {
	l := listOf(t, 1, 10)
	other := looks(noon, upTo(9)...)
	other.Lines = append(other.Lines, measurement.Line{Record: measurement.Record{Kind: measurement.KindDNS, MeasuredAt: noon, Target: url(9)}})
	repeated := looks(noon, append(upTo(9), slices.Repeat([]int{9}, 15)...)...)
	for _, test := range []struct {
		name  string
		build func(c *Counter)
		want  []uint16
	}{
		{"nothing is known", func(*Counter) {}, nil},
		{"little is known", func(c *Counter) { c.repeat(3, "KE", l, looks(noon, upTo(9)...), noon) }, nil},
		{"all alike", func(c *Counter) { c.repeat(20, "KE", l, looks(noon, upTo(10)...), noon) }, nil},
		{"one that nobody looks at", func(c *Counter) { c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon) }, []uint16{9}},
		{"the fewest first", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(8)...), noon)
			c.repeat(3, "KE", l, looks(noon, 8), noon)
			c.repeat(1, "KE", l, looks(noon, 9), noon)
		}, []uint16{9, 8}},
		{"one with half of the mean", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			c.repeat(10, "KE", l, looks(noon, 9), noon)
		}, nil},
		{"only its name was asked for", func(c *Counter) { c.repeat(20, "KE", l, other, noon) }, []uint16{9}},
		{"one line again and again", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
			c.repeat(1, "KE", l, repeated, noon)
		}, []uint16{9}},
		{"sites that are not on the list", func(c *Counter) {
			c.repeat(20, "KE", l, looks(noon, 10, 11, 12), noon)
		}, nil},
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
			c := New()
			test.build(c)
			if got := c.Take("KE", l, looks(noon), noon.Add(answerFor)); !slices.Equal(got, test.want) {
				t.Errorf("wanted are %v, not %v", got, test.want)
			}
		})
	}
}

// What is counted grows old, and a clock that goes back or leaps counts anew.
func TestOldLooksAreForgotten(t *testing.T) {
	l := listOf(t, 1, 10)
	for _, test := range []struct {
		after time.Duration
		want  []uint16
	}{
		{span - time.Second, []uint16{9}}, {span, []uint16{9}}, {2*span - time.Second, []uint16{9}}, {2 * span, nil}, {1000 * span, nil}, {-time.Hour, nil},
	} {
		c := New()
		c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
		at := noon.Add(test.after)
		if got := c.Take("KE", l, looks(at), at); !slices.Equal(got, test.want) {
			t.Errorf("after %v wanted are %v, not %v", test.after, got, test.want)
		}
	}
	// Looks of the span before count together with those of now, and no longer than that.
	c := New()
	c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon)
	later := noon.Add(span)
	c.repeat(60, "KE", l, looks(later, 9), later)
	if got := c.Take("KE", l, looks(later), later.Add(answerFor)); got != nil {
		t.Errorf("wanted are %v", got)
	}
	if got := c.Take("KE", l, looks(later), noon.Add(2*span)); len(got) != 9 || slices.Contains(got, 9) {
		t.Errorf("when the first looks are forgotten, wanted are %v", got)
	}
}

// Batches overtake each other between their date and their count: none takes away what is known.
func TestOvertakenBatchesForgetNothing(t *testing.T) {
	l := listOf(t, 1, 10)
	c := New()
	c.Take("KE", l, looks(noon), noon)
	c.repeat(20, "KE", l, looks(noon, upTo(9)...), noon.Add(-time.Second)) // the first of all was overtaken
	next := noon.Add(span)
	c.Take("KE", l, looks(next), next)
	overtaken := next.Add(-20 * time.Second)
	if got := c.Take("KE", l, looks(overtaken), overtaken); !slices.Equal(got, []uint16{9}) {
		t.Errorf("wanted are %v", got)
	}
}

// Many that are alike: no more than a receipt may name, and not always the same.
func TestManyAlike(t *testing.T) {
	l := listOf(t, 1, 400)
	c := New()
	c.repeat(20, "KE", l, looks(noon, upTo(200)...), noon)
	first := c.Take("KE", l, looks(noon), noon.Add(answerFor))
	if len(first) != measurement.MaxWanted || slices.Min(first) < 200 {
		t.Fatalf("wanted are %v", first)
	}
	if again := c.Take("KE", l, looks(noon), noon.Add(answerFor+1)); !slices.Equal(again, first) {
		t.Error("within a minute all is calculated anew")
	}
	if later := c.Take("KE", l, looks(noon), noon.Add(2*answerFor)); slices.Equal(later, first) {
		t.Error("of many alike it names always the same")
	}
}

// Whoever claims to be in every country takes no more memory than there is room for, and drives out the oldest.
func TestPlacesAreBounded(t *testing.T) {
	l := listOf(t, 1, 10)
	c := New()
	for n := range 2 * maxPlaces {
		c.Take(fmt.Sprint(n), l, looks(noon, 1), noon.Add(time.Duration(n)*time.Millisecond))
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
		c.Take("KE", l, batch, noon.Add(time.Duration(n)*time.Millisecond))
	}
}
