package verdict

// What a line that is throttled looks like. A path gives at least its first window, 14 KiB (RFC 6928), a round trip:
// one that needs several round trips and a second for 8 KiB is held back on purpose or worn out. Lines that are slow
// themselves have long round trips.
const (
	slowPaceMS     = 1000 // for 8 KiB: slower than the first mobile data
	slowTrips      = 8    // round trips, as the handshake of TCP took them
	slowComparison = 10   // times slower than the control
)

// Everywhere is with how many hosts HTTP/3 must be tried in vain before its failure is the network's, and not theirs.
const Everywhere = 5

// squeezedRules find sites that come, but not as they should.
var squeezedRules = []Rule{
	{ID: "throttling.pace", Class: Blocked, How: Throttling,
		Reason: "The page comes in drops: each piece takes over a second and many round trips, where the control gets it at once.",
		holds:  (*facts).throttled},
	{ID: "quic.fails-where-control-speaks-it", Class: Blocked, How: QUIC,
		Reason: "HTTP/3 does not get through here, where the control speaks it with the same site; the site comes over older ways.",
		holds:  func(f *facts) bool { return !f.pageMissing() && f.noQUIC() && !f.quicIsOut() }},
}

func (f *facts) throttled() bool {
	if f.page == nil || f.controlPage == nil {
		return false
	}
	here, ok := pace(f.page.HTTP.PaceMS)
	there, controlOK := pace(f.controlPage.HTTP.PaceMS)
	trip, known := f.trip()
	return ok && controlOK && known && here >= slowPaceMS && here >= slowTrips*trip && here >= slowComparison*max(1, there)
}

// trip is the milliseconds of a round trip: the quickest handshake of TCP.
func (f *facts) trip() (ms uint32, known bool) {
	for _, r := range f.probe {
		if r.TCP != nil && r.Failure == "" && (!known || r.DurationMS < ms) {
			ms, known = max(1, r.DurationMS), true
		}
	}
	return ms, known
}

// slowLine reports whether a page that did not come to its end in time came as fast as its line is: one of long round
// trips needs no censor to be late.
func (f *facts) slowLine() bool {
	trip, known := f.trip()
	pieces := uint32(max(1, len(f.page.HTTP.PaceMS)))
	return known && f.page.DurationMS > 0 && f.page.DurationMS/pieces < slowTrips*trip
}

// pace is the milliseconds that a further piece of the body took on average.
func pace(samples []uint32) (uint32, bool) {
	if len(samples) < 2 {
		return 0, false
	}
	return (samples[len(samples)-1] - samples[0]) / uint32(len(samples)-1), true
}

// quicIsOut reports whether HTTP/3 got through to none of several hosts: then its failure is not this one's.
func (f *facts) quicIsOut() bool { return f.look.QUICInVain >= Everywhere }

// noQUIC reports whether no handshake of HTTP/3 succeeded, at addresses of which the control's did at one.
func (f *facts) noQUIC() bool {
	failed := false
	for _, r := range f.probe {
		if r.QUIC == nil || r.QUIC.Address.Unmap().Is6() && r.Failure != "" {
			continue
		}
		if r.Failure == "" {
			return false
		}
		for _, c := range f.control {
			failed = failed || c.QUIC != nil && c.Failure == "" && (endpoint(c) == endpoint(r) || f.vouched(r.QUIC.Address.Unmap()))
		}
	}
	return failed
}
