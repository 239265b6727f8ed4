package outbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const (
	refusedName = "refused.json"
	// refusedDays is how long a unit stays that the gateway refused for good: time to ask its operator why.
	refusedDays = 7
	maxCodes    = 32
)

// refused is what the gateway will never take, and why.
type refused struct {
	// Counts are by the gateway's code, and of all times.
	Counts map[string]int `json:"counts"`
	// Units are those still on the disk, with the hour of their refusal.
	Units map[uint64]uint32 `json:"units"`
	// Untimely are those that it may take later.
	Untimely map[uint64]*untimely `json:"untimely,omitempty"`

	stale bool
	later bool // stale, but it can wait
}

func readRefused(root *os.Root) (refused, error) {
	none := refused{Counts: map[string]int{}, Units: map[uint64]uint32{}, Untimely: map[uint64]*untimely{}}
	file, err := root.Open(refusedName)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return none, fmt.Errorf("open refusals: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 4<<20))
	if err != nil {
		return none, fmt.Errorf("read refusals: %w", err)
	}
	r := refused{Untimely: map[uint64]*untimely{}}
	if json.Unmarshal(data, &r) != nil || r.Counts == nil || r.Units == nil || r.Untimely == nil {
		return none, nil // what was refused is sent and refused again
	}
	return r, nil
}

func (r *refused) counts() map[string]int { return maps.Clone(r.Counts) }

func (r *refused) sync(root *os.Root) error {
	if !r.stale {
		return nil
	}
	data, err := json.Marshal(r)
	if err == nil {
		err = durable.WriteFile(root, refusedName, data)
	}
	if err != nil {
		return fmt.Errorf("write refusals: %w", err)
	}
	r.stale, r.later = false, false
	return nil
}

// Refuse notes that the gateway will never take a unit, by its code. The unit stays for some days, and is not sent
// again.
func (o *Outbox) Refuse(b Batch, code string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.index(b.Number) < 0 {
		return nil // given up for want of room meanwhile
	}
	if _, known := o.refused.Counts[code]; !known && len(o.refused.Counts) >= maxCodes {
		code = "other"
	}
	o.refused.Counts[code]++
	o.refused.Units[b.Number] = hourOf(o.cfg.Clock.Now())
	delete(o.refused.Untimely, b.Number)
	o.refused.stale = true
	o.forgetRefused()
	return o.refused.sync(o.root)
}

// forgetRefused removes units that were refused long ago, and notes of units that are gone, and writes what is noted.
func (o *Outbox) forgetRefused() {
	now := hourOf(o.cfg.Clock.Now())
	gone := map[uint64]bool{}
	for number, hour := range o.refused.Units {
		// A clock that was set back since makes no unit stay longer.
		if hour > now || now-hour >= refusedDays*24 || o.index(number) < 0 {
			gone[number] = true
		}
	}
	err := o.syncNotes()
	if err == nil && len(gone) > 0 {
		err = o.forget(gone)
	}
	if err != nil {
		o.cfg.Log.Warn("refused units could not be noted or removed: will try again")
	}
}

// unrefused are the units that may still be delivered, in order.
func (o *Outbox) unrefused() []unit {
	out := make([]unit, 0, len(o.units))
	for _, u := range o.units {
		if _, refused := o.refused.Units[u.number]; !refused {
			out = append(out, u)
		}
	}
	return out
}

// Tidy does what time asks for: units that were refused long ago are removed, and notes are written.
func (o *Outbox) Tidy() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetRefused()
}

func (o *Outbox) syncNotes() error {
	o.refused.stale = o.refused.stale || o.refused.later
	return o.refused.sync(o.root)
}
