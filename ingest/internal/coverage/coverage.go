// Package coverage counts, in a gateway's memory, how many keys looked at each target of a list lately in each country,
// so that probes can be told which of them few have looked at.
//
// It is a hint and nothing rests on it. It knows countries, numbers of targets, and keys only as numbers made with a
// secret of this process, for as long as it counts. What it says tells nearly nothing of any one look: it speaks once a
// span, of whole spans that are over, of counts that many keys have made, and blurs them. A gateway that starts knows
// nothing and wants nothing; of several behind one name each counts its own part, which is as good a sample as any.
package coverage

import (
	"crypto/ed25519"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/lists"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	// span is how long is counted. What was counted is said for the span that follows, so that nobody can ask before
	// and after a look.
	span = 3 * time.Hour
	// least is how many keys must have looked at a target on average before anything is said of a country. No fewer
	// keys than that are counted there, twice the five that anything published rests on.
	least = 10
	// blur is the scale of the noise, in looks: the odds that a target is named change by a factor of at most
	// exp(1/blur), 1.65, for one look more or less (Dwork et al. 2006, Calibrating noise to sensitivity).
	blur = 2
	// late is how far batches may overtake each other on the way; a clock that goes back further was set.
	late = 5 * time.Minute
	// maxKeys bounds the keys counted in a place; more are a larger sample than is needed.
	maxKeys = 1000
	// maxPlaces bounds the lists of countries that are counted. With a thousand targets and all keys each takes
	// some 210 kB (BenchmarkPlace), so all take 110 MB.
	maxPlaces = 512
)

// Counter counts. It is safe for concurrent use.
type Counter struct {
	secret maphash.Seed
	noise  func() float64 // in looks

	mu     sync.Mutex
	places map[key]*place
}

type key struct{ country, list string }

// place is one list in one country.
type place struct {
	tag    string              // of the issue that is counted
	looks  []uint16            // keys that looked at a target in this span
	seen   map[uint64][]uint64 // what a key looked at in this span, a bit a target
	since  time.Time           // when this span began
	noted  time.Time
	wanted []uint16 // by the span before
}

// New returns a counter that knows nothing.
func New() *Counter {
	return &Counter{secret: maphash.MakeSeed(), noise: laplace, places: map[key]*place{}}
}

// laplace draws from the Laplace distribution of scale blur: nobody can know what was drawn, and so what to take off.
func laplace() float64 {
	size := -blur * math.Log(1-rand.Float64())
	if rand.Uint32()&1 == 0 {
		return -size
	}
	return size
}

// Take counts what a batch of this list, signed by this key, saw in a country, and returns numbers of targets that few
// looked at there in the span before: about those with less than half the looks of the mean, no more than a receipt may
// name, in an order that says nothing. Of looks that waited somewhere for longer than is counted nothing is known now.
// The country must be one that the sender cannot choose.
func (c *Counter) Take(country string, l *lists.List, sender ed25519.PublicKey, batch *measurement.Batch, now time.Time) []uint16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.place(key{country, l.Name}, l, now)
	if seen := p.of(maphash.Bytes(c.secret, sender)); seen != nil {
		for _, line := range batch.Lines {
			n, ok := l.Number(line.Record.Target)
			if ok && line.Record.Kind == measurement.KindHTTP && now.Sub(line.Record.MeasuredAt) < span && seen[n/64]>>(n%64)&1 == 0 {
				seen[n/64] |= 1 << (n % 64) // one key, one look: whoever sends many covers no more
				p.looks[n]++
			}
		}
	}
	return some(p.wanted)
}

// of returns what a key has looked at, or nil when there are enough keys without it.
func (p *place) of(sender uint64) []uint64 {
	seen := p.seen[sender]
	if seen == nil && len(p.seen) < maxKeys {
		seen = make([]uint64, (len(p.looks)+63)/64)
		p.seen[sender] = seen
	}
	return seen
}

// place returns what is counted of a list in a country, with a span that is over turned into what is wanted.
func (c *Counter) place(k key, l *lists.List, now time.Time) *place {
	p := c.places[k]
	switch {
	case p == nil && len(c.places) >= maxPlaces:
		c.forgetOne()
		fallthrough
	// A batch is dated when it comes and counted when Kafka has it, so one may be seconds older than the count.
	case p == nil, p.tag != l.Tag, p.since.Sub(now) > late, now.Sub(p.since) >= 2*span:
		p = &place{tag: l.Tag, looks: make([]uint16, len(l.Targets)), seen: map[uint64][]uint64{}, since: now}
		c.places[k] = p
	case now.Sub(p.since) >= span:
		p.wanted = p.fewest(c.noise)
		clear(p.looks)
		p.seen = map[uint64][]uint64{}
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

// fewest returns the targets with less than half the looks of the mean, as far as the noise lets it see.
func (p *place) fewest(noise func() float64) []uint16 {
	total := 0
	for _, looks := range p.looks {
		total += int(looks)
	}
	mean := float64(total) / float64(len(p.looks))
	// That a country has many is not given away by one look either. The noise only ever asks for more.
	if mean < least+math.Abs(noise()) {
		return nil
	}
	var out []uint16
	for n, looks := range p.looks {
		if float64(looks)+noise() < mean/2 {
			out = append(out, uint16(n))
		}
	}
	return out
}

// some returns as many as a receipt may name, others each time and in no order, so that a country's probes do not all
// turn to the same, and nobody reads from the order which had fewer.
func some(wanted []uint16) []uint16 {
	out := make([]uint16, 0, min(len(wanted), measurement.MaxWanted))
	for _, i := range rand.Perm(len(wanted))[:cap(out)] {
		out = append(out, wanted[i])
	}
	return out
}
