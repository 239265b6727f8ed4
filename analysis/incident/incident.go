// Package incident is the door to what was concluded: incidents with their evidence, confidence and
// reasons, and what a publisher may say of them.
//
// It states conclusions; it does not reach them. It never uses the word shutdown without the
// probability beside it, and never lets "could not see" pass for "normal".
package incident

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Place is a node of the tree country -> region -> network. Region is set for a region, ASN for a
// network within its country, neither for a whole country.
type Place struct {
	Country string `json:"country"`          // ISO 3166-1 alpha-2, "ZZ" when a region's country is unknown
	Region  string `json:"region,omitempty"` // ISO 3166-2, or the source's own id as "ioda:4369"
	ASN     uint32 `json:"asn,omitempty"`
}

// String writes a place as "IQ", "UA/UA-18", "UA/ioda:4369" or "XL/AS64501".
func (p Place) String() string {
	switch {
	case p.ASN != 0:
		return p.Country + "/AS" + strconv.FormatUint(uint64(p.ASN), 10)
	case p.Region != "":
		return p.Country + "/" + p.Region
	}
	return p.Country
}

// ParsePlace reads what String writes.
func ParsePlace(s string) (Place, error) {
	country, rest, nested := strings.Cut(s, "/")
	if len(country) != 2 || (nested && rest == "") {
		return Place{}, fmt.Errorf("place %q is not like IQ, UA/UA-18 or IQ/AS50710", s)
	}
	p := Place{Country: country}
	if number, isASN := strings.CutPrefix(rest, "AS"); isASN {
		asn, err := strconv.ParseUint(number, 10, 32)
		if err != nil || asn == 0 {
			return Place{}, fmt.Errorf("place %q: %q is not an AS number", s, number)
		}
		p.ASN = uint32(asn)
		return p, nil
	}
	p.Region = rest
	return p, nil
}

// Contains reports whether q is p or lies within it.
func (p Place) Contains(q Place) bool {
	return p == q || (p.Region == "" && p.ASN == 0 && p.Country == q.Country)
}

// FewestProbes is the number of distinct probes that a value rests on at least, wherever it is computed, kept or
// shown: with fewer, a series would show when a single volunteer is online.
const FewestProbes = 5

// State is where an incident stands on its way to the public.
type State string

// The states. Analysis makes candidates and withdraws its own; people do the rest.
const (
	StateCandidate State = "candidate"
	StateDraft     State = "draft"
	StateInReview  State = "in_review"
	StatePublished State = "published"
	StateQuiet     State = "published_quietly"
	StateEmbargoed State = "embargoed"
	StateCorrected State = "corrected"
	StateRetracted State = "retracted"
	// StateWithdrawn is a candidate that later data explained away. Its revisions stay readable.
	StateWithdrawn State = "withdrawn"
)

// Type is the reach of an outage, in Cloudflare Radar's words.
type Type string

// The types.
const (
	TypeNationwide Type = "NATIONWIDE"
	TypeRegional   Type = "REGIONAL"
	TypeNetwork    Type = "NETWORK"
	TypePlatform   Type = "PLATFORM"
)

// Extent is how much stopped working.
type Extent string

// The extents.
const (
	ExtentFull       Extent = "full"
	ExtentService    Extent = "service-based"
	ExtentThrottling Extent = "throttling"
)

// Cause is why, in Cloudflare Radar's words. Empty means that nothing says.
type Cause string

// The causes that analysis or a report can name.
const (
	CauseGovernment Cause = "GOVERNMENT_DIRECTED"
	CausePower      Cause = "POWER_OUTAGE"
	CauseCable      Cause = "CABLE_CUT"
	CauseTechnical  Cause = "TECHNICAL_PROBLEM"
	CauseMilitary   Cause = "MILITARY_ACTION"
	CauseWeather    Cause = "WEATHER"
	CauseUnknown    Cause = ""
)

// Signal names a series that can see an outage.
type Signal string

// The signals. What each counts is in the data dictionary.
const (
	SignalProbes          Signal = "probes_online"     // probes with at least one anchor answering
	SignalAnchorsDomestic Signal = "anchors_domestic"  // share of domestic anchors that answered
	SignalAnchorsForeign  Signal = "anchors_foreign"   // share of foreign anchors that answered
	SignalDNS             Signal = "dns"               // share of lookups that succeeded
	SignalTCP             Signal = "tcp"               // share of connections that succeeded
	SignalTLS             Signal = "tls"               // share of handshakes that succeeded
	SignalHTTP            Signal = "http"              // share of fetches that succeeded
	SignalService         Signal = "service"           // share of fetches of one service that succeeded
	SignalBGP             Signal = "bgp"               // visible /24s (IODA)
	SignalActive          Signal = "active_probing"    // responding /24s (IODA)
	SignalTelescope       Signal = "telescope"         // source addresses seen by a darknet (IODA)
	SignalTraffic         Signal = "traffic"           // Google traffic (IODA)
	SignalAtlas           Signal = "atlas_connections" // RIPE Atlas probes connected
)

// Verdict is what one signal says of one event.
type Verdict string

// The verdicts.
const (
	VerdictSaw         Verdict = "saw"           // fell beyond its noise
	VerdictNormal      Verdict = "normal"        // was there, and did not fall
	VerdictCouldNotSee Verdict = "could_not_see" // holes, no history, or too few to tell
)

