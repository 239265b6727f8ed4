// Package coverage counts, in a gateway's memory, how often the targets of a list were looked at lately in each
// country, so that probes can be told which of them few have looked at.
//
// It is a hint and nothing rests on it. It knows countries and numbers of targets, no key and no address. A gateway
// that starts knows nothing and wants nothing; of several behind one name each counts its own part, which is as good a
// sample as any.
package coverage

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/lists"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// span is how long is counted before what was counted grows old; so a count is of the last one to two spans.
	span = 3 * time.Hour
	// least is how many looks a target must have had on average before anything can be said of those with fewer.
	least = 4
	// late is how far batches may overtake each other on the way; a clock that goes back further was set.
	late = 5 * time.Minute
	// answerFor is how long an answer is given again: it takes a walk over all targets.
	answerFor = time.Minute
	// maxPlaces bounds the lists of countries that are counted; with a thousand targets each, they take 8 MB.
	maxPlaces = 1024
)

// Counter counts. It is safe for concurrent use.
type Counter struct {
	mu     sync.Mutex
	places map[key]*place
}

type key struct{ country, list string }

// place is one list in one country.
type place struct {
	tag         string // of the issue that is counted
	now, before []uint32
	since       time.Time // when now began
	noted       time.Time
	answer      []uint16
	answered    time.Time
}

// New returns a counter that knows nothing.
func New() *Counter { return &Counter{places: map[key]*place{}} }

// Take counts what a batch of this list saw in a country, and returns the numbers of targets that few have looked at
// there: those with less than half the looks of the mean, the fewest first. Of looks that waited somewhere for longer
// than is counted nothing is known now.
func (c *Counter) Take(country string, l *lists.List, batch *measurement.Batch, now time.Time) []uint16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.place(key{country, l.Name}, l, now)
	seen := map[int]bool{}
	for _, line := range batch.Lines {
		n, ok := l.Number(line.Record.Target)
		if ok && line.Record.Kind == measurement.KindHTTP && now.Sub(line.Record.MeasuredAt) < span && !seen[n] {
			seen[n] = true // one batch, one look: whoever repeats a line covers nothing
			p.now[n]++
		}
	}
	if p.answered.IsZero() || now.Sub(p.answered).Abs() >= answerFor {
		p.answer, p.answered = p.fewest(), now
	}
	return p.answer
}

// place returns what is counted of a list in a country, with what is too old forgotten.
func (c *Counter) place(k key, l *lists.List, now time.Time) *place {
	p := c.places[k]
	switch {
	case p == nil && len(c.places) >= maxPlaces:
		c.forgetOne()
		fallthrough
	// A batch is dated when it comes and counted when Kafka has it, so one may be seconds older than the count.
	case p == nil, p.tag != l.Tag, p.since.Sub(now) > late, now.Sub(p.since) >= 2*span:
		p = &place{tag: l.Tag, now: make([]uint32, len(l.Targets)), before: make([]uint32, len(l.Targets)), since: now}
		c.places[k] = p
	case now.Sub(p.since) >= span:
		p.before, p.now = p.now, p.before
		clear(p.now)
		p.since = p.since.Add(span)
	}
	p.noted = now
	return p
}

// forgetOne makes room: nobody has sent from the place for the longest time.
func (c *Counter) forgetOne() {
	var oldest key
	for k, p := range c.places {
		if old := c.places[oldest]; old == nil || p.noted.Before(old.noted) {
			oldest = k
		}
	}
	delete(c.places, oldest)
}

func (p *place) fewest() []uint16 {
	total := 0
	for n := range p.now {
		total += p.looks(n)
	}
	if total < least*len(p.now) {
		return nil
	}
	var out []uint16
	for n := range p.now {
		if 2*p.looks(n)*len(p.now) < total {
			out = append(out, uint16(n))
		}
	}
	// Those alike are in no order, so that a country's probes do not all turn to the first of the list.
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	slices.SortStableFunc(out, func(a, b uint16) int { return cmp.Compare(p.looks(int(a)), p.looks(int(b))) })
	return slices.Clip(out[:min(len(out), measurement.MaxWanted)])
}

func (p *place) looks(n int) int { return int(p.now[n]) + int(p.before[n]) }
