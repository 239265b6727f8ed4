package upload

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Courier takes units from an outbox to a gateway.
type Courier struct {
	Client  *Client
	Box     *outbox.Outbox
	Backoff Backoff
	// Key returns the key that receipts must be signed with. It is asked before every unit, and may fail
	// as long as the gateway has not been reached.
	Key func(context.Context) (ed25519.PublicKey, error)
	Log *slog.Logger
	// Hold returns once something may be sent. It is asked before every unit.
	Hold func(context.Context) error
	// Told takes word of every try: nothing when a unit was delivered, or why not in a fixed sentence.
	Told func(trouble string)
	// Wanted takes what the gateway wants looked at more, with every receipt; nil when it wants nothing.
	Wanted func(*measurement.Wanted)

	unnamed map[uint64]int // refusals of a control's units whose key nobody has named, by unit
	foreign int            // refusals of the schema in a row
}

const (
	// putOffStrange lets other units go before one that somebody on the way takes offense at.
	putOffStrange = 15 * time.Minute
	// putOffClock is how soon a unit is sent again that the gateway refused for its time: a clock that ran ahead by hours
	// is right in some hours.
	putOffClock = 6 * time.Hour
	// maxClock is how many such refusals set a unit aside: twice 6 hours, then 1, 2 and 4 days, over a week in all. A
	// gateway that always says so gets the outbox 6 times, and not every 6 hours.
	maxClock = 6
	// putOffVantage is how soon a control's unit is sent again that the gateway refused because nobody has named the
	// control to it: its operator may be about to.
	putOffVantage = time.Hour
	// maxVantage is a day of putOffVantage, and some hours.
	maxVantage = 28
	// putOffSchema is how soon a unit is sent again whose schema the gateway does not know yet.
	putOffSchema = 6 * time.Hour
	// maxForeign is how many refusals of the schema in a row say that it is so of all units, and foreignWait is then the
	// wait before the next is tried: to send a full outbox again and again would cost a volunteer gigabytes.
	maxForeign  = 3
	foreignWait = 15 * time.Minute
)

var errForeign = errors.New("the gateway does not know this program's batches yet: they wait")

// Run delivers until ctx ends. It waits in the machine's time, because that is the gateway's.
func (c *Courier) Run(ctx context.Context) {
	failures := 0
	for {
		more, err := c.deliver(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			wait := c.wait(err, failures)
			c.Told(Reason(err))
			c.Log.Info("batch not delivered: will try again", "failures", failures, "wait", wait.Round(time.Millisecond), "reason", Reason(err))
			if (clock.System{}).Sleep(ctx, wait) != nil {
				return
			}
		case more:
			failures = 0
		default:
			failures = 0
			c.Client.Close()
			if !c.rest(ctx) {
				return
			}
		}
	}
}

// rest waits until there may be something to send; false when ctx ends.
func (c *Courier) rest(ctx context.Context) bool {
	var again <-chan time.Time
	if wait, some := c.Box.Wait(); some {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-c.Box.Ready():
	case <-again:
	case <-ctx.Done():
		return false
	}
	return true
}

// deliver sends the unit that has waited longest; false if there is none.
func (c *Courier) deliver(ctx context.Context) (bool, error) {
	if err := c.Hold(ctx); err != nil {
		return false, err
	}
	batch, ok, err := c.Box.Next()
	if err != nil || !ok {
		return false, onDisk(err)
	}
	key, err := c.Key(ctx)
	if err != nil {
		return true, err
	}
	receipt, err := c.Client.Send(ctx, batch, key)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return true, c.refused(batch, refused.Code)
	}
	if busy, ok := errors.AsType[*UnavailableError](err); ok && busy.Strange {
		c.Box.PutOff(batch, putOffStrange)
	}
	if err != nil {
		return true, err
	}
	c.foreign = 0
	delete(c.unnamed, batch.Number)
	c.Told("")
	c.Wanted(receipt.Wanted)
	// The moment alone would tell whoever has the gateway's batches which of them are this machine's.
	c.Log.Debug("batch delivered")
	return true, onDisk(c.Box.Delivered(batch, receipt))
}

// strange counts the refusals of a control's unit.
func (c *Courier) strange(b outbox.Batch) int {
	if c.unnamed == nil {
		c.unnamed = map[uint64]int{}
	}
	c.unnamed[b.Number]++
	return c.unnamed[b.Number]
}

// clockWait is how long a unit waits that was refused for its time so many times.
func clockWait(refusals int) time.Duration {
	if refusals <= 2 {
		return putOffClock
	}
	return 24 * time.Hour << (refusals - 3)
}

// refused deals with a refusal that the gateway signed. What time may cure is put off; the rest is set aside.
func (c *Courier) refused(b outbox.Batch, code string) error {
	meaning := "it will never take it: the batch was set aside"
	var wait time.Duration
	var err error
	switch code {
	case "unsupported_schema":
		meaning, wait = "it does not know this program's batches yet: they wait", putOffSchema
		if c.foreign++; c.foreign >= maxForeign {
			err = errForeign
		}
	case "clock":
		if n := c.Box.Untimely(b); n < maxClock {
			meaning, wait = "the batch is of a time that cannot be: check this machine's clock", clockWait(n)
		}
	case "vantage":
		if c.strange(b) < maxVantage {
			meaning, wait = "it does not believe this control: start gateway and loader with its public key as --control-key", putOffVantage
		}
	}
	c.Log.Warn("gateway refused a batch", "code", code, "meaning", meaning)
	if wait == 0 {
		delete(c.unnamed, b.Number)
		return onDisk(c.Box.Refuse(b, code))
	}
	c.Box.PutOff(b, wait)
	return err
}

func (c *Courier) wait(err error, failures int) time.Duration {
	wait := c.Backoff.Wait(failures)
	if busy, ok := errors.AsType[*UnavailableError](err); ok {
		return busy.After + wait
	}
	if errors.Is(err, errForeign) {
		return foreignWait + wait
	}
	return wait
}
