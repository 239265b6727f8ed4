// Package report is what a probe says of itself to the volunteer who runs it: on a terminal, as JSON, and on the
// status page.
//
// A report may be shown to a stranger who helps. It names no address, host, user or folder, and no site that the
// probe looked at: of a look it says when, of which class, and how it went.
package report

import (
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Report is a probe's present state.
type Report struct {
	Software string `json:"software"`
	// At is when a probe that runs said this, in its time zone.
	At time.Time `json:"at,omitzero"`
	// Running is whether the program runs. It may run and measure nothing: see Suspended and PausedUntil.
	Running bool `json:"running"`
	// Joined is whether there is a gateway to send to.
	Joined bool `json:"joined"`
	// Proxied is whether it speaks with the gateway through a proxy.
	Proxied bool    `json:"proxied,omitempty"`
	Consent Consent `json:"consent"`
	// Suspended says why nothing is measured, and what to do about it; empty when nothing hinders it.
	Suspended   string    `json:"suspended,omitempty"`
	PausedUntil time.Time `json:"paused_until,omitzero"`
	Pace        Pace      `json:"pace,omitzero"`
	// List names the list that is followed.
	List string `json:"list,omitempty"`
	// ListExpired is whether a newer one should have come by now; the probe goes on with it, and says so in what it sends.
	ListExpired bool `json:"list_expired,omitempty"`
	// Lists is how it goes with newer lists; nil when nobody is asked for any.
	Lists   *Lists              `json:"lists,omitempty"`
	Network measurement.Network `json:"network"`
	Today   Today               `json:"today"`
	Queue   Queue               `json:"queue"`
	// OnDisk is whether the queue of a probe that does not run was read off its disk: then it says nothing of what was
	// dropped.
	OnDisk    bool      `json:"-"`
	Delivered time.Time `json:"delivered,omitzero"`
	// Trouble says why the last delivery failed.
	Trouble string `json:"trouble,omitempty"`
	// Checks are the latest, newest first.
	Checks []Check `json:"checks"`
}

// Lists is how it goes with newer lists.
type Lists struct {
	Answered time.Time `json:"answered,omitzero"` // when a gateway last did
	Refused  int       `json:"refused"`           // answers that were not taken, since the start
	Trouble  string    `json:"trouble,omitempty"` // why the last question brought nothing
	Next     time.Time `json:"next,omitzero"`     // when it is asked again
}

// Consent is what was agreed to, and what is asked for.
type Consent struct {
	Agreed string `json:"agreed,omitempty"` // a version
	Day    string `json:"day,omitempty"`    // of agreeing, UTC
	Asked  string `json:"asked"`            // the version that is asked for now
}

// Pace is how often the probe looks at present, and why. It is empty while it does not measure.
type Pace struct {
	Pace       plan.Pace   `json:"pace"`
	Reason     plan.Reason `json:"reason,omitempty"`     // unless it is steady
	Changed    time.Time   `json:"changed,omitzero"`     // when something did, if that is the reason
	QuietUntil time.Time   `json:"quiet_until,omitzero"` // in the probe's time zone, if that is the reason
}

// Today is the day's traffic so far.
type Today struct {
	SentBytes     int64 `json:"sent_bytes"`
	ReceivedBytes int64 `json:"received_bytes"`
	BudgetBytes   int64 `json:"budget_bytes"` // 0: no limit
}

// Queue is what waits to be delivered.
type Queue struct {
	Batches int    `json:"batches"`
	Bytes   int64  `json:"bytes"`
	Aside   int    `json:"set_aside"` // refused by the gateway for good
	Dropped uint64 `json:"dropped"`   // given up for want of room, ever
	Held    int    `json:"held"`      // records in memory alone, until the gateway's key or the time is known
}

// Check is how one look went.
type Check struct {
	At      time.Time           `json:"at"`
	Kind    measurement.Kind    `json:"kind"`
	Class   measurement.Class   `json:"class,omitempty"`
	Failure measurement.Failure `json:"failure,omitempty"`
	// Domestic and Foreign are of beats: how many anchors were tried, and how many answered.
	Domestic *measurement.Reach `json:"domestic,omitempty"`
	Foreign  *measurement.Reach `json:"foreign,omitempty"`
}

// Lies adds to a report of a probe that does not run what lies in its outbox.
func (r Report) Lies(s outbox.Stats) Report {
	r.OnDisk, r.Queue = true, Queue{Batches: s.Waiting, Bytes: s.Bytes, Aside: s.Rejected}
	return r
}

// Of adds to a report what an agent says of itself.
func (r Report) Of(s agent.Status) Report {
	r.At, r.PausedUntil, r.List, r.Network = s.At, s.PausedUntil, s.Plan, s.Network
	if s.Running && s.PausedUntil.IsZero() && r.Suspended == "" {
		r.Pace = Pace{Pace: s.Pace, Reason: s.Reason, Changed: s.Changed, QuietUntil: s.QuietUntil}
	}
	r.Today.SentBytes, r.Today.ReceivedBytes = s.Today.Sent, s.Today.Received
	r.Queue = Queue{Batches: s.Queue.Waiting, Bytes: s.Queue.Bytes, Aside: s.Queue.Rejected, Dropped: s.Queue.Dropped, Held: s.Held}
	r.Delivered, r.Trouble = s.Delivered, s.Trouble
	r.Checks = make([]Check, 0, len(s.Last))
	for _, o := range s.Last {
		check := Check{At: o.At, Kind: o.Kind, Class: o.Class, Failure: o.Failure}
		if o.Kind == measurement.KindBeat {
			check.Domestic, check.Foreign = &o.Domestic, &o.Foreign
		}
		r.Checks = append(r.Checks, check)
	}
	return r
}
