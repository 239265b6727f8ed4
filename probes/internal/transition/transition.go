// Package transition tells when what a probe sees changes: the moments that an account of a shutdown is made of.
//
// It compares the words of records, not times or addresses, and keeps nothing but hashes in memory: a disk never
// learns what changed. After a restart the first beat is a transition, for nobody knows what happened meanwhile.
package transition

import (
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxTargets bounds what is remembered; past it everything is forgotten, and the next looks are first ones.
const maxTargets = 16_384

// Watch remembers how things were seen last. It is for one goroutine at a time.
type Watch struct {
	seed  maphash.Seed
	reach uint64 // of the last beat; 0 before the first
	last  map[uint64]uint64
}

// NewWatch returns a watch that has seen nothing.
func NewWatch() *Watch { return &Watch{seed: maphash.MakeSeed(), last: map[uint64]uint64{}} }

// Change is what the records of a check show to be other than before.
type Change struct {
	First   bool // it is the first beat: nobody knows what was before
	Reach   bool // other anchors of a beat answer: all, some or none, at home or abroad
	Outcome bool // a step of a look at a target fails that did not, or in another way
}

// Changed reports whether the records of a check hold a change, or are the first beat. The first look at a target is
// no change.
func (w *Watch) Changed(records []measurement.Record) bool { return w.See(records) != Change{} }

// See takes the records of a check, and says what changed.
func (w *Watch) See(records []measurement.Record) Change {
	var change Change
	steps := map[uint64][]string{}
	for _, r := range records {
		if r.Beat != nil {
			reach := w.sum("beat %s %s", extent(r.Beat.Domestic), extent(r.Beat.Foreign))
			change.First = change.First || w.reach == 0
			change.Reach = change.Reach || w.reach != 0 && reach != w.reach
			w.reach = reach
			continue
		}
		step := w.step(r)
		steps[step] = append(steps[step], string(r.Failure))
	}
	if len(w.last)+len(steps) > maxTargets {
		clear(w.last)
	}
	for step, words := range steps {
		slices.Sort(words)
		outcome := w.sum("%q", slices.Compact(words))
		before, known := w.last[step]
		change.Outcome = change.Outcome || known && before != outcome
		w.last[step] = outcome
	}
	return change
}

// step names what was tried: the addresses of a name are one step, since their order changes by itself.
func (w *Watch) step(r measurement.Record) uint64 {
	if r.DNS != nil {
		return w.sum("%s %s %s %s %s %d", r.Kind, r.Target, r.DNS.Resolver, r.DNS.Transport, r.DNS.Query, r.DNS.ResolverASN)
	}
	return w.sum("%s %s", r.Kind, r.Target)
}

func (w *Watch) sum(format string, words ...any) uint64 {
	return maphash.String(w.seed, fmt.Sprintf(format, words...)) | 1 // never 0
}

// extent is how much of what was tried answered.
func extent(r measurement.Reach) string {
	switch {
	case r.Tried == 0:
		return "not looked"
	case r.Answered == 0:
		return "none"
	case r.Answered < r.Tried:
		return "some"
	}
	return "all"
}
