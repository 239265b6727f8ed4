// Package wording says in plain English what an incident claims, so that every page, feed and file says
// it in the same words.
//
// It never writes the word shutdown of an incident without the probability in the same sentence, and
// never a moment without its time zone. It adds nothing that the incident does not hold.
package wording

import (
	"fmt"
	"strings"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Headline is what happened and how probable it is that somebody did it: two sentences to be quoted
// together.
func Headline(i *incident.Incident) string { return Event(i) + " " + Claim(i) }

// Event is the sentence of what happened, where and when.
func Event(i *incident.Incident) string {
	zone := Zone(i)
	switch {
	case i.Unseen():
		return fmt.Sprintf("%s since %s, still so at %s and not seen since.", Subject(i), At(i.Onset.Best, zone), Later(i.SeenUntil(), i.Onset.Best, zone))
	case i.Ongoing():
		return fmt.Sprintf("%s since %s, still so at %s.", Subject(i), At(i.Onset.Best, zone), Later(i.AsOf, i.Onset.Best, zone))
	}
	return fmt.Sprintf("%s, %s, for %s.", Subject(i), At(i.Onset.Best, zone), Duration(i.End.Best.Sub(i.Onset.Best)))
}

// Claim is the sentence of how probable a shutdown is.
func Claim(i *incident.Incident) string {
	verb := "was"
	if i.Ongoing() {
		verb = "is"
	}
	return fmt.Sprintf("Probability that this %s a shutdown: %s.", verb, Probability(i.Shutdown.Probability))
}

// Subject is where and what, without when: "Iraq, mobile networks: connectivity lost".
func Subject(i *incident.Incident) string { return Where(i) + ": " + What(i) }

// Where names the place, and the part of its networks if not all.
func Where(i *incident.Incident) string {
	where := i.PlaceName
	if len(i.NetworkTypes) == 1 {
		where += ", " + i.NetworkTypes[0] + " networks"
	}
	if i.Place.ASN != 0 || len(i.Networks) == 0 {
		return where
	}
	const nameable = 3 // more would drown the sentence; the page lists them
	if len(i.Networks) > nameable {
		return fmt.Sprintf("%s, %d networks", where, len(i.Networks))
	}
	return where + " (" + ASNs(i.Networks) + ")"
}

// ASNs lists AS numbers as "AS64501, AS64502".
func ASNs(numbers []uint32) string {
	names := make([]string, len(numbers))
	for k, n := range numbers {
		names[k] = fmt.Sprintf("AS%d", n)
	}
	return strings.Join(names, ", ")
}

// lost is the fall from which "lost" is the word and not "fell": one tenth is left.
const lost = 0.9

// What says what stopped working.
func What(i *incident.Incident) string {
	switch i.Extent {
	case incident.ExtentService:
		switch len(i.Services) {
		case 0:
			return "a service not reachable"
		case 1, 2:
			return strings.Join(i.Services, " and ") + " not reachable"
		}
		return fmt.Sprintf("%d services not reachable", len(i.Services))
	case incident.ExtentThrottling:
		return "connections slowed"
	default:
		if Deepest(i) >= lost {
			return "connectivity lost"
		}
		return "connectivity fell"
	}
}

// Deepest is the deepest fall that a signal saw, 0 to 1.
func Deepest(i *incident.Incident) float64 { return DeepestSeen(i).Drop }

// DeepestSeen is the signal that saw the deepest fall, of several the strongest; without a Drop when none saw any.
func DeepestSeen(i *incident.Incident) incident.Evidence {
	var deepest incident.Evidence
	for _, e := range i.Evidence {
		if e.Verdict == incident.VerdictSaw && (e.Drop > deepest.Drop || e.Drop > 0 && e.Drop == deepest.Drop && e.Z < deepest.Z) {
			deepest = e
		}
	}
	return deepest
}

// Citation is the incident as a reference for a footnote; url is the address of the very revision.
func Citation(i *incident.Incident, url string) string {
	status := StateOf(i.State).Name
	if i.Generated {
		status += ", REHEARSAL DATA, not a real event"
	}
	return fmt.Sprintf("Lamplight: “%s” Incident %s, revision %d (%s), as of %s UTC. %s",
		Headline(i), i.ID, i.Revision, status, i.AsOf.UTC().Format("2 Jan 2006 15:04"), url)
}
