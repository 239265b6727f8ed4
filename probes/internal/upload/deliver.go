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

// Courier takes batches from an outbox to a gateway.
type Courier struct {
	Client  *Client
	Box     *outbox.Outbox
	Backoff Backoff
	// Key returns the key that receipts must be signed with. It is asked before every batch, and may fail
	// as long as the gateway has not been reached.
	Key func(context.Context) (ed25519.PublicKey, error)
	Log *slog.Logger
	// Hold returns once something may be sent. It is asked before every batch.
	Hold func(context.Context) error
	// Told takes word of every try: nothing when a batch was delivered, or why not in a fixed sentence.
	Told func(trouble string)
}

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
			c.Told(reason(err))
			c.Log.Info("batch not delivered: will try again", "failures", failures, "wait", wait.Round(time.Millisecond), "reason", reason(err))
			if (clock.System{}).Sleep(ctx, wait) != nil {
				return
			}
		default:
			failures = 0
			if more {
				continue
			}
			c.Client.Close()
			select {
			case <-c.Box.Ready():
			case <-ctx.Done():
				return
			}
		}
	}
}

// deliver sends the oldest batch; false if there is none.
func (c *Courier) deliver(ctx context.Context) (bool, error) {
	if err := c.Hold(ctx); err != nil {
		return false, err
	}
	batch, ok, err := c.Box.Oldest()
	if err != nil || !ok {
		return false, err
	}
	key, err := c.Key(ctx)
	if err != nil {
		return true, err
	}
	receipt, err := c.Client.Send(ctx, batch, key)
	if errors.Is(err, ErrRejected) {
		c.Log.Warn("gateway rejected a batch: it was set aside", "batch", batch.ID.String())
		return true, c.Box.Reject(batch)
	}
	if err != nil {
		return true, err
	}
	c.Told("")
	c.Log.Info("batch delivered", "batch", batch.ID.String(), "records", receipt.Records, "rejected", receipt.Rejected)
	return true, c.Box.Delivered(batch, receipt)
}

func (c *Courier) wait(err error, failures int) time.Duration {
	wait := c.Backoff.Wait(failures)
	if busy, ok := errors.AsType[*UnavailableError](err); ok {
		return busy.After + wait
	}
	return wait
}

// reason says why in words that hold no address: Go's errors do, and logs are shown to strangers.
func reason(err error) string {
	busy, isBusy := errors.AsType[*UnavailableError](err)
	switch {
	case isBusy:
		return busy.Error()
	case errors.Is(err, measurement.ErrReceipt):
		return "the receipt is not signed by the pinned gateway key: if the operator announced a new key, delete gateway.json in the state folder"
	case errors.Is(err, ErrRejected):
		return ErrRejected.Error()
	}
	return "the gateway could not be reached"
}
