package plan

import (
	"math/rand/v2"
	"time"
)

// Item is one thing to do: look at the target with this index, or beat when Target is Beat.
type Item struct {
	At     time.Time
	Target int
}

// Beat is the Target of an item that is a beat.
const Beat = -1

// NextBeat returns the first beat after a moment.
func NextBeat(p Plan, seed uint64, after time.Time) Item {
	return Item{At: next(seed, p.BeatEvery, 1, after).time, Target: Beat}
}

// NextTarget returns the first look at a target after a moment; false if the plan has no targets.
//
// Every target is looked at once in each TargetEvery. That period is cut into as many slots as there are
// targets; the seed says which target has which slot, and each look is at a random moment in the middle
// of its slot. So looks keep a distance of half a slot, probes that started together do not look
// together, and no two probes look at the same site at the same moment but by chance.
func NextTarget(p Plan, seed uint64, after time.Time) (Item, bool) {
	n := len(p.Targets)
	if n == 0 {
		return Item{}, false
	}
	at := next(seed, p.TargetEvery, n, after)
	order := rand.New(rand.NewPCG(seed, uint64(n))).Perm(n)
	return Item{At: at.time, Target: order[at.slot]}, true
}

type moment struct {
	time time.Time
	slot int
}

// next finds the first moment after a time. Slots follow each other without end; the row of them is moved
// by an offset that the seed decides.
func next(seed uint64, period time.Duration, slots int, after time.Time) moment {
	width := period / time.Duration(slots)
	start := time.Unix(0, 0).Add(time.Duration(random(seed, 0, int64(period))))
	// The slot that holds the time may have its moment still to come.
	for number := max(0, int64(after.Sub(start)/width)); ; number++ {
		// A moment in the middle half of the slot.
		within := width/4 + time.Duration(random(seed, uint64(number)+1, int64(width/2)))
		if at := start.Add(time.Duration(number)*width + within); at.After(after) {
			return moment{time: at.UTC(), slot: int(number % int64(slots))}
		}
	}
}

// random returns the seed's nth number, at least 0 and below limit.
func random(seed, n uint64, limit int64) int64 {
	return rand.New(rand.NewPCG(seed, n)).Int64N(limit)
}