// Interval is a moment known within bounds. Earliest <= Best <= Latest.
type Interval struct {
	Earliest time.Time `json:"earliest"`
	Best     time.Time `json:"best"`
	Latest   time.Time `json:"latest"`
}

// Point is one bin of a series beside what was expected of it. A nil Value is a hole: could not see.
type Point struct {
	At       time.Time `json:"at"` // start of the bin, UTC
	Value    *float64  `json:"value"`
	Baseline *float64  `json:"baseline"`
	Lower    *float64  `json:"lower"` // below this the value is abnormal
	// Few is set in publications alone: the value is withheld, as it rests on fewer than five probes.
	Few bool `json:"few,omitempty"`
}

// Evidence is what one signal of one place shows around the event.
type Evidence struct {
	Signal  Signal  `json:"signal"`
	Place   Place   `json:"place"`
	Service string  `json:"service,omitempty"` // for SignalService: the service's host name
	Source  string  `json:"source"`            // probes, ioda, ripe-atlas
	Unit    string  `json:"unit"`              // what a value counts, for the chart's axis
	Verdict Verdict `json:"verdict"`
	Why     string  `json:"why"` // one plain sentence
	// Drop is the deepest fall relative to the baseline during the event, 0 to 1.
	Drop float64 `json:"drop"`
	// Z is the lowest z-score during the event, zero where none could be computed.
	Z float64 `json:"z"`
	// Probes is the number of distinct probes that the values rest on; zero where not applicable.
	Probes      int           `json:"probes"`
	StepSeconds int           `json:"step_seconds"`
	Step        time.Duration `json:"-"`
	Points      []Point       `json:"points,omitempty"`
}

// Reason is one observation that moves the probability of a shutdown.
type Reason struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Weight is the change in log-odds (natural logarithm).
	Weight float64 `json:"weight"`
}

// Confidence is the probability that somebody switched the network off, with what it rests on.
type Confidence struct {
	Probability float64  `json:"probability"`
	Reasons     []Reason `json:"reasons"`
}

// ReportLink ties an incident to something that was reported.
type ReportLink struct {
	ReportID  string     `json:"report_id"` // hex
	Source    string     `json:"source"`
	Title     string     `json:"title"`
	Link      string     `json:"link"`
	StartDate time.Time  `json:"start_date"` // a local date, day resolution
	EndDate   *time.Time `json:"end_date,omitempty"`
	// LagDays is the reported start minus the onset, in local days.
	LagDays int    `json:"lag_days"`
	Why     string `json:"why"` // which of onset, place and kind agree, in a sentence
}

// Incident is one event in one place. An incident in the store is immutable: a change of conclusion is
// a new revision.
type Incident struct {
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	State    State  `json:"state"`
	Place    Place  `json:"place"`
	// PlaceName is the place in English, as "Iraq" or "Zhytomyr, Ukraine".
	PlaceName string `json:"place_name"`
	TimeZone  string `json:"time_zone"` // IANA name
	Type      Type   `json:"type"`
	Extent    Extent `json:"extent"`
	// Networks lists the AS numbers affected, when not all of the place.
	Networks []uint32 `json:"networks,omitempty"`
	// NetworkTypes holds fixed and mobile, as far as known.
	NetworkTypes []string `json:"network_types,omitempty"`
	Services     []string `json:"services,omitempty"`
	Onset        Interval `json:"onset"`
	// End is nil while the event goes on.
	End *Interval `json:"end,omitempty"`
	// LastSeen is, while the event goes on, until when anybody could look at what is affected: AsOf, unless
	// the data stop before. It is nil when the event has ended.
	LastSeen *time.Time `json:"last_seen,omitempty"`
	// Score is the evidence summed over signals, in the detector's units; at least its threshold.
	Score    float64      `json:"score"`
	Cause    Cause        `json:"cause"`
	Shutdown Confidence   `json:"shutdown"`
	Evidence []Evidence   `json:"evidence"`
	Reports  []ReportLink `json:"reports,omitempty"`
	// ReportsByChance is how many links a shifted calendar would give; nil when not computed.
	ReportsByChance *float64 `json:"reports_by_chance,omitempty"`
	// Generated is true when any of the evidence is rehearsal data.
	Generated  bool      `json:"generated"`
	AsOf       time.Time `json:"as_of"`       // the data's time up to which analysis looked
	ComputedAt time.Time `json:"computed_at"` // when it did
}

// Ongoing reports whether the event had not ended as of the analysis.
func (i *Incident) Ongoing() bool { return i.End == nil }

// longUnseen is for how long nobody looked before it is said: longer than the coarsest source measures apart.
const longUnseen = time.Hour

// Unseen reports whether the event is not known to go on, but only not known to have ended: for the last hour or
// more before AsOf nobody could look.
func (i *Incident) Unseen() bool {
	return i.Ongoing() && i.LastSeen != nil && i.AsOf.Sub(*i.LastSeen) >= longUnseen
}

// SeenUntil returns until when an event that goes on is known to: LastSeen, or AsOf in a document that has none.
func (i *Incident) SeenUntil() time.Time {
	if i.LastSeen == nil {
		return i.AsOf
	}
	return *i.LastSeen
}
