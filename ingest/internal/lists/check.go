package lists

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// asked is what a list asks for.
type asked struct {
	Targets []struct {
		URL string `json:"url"`
	} `json:"targets"`
	Anchors struct {
		Domestic map[string][]string `json:"domestic"`
		Foreign  []string            `json:"foreign"`
	} `json:"anchors"`
}

func (a asked) targets() []string {
	out := make([]string, len(a.Targets))
	for n, t := range a.Targets {
		out[n] = t.URL
	}
	return out
}

// check says why no probe would take a list that asks for this, or that it would press on the sites of one domain, which
// probes cannot tell.
func (a asked) check() error {
	if err := (measurement.Asked{Targets: a.targets(), Domestic: a.Anchors.Domestic, Foreign: a.Anchors.Foreign}).Check(); err != nil {
		return fmt.Errorf("no probe takes it: %w, and sign and pack it again", err)
	}
	return a.spread()
}

// spread bounds what names below one registrable domain are asked together.
func (a asked) spread() error {
	domains := map[string]int{}
	for n, t := range a.Targets {
		u, err := url.Parse(t.URL)
		if err != nil {
			return err
		}
		domain, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(u.Hostname()))
		if err != nil {
			continue // an address, or itself a public suffix: as a host it is bounded already
		}
		if domains[domain]++; domains[domain] > measurement.MaxPerDomain {
			return fmt.Errorf("target %d: %.200q is one of more than %d below %s: all probes together would press on it, so leave some out, and sign and pack it again",
				n+1, t.URL, measurement.MaxPerDomain, domain)
		}
	}
	return nil
}

// signedBy says why a list is not signed by so many people.
func (l *List) signedBy(needed int) error {
	if l == nil || l.Signatures >= needed {
		return nil
	}
	return fmt.Errorf("list %s, issue %d, names %d of the %d signers that probes ask for, and they would refuse it: let another person sign it (minisign -Sm), "+
		"and pack it again (lamplight list pack)", l.Name, l.Serial, l.Signatures, needed)
}

// A signature of minisign: a comment, and in the next line two bytes of algorithm, the number of the key and 64 bytes.
const (
	signatureBytes     = 74
	keyBegins, keyEnds = 2, 10
)

// signers counts the keys that signatures name. Somebody who signed twice is one signer.
func signers(signatures []string) int {
	keys := map[string]bool{}
	for _, text := range signatures {
		_, rest, _ := strings.Cut(text, "\n")
		line, _, _ := strings.Cut(rest, "\n")
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err == nil && len(raw) == signatureBytes {
			keys[string(raw[keyBegins:keyEnds])] = true
		}
	}
	return len(keys)
}
