package plan

import (
	"math/rand/v2"
	"slices"
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
// Every target is looked at once in each TargetEvery, a wanted one twice. That period is cut into as many slots as there
// are looks; the seed says which target has which slot, and each look is at a random moment in the middle
// of its slot. So looks keep a distance of half a slot, probes that started together do not look
// together, and no two probes look at the same site at the same moment but by chance.
func NextTarget(p Plan, seed uint64, after time.Time) (Item, bool) {
	n := p.slots()
	if n == 0 {
		return Item{}, false
	}
	at := next(seed, p.TargetEvery, n, after)
	order := rand.New(rand.NewPCG(seed, uint64(n))).Perm(n)
	slot := order[at.slot]
	if slot >= len(p.Targets) {
		slot = p.Wanted[slot-len(p.Targets)]
	}
	return Item{At: at.time, Target: slot}, true
}

// FromBeat returns the moment after which the next beat may come, when the last one was due at a time. A timer rings
// a little before its time, and must not ring twice; and where one pace follows another, two beats may fall together.
func FromBeat(now, last time.Time) time.Time { return from(now, last, MinBeatEvery/2) }

// FromTarget returns the moment after which the next look may come, when the last one was due at a time: half a slot
// of the plan later, the distance that looks keep at one pace. The timetables of two paces know nothing of each other.
func FromTarget(p Plan, now, last time.Time) time.Time {
	return from(now, last, p.TargetEvery/time.Duration(max(1, p.slots()))/2)
}

// from is now or, if that is later, a distance after the last time; but a last time that is still to come is of a clock
// that was set back since, and the new time counts.
func from(now, last time.Time, distance time.Duration) time.Time {
	if free := last.Add(distance); free.After(now) && last.Sub(now) < MinBeatEvery {
		return free
	}
	return now
}

// slots is how many looks a period holds: one at every target, and another at those that are wanted.
func (p Plan) slots() int { return len(p.Targets) + len(p.Wanted) }

// Want returns the plan with the targets wanted that have these numbers, as far as its limits leave room; numbers that
// no target has are passed over.
func (p Plan) Want(targets []uint16) Plan {
	p.Wanted = nil
	for _, n := range targets {
		i := int(n)
		if i < len(p.Targets) && !slices.Contains(p.Wanted, i) && time.Duration(p.slots()+1)*minGap <= p.TargetEvery {
			p.Wanted = append(p.Wanted, i)
		}
	}
	return p
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
