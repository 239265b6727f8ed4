package outbox

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Batch is a closed unit, as it is sent.
type Batch struct {
	Number uint64
	Body   []byte // the sealed unit

	name   name
	secret *secret // nil when the unit is of another seed
}

// Fits reports whether a verified receipt is for the batch: nobody here can read its id, but of the id in a receipt it
// can be told. Where the seed is another one than the unit was made with, no receipt is told from another.
func (b Batch) Fits(receipt measurement.Receipt) bool {
	id, ok := receipt.ID()
	if b.secret == nil || !ok {
		return ok
	}
	said := b.secret.name(id)
	return hmac.Equal(said[:], b.name[:])
}

// Next returns the unit that has waited longest of those that are not put off; false when there is none. A damaged
// one is given up.
func (o *Outbox) Next() (Batch, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	for at := 0; at < len(o.units); at++ {
		u := o.units[at]
		if _, refused := o.refused.Units[u.number]; refused || u.until.After(now) {
			continue
		}
		sealed, err := o.read(at)
		if err == nil {
			b := Batch{Number: u.number, Body: sealed, name: u.name}
			if u.owner == o.secret.owner {
				b.secret = &o.secret
			}
			return b, true, nil
		}
		if !errors.Is(err, errTorn) {
			return Batch{}, false, err
		}
		o.cfg.Log.Warn("a unit of the outbox is damaged: given up")
		o.chain.Dropped++
		o.stale = true
		if err := o.forget(map[uint64]bool{u.number: true}); err != nil {
			return Batch{}, false, err
		}
		at--
	}
	return Batch{}, false, nil
}

// Wait returns how long it is until a unit is no longer put off; false when none is.
func (o *Outbox) Wait() (time.Duration, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var soonest time.Time
	some := false
	for _, u := range o.units {
		if _, refused := o.refused.Units[u.number]; !refused && (!some || u.until.Before(soonest)) {
			soonest, some = u.until, true
		}
	}
	return max(0, time.Until(soonest)), some
}

// Delivered removes a unit for which there is a verified receipt, and keeps the receipt's beacon for
// the batches to come.
func (o *Outbox) Delivered(b Batch, receipt measurement.Receipt) error {
	if !b.Fits(receipt) {
		return fmt.Errorf("the receipt is for another batch")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.took(receipt)
	// Without its unit, only the chain knows that the number is taken.
	if err := o.syncChain(); err != nil {
		return fmt.Errorf("remove delivered unit: %w", err)
	}
	return o.forget(map[uint64]bool{b.Number: true})
}

// PutOff lets others go before a unit for so long.
func (o *Outbox) PutOff(b Batch, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if at := o.index(b.Number); at >= 0 {
		o.units[at].until = time.Now().Add(wait)
		o.noteWait(b.Number, wait)
	}
}

// forget removes units, and what is remembered of their refusal.
func (o *Outbox) forget(gone map[uint64]bool) error {
	for number := range gone {
		if _, noted := o.refused.Untimely[number]; noted {
			delete(o.refused.Untimely, number)
			o.refused.later = true
		}
		if _, refused := o.refused.Units[number]; refused {
			delete(o.refused.Units, number)
			o.refused.stale = true
		}
	}
	var err error
	if len(gone) == 1 && len(o.units) > 0 && gone[o.units[0].number] {
		err = o.removeFirst()
	} else {
		err = o.remove(func(u unit) bool { return gone[u.number] })
	}
	o.blank()
	return errors.Join(err, o.refused.sync(o.root))
}
