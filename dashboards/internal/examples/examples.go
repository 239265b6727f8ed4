// Package examples makes up incidents that show, between them, every case that a page must handle. It is
// for tests and for looking at the site; no command imports it. Nothing in it happened.
package examples

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// monday is when the examples are set: 02:00 UTC, 05:00 in Baghdad.
func monday() time.Time { return time.Date(2026, 6, 15, 2, 0, 0, 0, time.UTC) }

func around(at time.Time, minutes int) incident.Interval {
	slack := time.Duration(minutes) * time.Minute
	return incident.Interval{Earliest: at.Add(-slack), Best: at, Latest: at.Add(slack)}
}

func until(at time.Time, minutes int) *incident.Interval {
	v := around(at, minutes)
	return &v
}

// Blackout is over, reviewed, seen by most signals and reported: the case in which everything is known.
func Blackout() incident.Incident {
	onset, end := monday().Add(-time.Hour), monday().Add(3*time.Hour)
	window := window{place: incident.Place{Country: "IQ"}, from: onset.Add(-24 * time.Hour), to: end.Add(8 * time.Hour), onset: onset, end: end}
	chance := 0.4
	return incident.Incident{
		ID: "iq-20260615-0100", State: incident.StatePublished, Place: incident.Place{Country: "IQ"},
		PlaceName: "Iraq", TimeZone: "Asia/Baghdad", Type: incident.TypeNationwide, Extent: incident.ExtentFull,
		Onset: around(onset, 5), End: until(end, 5), Score: 48.3, Cause: incident.CauseGovernment,
		Shutdown: incident.Confidence{Probability: 0.93, Reasons: []incident.Reason{
			{ID: "prior", Text: "Of all outages of a whole country, about one in four was switched off by somebody.", Weight: -1.1},
			{ID: "round_hour", Text: "It began on the local hour, 04:00, to the bin.", Weight: 1.6},
			{ID: "round_duration", Text: "It lasted a multiple of half an hour.", Weight: 0.9},
			{ID: "all_at_once", Text: "Every signal that could see fell in the same five minutes.", Weight: 1.3},
			{ID: "bgp_stayed", Text: "Routes to the country were not withdrawn, as after most power outages.", Weight: -0.1},
		}},
		Evidence: []incident.Evidence{
			window.saw(incident.SignalProbes, "probes", "probes", 240, 4, 96),
			window.saw(incident.SignalAnchorsForeign, "probes", "share of foreign anchors that answered", 0.97, 0.02, 96),
			window.saw(incident.SignalActive, "ioda", "responding /24s", 1480, 61, 0),
			window.saw(incident.SignalTraffic, "ioda", "Google traffic, normalized", 0.62, 0.03, 0),
			window.normal(incident.SignalBGP, "ioda", "visible /24s", 2710),
			window.blind(incident.SignalTelescope, "ioda", "source addresses", 310),
			{
				Signal: incident.SignalAtlas, Place: incident.Place{Country: "IQ"}, Source: "ripe-atlas", Unit: "probes",
				Verdict: incident.VerdictCouldNotSee, StepSeconds: 300, Step: 5 * time.Minute, Probes: 2,
				Why: "Two probes in the country are too few to tell an outage from a restart.",
			},
		},
		Reports: []incident.ReportLink{{
			ReportID: "00112233445566778899aabbccddeeff", Source: "access-now-stop", Title: "Nationwide exam shutdown, third day",
			Link: "https://reports.example/2026/iraq-exams", StartDate: onset.Truncate(24 * time.Hour), LagDays: 0,
			Why: "It names the same country and the same day, and an interruption of all networks.",
		}},
		ReportsByChance: &chance,
		AsOf:            end.Add(8 * time.Hour), ComputedAt: end.Add(8*time.Hour + 2*time.Minute),
	}
}

