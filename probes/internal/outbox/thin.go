package outbox

import "math/bits"

// What a unit is worth, from what is given up first to what is never given up. Between stand the hours: the first
// unit of an hour is worth as much as two divides the hour's number, so that with less and less room every second, fourth,
// eighth hour stays, and what stays is spread evenly.
const (
	worthDetail     = 0 // not the first of its hour
	worthHour       = 1 // an odd hour; an even one more
	worthBefore     = 4 // the last before a transition: it says since when
	worthTransition = 64
	worthEnd        = 65
)

// thin chooses which units to give up so that those that stay take at most limit bytes: of equal worth the oldest
// first. The first and the last stay whatever the limit; transitions stay unless they alone are too many.
func thin(units []unit, limit int64) map[uint64]bool {
	worth := make([]int, len(units))
	for i := range units {
		worth[i] = worthOf(units, i)
	}
	sum := bytesOf(units)
	gone := map[uint64]bool{}
	for least := range worthEnd {
		for i, u := range units {
			if sum <= limit {
				return gone
			}
			if worth[i] == least {
				gone[u.number] = true
				sum -= u.bytes
			}
		}
	}
	return gone
}

func worthOf(units []unit, i int) int {
	u := units[i]
	switch {
	case i == 0 || i == len(units)-1:
		return worthEnd
	case u.edge:
		return worthTransition
	}
	worth := worthDetail
	if units[i-1].hour != u.hour {
		worth = min(worthHour+bits.TrailingZeros32(u.hour), worthTransition-1)
	}
	if units[i+1].edge {
		worth = max(worth, worthBefore)
	}
	return worth
}

// makeRoom thins an outbox that has grown past its bound, to a tenth below it, so that this is seldom.
func (o *Outbox) makeRoom() {
	if o.size() <= o.cfg.MaxBytes*31/32 { // the rest is for the chain, and for what is written while packing
		return
	}
	gone := map[uint64]bool{}
	if bytesOf(o.units) > o.cfg.MaxBytes*9/10 {
		gone = thin(o.unrefused(), o.cfg.MaxBytes*9/10)
		for number := range o.refused.Units {
			gone[number] = true
		}
	}
	err := o.forget(gone)
	if err == nil {
		err = o.repack()
	}
	o.chain.Dropped += uint64(len(gone))
	o.stale = true
	o.cfg.Log.Warn("outbox is full: it was thinned", "given_up", len(gone), "waiting", len(o.units), "bytes", o.size())
	if err != nil {
		o.cfg.Log.Error("outbox could not be packed: check that the disk has room and the state folder is writable")
	}
}
