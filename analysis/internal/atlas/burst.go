package atlas

import (
	"cmp"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

// A burst is several probes of one place that lose their connections within minutes and stay away. That
// disconnects come in bursts when a network fails is the observation of Shah, Fontugne, Aben, Pelsser and Bush
// ("Disco: fast, good, and cheap outage detection", TMA 2017), who model their rate; here what is tested is the
// number of probes within a window, and only of those that stay away: a probe that reconnects within
// minutes has had its controller restarted, or its line renumbered.
const (
	// lasting is how long a probe must be away. A controller that is taken down for maintenance has its probes
	// back on another within ten minutes or so.
	lasting = 15 * time.Minute
	// shortest is how long at least half of a burst's probes must stay away, as long as detection asks of
	// every event.
	shortest = 30 * time.Minute
	// window is the time within which losses are together. Controllers notice that a probe is gone when it
	// has not spoken for some minutes, and not all at once.
	window = 10 * time.Minute
	// leastLost is the fewest probes that are a burst, and leastShare the least share of the place's: of a
	// thousand probes of a country five that go together are somebody's network, and tested there.
	leastLost  = 3
	leastShare = 0.1
	// usualRate is how often a probe is lost for at least lasting, per probe and day: 0.46 and 0.52 in the logs
	// of all probes of 2016-04-29 and 2016-06-16. It weighs as much as usualDays of the place's own past.
	usualRate = 0.5
	usualDays = 1.0
	// leastTail keeps the quantile finite; it is some eleven standard deviations.
	leastTail = 1e-30
	// A controller is trusted when of at least enoughElsewhere of its probes in other places at most
	// lostElsewhere were lost in the same minutes.
	enoughElsewhere = 5
	lostElsewhere   = 0.1
)

// loss is one probe's loss of its connection. Back is when it had one again, the end of the log if never.
type loss struct {
	at, back   time.Time
	probe      uint32
	home       home
	controller string
}

func byTime(a, b loss) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.probe, b.probe)) }

// burst is several losses together. until is when half of its probes were back; z is how surprising it is,
// in standard deviations of a normal variable with the same tail.
type burst struct {
	from, until time.Time
	z           float64
}

// bursts returns the bursts among the lasting losses of a place, which are in order of time. The log begins
// at from and ends at until; roster is the number of the place's probes.
func bursts(losses []loss, roster int, from, until time.Time, blameless func(controller string, at time.Time) bool) []burst {
	var out []burst
	for i := 0; i < len(losses); {
		best, most := i, surprise(losses, i, roster, from, blameless)
		for k := i + 1; most > 0 && k < len(losses) && losses[k].at.Sub(losses[i].at) <= window; k++ {
			if z := surprise(losses, k, roster, from, blameless); z > most {
				best, most = k, z
			}
		}
		if most <= 0 {
			i++
			continue
		}
		group := together(losses, best)
		b := burst{from: group[0].at, until: halfBack(group), z: most}
		if b.until.Sub(b.from) >= shortest || !b.until.Before(until) {
			out = append(out, b)
		}
		i = best + len(group)
	}
	return out
}

// together returns the losses of the window that begins with loss i.
func together(losses []loss, i int) []loss {
	end := i
	for end < len(losses) && losses[end].at.Sub(losses[i].at) <= window {
		end++
	}
	return losses[i:end]
}

// surprise returns how surprising the losses of the window that begins with loss i are, zero where they are
// too few to be a burst: the probability of so many or more under a Poisson law of the rate before it.
func surprise(losses []loss, i, roster int, from time.Time, blameless func(string, time.Time) bool) float64 {
	lost := probesLost(together(losses, i), blameless)
	if lost < leastLost || float64(lost) < leastShare*float64(roster) {
		return 0
	}
	const day = 24 * time.Hour
	past := float64(losses[i].at.Sub(from)) / float64(day)
	rate := (float64(i) + usualRate*usualDays*float64(roster)) / (past + usualDays)
	expected := rate * float64(window) / float64(day)
	tail := distuv.Poisson{Lambda: expected}.Survival(float64(lost - 1))
	return -distuv.UnitNormal.Quantile(max(tail, leastTail))
}

// probesLost returns how many probes of a group were lost. Those of one controller count as one, for it may be the
// controller that failed, unless it kept its probes elsewhere.
func probesLost(group []loss, blameless func(controller string, at time.Time) bool) int {
	probes := make(map[string]map[uint32]bool)
	for _, l := range group {
		if probes[l.controller] == nil {
			probes[l.controller] = make(map[uint32]bool)
		}
		probes[l.controller][l.probe] = true
	}
	n := 0
	for controller, of := range probes {
		if len(of) > 1 && !blameless(controller, group[0].at) {
			n++
			continue
		}
		n += len(of)
	}
	return n
}

// halfBack returns when half of the probes were back.
func halfBack(group []loss) time.Time {
	back := make([]time.Time, len(group))
	for i, l := range group {
		back[i] = l.back
	}
	slices.SortFunc(back, time.Time.Compare)
	return back[len(back)/2]
}

// lost returns the lasting losses of a probe, which was connected in spans. Of a probe that went less than
// lasting before until nobody knows yet.
func lost(probe uint32, spans []span, until time.Time) []loss {
	var out []loss
	for i, s := range spans {
		if !s.until.Before(until) {
			break
		}
		l := loss{at: s.until, back: until, probe: probe, home: s.home, controller: s.controller}
		if i+1 < len(spans) {
			l.back = spans[i+1].from
		}
		if l.back.Sub(l.at) >= lasting {
			out = append(out, l)
		}
	}
	return out
}

// mark writes the bursts of a place into its series.
func mark(s *series.Series, losses []loss, roster int, log coverage, all *controllers) {
	slices.SortFunc(losses, byTime)
	blameless := func(controller string, at time.Time) bool { return all.blameless(s.Place, controller, at) }
	for _, b := range bursts(losses, roster, log.begin, log.end, blameless) {
		for i := max(0, s.Index(b.from)); i < len(s.Values) && s.At(i).Before(b.until); i++ {
			s.Burst[i] = max(s.Burst[i], b.z)
		}
	}
}