// Ongoing is a candidate of this moment, in a country that no map knows, made of rehearsal data.
func Ongoing() incident.Incident {
	onset := monday().Add(6 * time.Hour)
	window := window{place: incident.Place{Country: "XL"}, from: onset.Add(-18 * time.Hour), to: onset.Add(50 * time.Minute), onset: onset}
	return incident.Incident{
		ID: "xl-20260615-0800", State: incident.StateCandidate, Place: incident.Place{Country: "XL"},
		PlaceName: "XL", TimeZone: "UTC", Type: incident.TypeNationwide, Extent: incident.ExtentFull,
		Onset: around(onset, 2), Score: 31.2,
		Shutdown: incident.Confidence{Probability: 0.71, Reasons: []incident.Reason{
			{ID: "prior", Text: "Of all outages of a whole country, about one in four was switched off by somebody.", Weight: -1.1},
			{ID: "round_hour", Text: "It began on the local hour, 08:00, to the bin.", Weight: 1.6},
			{ID: "networks_together", Text: "All of 5 networks fell in the same five minutes.", Weight: 0.4},
		}},
		Evidence: []incident.Evidence{
			window.saw(incident.SignalProbes, "probes", "probes", 48, 0, 48),
			window.saw(incident.SignalHTTP, "probes", "share of fetches that succeeded", 0.98, 0, 48),
			window.normal(incident.SignalAnchorsDomestic, "probes", "share of domestic anchors that answered", 0.99),
		},
		Generated: true, AsOf: onset.Add(50 * time.Minute), ComputedAt: onset.Add(51 * time.Minute),
	}
}

// Mobile is a candidate that is over and touched the mobile networks of a region only; nobody reported it.
func Mobile() incident.Incident {
	onset, end := monday().Add(-50*time.Hour), monday().Add(-44*time.Hour-25*time.Minute)
	window := window{place: incident.Place{Country: "PK", Region: "PK-BA"}, from: onset.Add(-12 * time.Hour), to: end.Add(6 * time.Hour), onset: onset, end: end}
	i := Blackout()
	i.ID, i.State, i.Place, i.PlaceName = "pk-20260613-0000", incident.StateCandidate, incident.Place{Country: "PK", Region: "PK-BA"}, "Balochistan, Pakistan"
	i.TimeZone, i.Type, i.Cause = "Asia/Karachi", incident.TypeRegional, incident.CauseUnknown
	i.NetworkTypes, i.Networks = []string{"mobile"}, []uint32{45669, 59257}
	i.Onset, i.End = around(onset, 10), until(end, 15)
	i.Shutdown = incident.Confidence{Probability: 0.58, Reasons: i.Shutdown.Reasons[:3]}
	i.Evidence = []incident.Evidence{
		window.saw(incident.SignalProbes, "probes", "probes", 31, 9, 31),
		window.normal(incident.SignalBGP, "ioda", "visible /24s", 214),
	}
	i.Reports, i.ReportsByChance = nil, nil
	i.AsOf, i.ComputedAt = end.Add(6*time.Hour), end.Add(6*time.Hour+time.Minute)
	return i
}

// Service is a candidate that goes on: one platform does not answer.
func Service() incident.Incident {
	onset := monday().Add(2 * time.Hour)
	window := window{place: incident.Place{Country: "KE"}, from: onset.Add(-18 * time.Hour), to: onset.Add(7 * time.Hour), onset: onset}
	i := Ongoing()
	i.ID, i.Place, i.PlaceName, i.TimeZone = "ke-20260615-0400", incident.Place{Country: "KE"}, "Kenya", "Africa/Nairobi"
	i.Type, i.Extent, i.Services = incident.TypePlatform, incident.ExtentService, []string{"chat.example"}
	i.Onset, i.Generated = around(onset, 5), false
	service := window.saw(incident.SignalService, "probes", "share of fetches of the service that succeeded", 0.97, 0.04, 22)
	service.Service = "chat.example"
	i.Evidence = []incident.Evidence{service, window.normal(incident.SignalHTTP, "probes", "share of fetches that succeeded", 0.98)}
	i.AsOf, i.ComputedAt = onset.Add(7*time.Hour), onset.Add(7*time.Hour+time.Minute)
	return i
}

// Withdrawn is a candidate that later data explained away.
func Withdrawn() incident.Incident {
	i := Mobile()
	i.ID, i.State, i.Place, i.PlaceName = "ug-20260613-0000", incident.StateWithdrawn, incident.Place{Country: "UG"}, "Uganda"
	i.TimeZone, i.Type, i.NetworkTypes, i.Networks = "Africa/Kampala", incident.TypeNationwide, nil, nil
	return i
}
