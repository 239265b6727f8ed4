package wording

import "github.com/lamplight-net/lamplight/analysis/incident"

// State is an incident's state in words.
type State struct {
	Name string
	// Meaning is a sentence for whoever has not met the state before.
	Meaning string
}

// StateOf puts a state into words.
func StateOf(s incident.State) State {
	switch s {
	case incident.StateCandidate:
		return State{"automatic candidate, not reviewed", "A program found this. Nobody has reviewed it yet."}
	case incident.StatePublished, incident.StateQuiet:
		return State{"reviewed", "A person reviewed this before it was published."}
	case incident.StateCorrected:
		return State{"reviewed, corrected", "A person reviewed this, and corrected it later."}
	case incident.StateRetracted:
		return State{"retracted after publication", "This was published and then taken back: do not cite it as an event."}
	case incident.StateWithdrawn:
		return State{"withdrawn candidate", "Later data explained this candidate away: do not cite it as an event."}
	default:
		return State{string(s), "This is not public."}
	}
}

// Reviewed reports whether a person stands behind what an incident in this state says.
func Reviewed(s incident.State) bool {
	return s == incident.StatePublished || s == incident.StateQuiet || s == incident.StateCorrected
}

// Void reports whether an incident in this state no longer claims that anything happened.
func Void(s incident.State) bool {
	return s == incident.StateRetracted || s == incident.StateWithdrawn
}

// Reach puts a type into words.
func Reach(t incident.Type) string {
	switch t {
	case incident.TypeNationwide:
		return "the whole country"
	case incident.TypeRegional:
		return "a region"
	case incident.TypeNetwork:
		return "single networks"
	case incident.TypePlatform:
		return "single services"
	}
	return "not determined"
}

// Extent puts an extent into words.
func Extent(e incident.Extent) string {
	switch e {
	case incident.ExtentFull:
		return "connections as a whole"
	case incident.ExtentService:
		return "particular services"
	case incident.ExtentThrottling:
		return "slowed down, not cut"
	}
	return "not determined"
}

// Cause puts a cause into words.
func Cause(c incident.Cause) string {
	switch c {
	case incident.CauseGovernment:
		return "directed by a government, according to reports"
	case incident.CausePower:
		return "power outage"
	case incident.CauseCable:
		return "cable cut"
	case incident.CauseTechnical:
		return "technical problem"
	case incident.CauseMilitary:
		return "military action"
	case incident.CauseWeather:
		return "weather"
	case incident.CauseUnknown:
		return "unknown: nothing says why"
	}
	return string(c)
}

// Verdict puts a verdict into words.
func Verdict(v incident.Verdict) string {
	switch v {
	case incident.VerdictSaw:
		return "saw it"
	case incident.VerdictNormal:
		return "was normal"
	case incident.VerdictCouldNotSee:
		return "could not see"
	}
	return string(v)
}

// Signal names the signal of a piece of evidence.
func Signal(e incident.Evidence) string {
	switch e.Signal {
	case incident.SignalProbes:
		return "Probes online"
	case incident.SignalAnchorsDomestic:
		return "Anchors inside the country"
	case incident.SignalAnchorsForeign:
		return "Anchors abroad"
	case incident.SignalDNS:
		return "Name lookups (DNS)"
	case incident.SignalTCP:
		return "Connections (TCP)"
	case incident.SignalTLS:
		return "Encrypted handshakes (TLS)"
	case incident.SignalHTTP:
		return "Page fetches (HTTP)"
	case incident.SignalService:
		return "Fetches of " + e.Service
	case incident.SignalBGP:
		return "Routes to the place (BGP)"
	case incident.SignalActive:
		return "Networks answering pings"
	case incident.SignalTelescope:
		return "Traffic into a darknet"
	case incident.SignalTraffic:
		return "Google traffic"
	case incident.SignalAtlas:
		return "RIPE Atlas probes connected"
	}
	return string(e.Signal)
}

// Source names who measured.
func Source(source string) string {
	switch source {
	case "probes":
		return "Lamplight probes"
	case "ioda":
		return "IODA"
	case "ripe-atlas":
		return "RIPE Atlas"
	case "access-now-stop":
		return "Access Now, #KeepItOn STOP"
	}
	return source
}
