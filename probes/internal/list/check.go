package list

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Check says what is wrong with a list that its signatures do not say: that it asks for nothing, or for what is inside of
// networks. Every probe's guard would refuse that, every time; who is about to hand out the list wants to know before.
func (l List) Check() error {
	p := l.Plan
	if len(p.Targets)+len(p.Foreign)+len(p.Domestic) == 0 {
		return errors.New("list has no targets and no anchors: there is nothing to look at")
	}
	for i, t := range p.Targets {
		if host := plan.HostOf(t.URL); inside(host) {
			return fmt.Errorf("list: target %d, %s, is inside of networks: leave it out, no probe would connect to %s", i+1, t.URL, host)
		}
	}
	for _, anchors := range append([][]string{p.Foreign}, values(p.Domestic)...) {
		for _, url := range anchors {
			if host := plan.HostOf(url); inside(host) {
				return fmt.Errorf("list: anchor %s is inside of networks: leave it out, no probe would connect to %s", url, host)
			}
		}
	}
	return nil
}

func values(of map[string][]string) [][]string {
	var out [][]string
	for _, v := range of {
		out = append(out, v)
	}
	return out
}

// insideNames are the ends of names that networks use inside (RFC 6761, 6762, 7686 and 8375, and what ICANN has set aside or
// has found in wide use), which are somebody else's machine on every network.
var insideNames = []string{
	"local", "localhost", "internal", "home.arpa", "in-addr.arpa", "ip6.arpa", "lan", "home", "corp", "intranet", "private", "localdomain",
	"onion", "alt", "invalid",
}

// inside reports whether a host is an address or a name that no public site has.
func inside(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return measurement.AddressClassOf(address) != measurement.AddressPublic
	}
	for _, end := range insideNames {
		if host == end || strings.HasSuffix(strings.ToLower(host), "."+end) {
			return true
		}
	}
	return false
}
