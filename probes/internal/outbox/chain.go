package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const (
	chainName = "chain"
	// chainStep is what the chain's size is a multiple of: in how many networks a probe was is nobody's business.
	chainStep = 4 << 10
	monthForm = "2006-01"
	// maxLinks bounds how many networks a chain remembers: more than anybody passes through in three months.
	maxLinks = 256
	// maxNumber is more units than there will ever be: a higher number is damage.
	maxNumber = 1 << 62
)

// chain is what must be remembered of batches that have left: numbers must not repeat, and each key's
// batches point at the one before. A unit that was given up leaves a gap in the count; the hash of the next still
// points at the one that was given up.
type chain struct {
	Next    uint64 `json:"next"` // number of the next unit
	Dropped uint64 `json:"dropped,omitempty"`
	Beacon  string `json:"beacon,omitempty"` // the latest that a receipt brought
	// Told is the month that a gateway last said it was. The machine's own clock may be anywhere.
	Told  string          `json:"told,omitempty"`
	Links map[string]link `json:"links"` // by identity.Link
}

// link is the last batch of a key.
type link struct {
	Month    string `json:"month"`
	Sequence uint64 `json:"sequence"`
	Previous string `json:"previous"`
}

// namedLink is a link and whose it is.
type namedLink struct {
	Name string `json:"name"`
	link
}

func readChain(root *os.Root, s secret) (chain, error) {
	empty := chain{Next: 1, Links: map[string]link{}}
	file, err := root.Open(chainName)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return empty, fmt.Errorf("open chain: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err != nil {
		return empty, fmt.Errorf("read chain: %w", err)
	}
	c := empty
	if !s.open(chainName, data, &c) || c.Links == nil || c.Next > maxNumber {
		// The units in the folder say how far the numbers have come; the chain of hashes starts anew. A chain that is
		// damaged, or another seed's, must not stop a probe from measuring.
		return empty, nil
	}
	return c, nil
}

func (c *chain) write(root *os.Root, s secret) error {
	data, err := s.seal(chainName, chainStep, c)
	if err != nil {
		return err
	}
	return durable.WriteFile(root, chainName, data)
}

// extend notes that a unit was closed, and forgets links of months that are surely past: their keys are never used
// again, and the list would be a history of networks. A month counts as past two months later by a gateway's word,
// never by this machine's clock: one that jumps ahead and back would make a key begin a second chain.
func (c *chain) extend(number uint64, last namedLink) {
	c.Links[last.Name] = last.link
	c.Next = max(c.Next, number+1)
	told, err := time.Parse(monthForm, c.Told)
	for name, l := range c.Links {
		if err == nil && l.Month < told.AddDate(0, -2, 0).Format(monthForm) && name != last.Name {
			delete(c.Links, name)
		}
	}
	for len(c.Links) > maxLinks {
		oldest := last.Name
		for name, l := range c.Links {
			if l.Month < c.Links[oldest].Month || oldest == last.Name {
				oldest = name
			}
		}
		delete(c.Links, oldest)
	}
}

// Past returns a moment that surely is past, because a gateway said so; zero if none ever did.
func (o *Outbox) Past() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	month, err := time.Parse(monthForm, o.chain.Told)
	if err != nil {
		return time.Time{}
	}
	return month
}

func (o *Outbox) syncChain() error {
	if !o.stale {
		return nil
	}
	if err := o.chain.write(o.root, o.secret); err != nil {
		return err
	}
	o.stale = false
	return nil
}

// told takes a gateway's time for the mark that says how wrong the clock is. What is less than a minute and a half
// is the road's as much as the clock's.
func (o *Outbox) told(at time.Time) {
	ahead := at.Sub(o.cfg.Clock.Now()).Round(time.Minute)
	if ahead.Abs() < 90*time.Second {
		ahead = 0
	}
	const most = math.MaxInt32 / 60 * 60
	o.offset = int32(max(-most, min(most, int64(ahead/time.Second))))
	if month := at.UTC().Format(monthForm); month != o.chain.Told {
		o.chain.Told, o.stale = month, true
	}
}

// took keeps what a receipt brought.
func (o *Outbox) took(receipt measurement.Receipt) {
	if receipt.Beacon != o.chain.Beacon {
		o.chain.Beacon, o.stale = receipt.Beacon, true
	}
	if !receipt.ReceivedAt.IsZero() {
		o.told(receipt.ReceivedAt)
	}
}
