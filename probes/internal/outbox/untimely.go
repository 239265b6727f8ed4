package outbox

import "time"

// untimely is a unit that the gateway refused for its time, and may take later.
type untimely struct {
	Times int `json:"times"`
	// Until is the hour before which it is not to be sent again, and Wait how many hours that was away.
	Until uint32 `json:"until"`
	Wait  uint32 `json:"wait"`
}

// Untimely counts that the gateway refused a unit for its time, and returns how often it did. With what PutOff then says of
// it, that outlasts a restart: a machine that is started every day would otherwise send all such units every day.
func (o *Outbox) Untimely(b Batch) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	note := o.refused.Untimely[b.Number]
	if note == nil {
		note = &untimely{}
		o.refused.Untimely[b.Number] = note
	}
	note.Times++
	o.refused.later = true // a gateway may refuse a whole outbox in a row
	return note.Times
}

// noteWait keeps until when a unit waits, if there is a note of it, in full hours.
func (o *Outbox) noteWait(number uint64, wait time.Duration) {
	if note := o.refused.Untimely[number]; note != nil {
		note.Wait = uint32(wait/time.Hour) + 1
		note.Until = hourOf(o.cfg.Clock.Now()) + note.Wait
		o.refused.later = true
	}
}

// waitOn puts off the units that waited when the program ended. Where the clock has been set back since, so that one
// would wait longer than it was to, nothing is known any more: it is sent, and counted anew.
func (o *Outbox) waitOn() {
	now := hourOf(o.cfg.Clock.Now())
	for number, note := range o.refused.Untimely {
		if at := o.index(number); at >= 0 && note != nil {
			if left := int32(note.Until - now); left <= int32(note.Wait)+1 {
				o.units[at].until = time.Now().Add(time.Duration(left) * time.Hour)
				continue
			}
		}
		delete(o.refused.Untimely, number)
		o.refused.later = true
	}
}
