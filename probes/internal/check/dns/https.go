package dns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// offers reads what HTTPS records say of a site (RFC 9460): the protocols that it speaks, best first, and
// whether it gives a key for encrypted hellos. Records in alias mode say nothing of either.
//
// Only versions of HTTP are kept, because a protocol's name may be any text. HTTP/1.1 goes without saying:
// it is the default.
func offers(answer []dns.RR) (alpn []string, ech bool) {
	var services []*dns.HTTPS
	for _, rr := range answer {
		if service, ok := rr.(*dns.HTTPS); ok && service.Priority > 0 {
			services = append(services, service)
		}
		// A sort of its own for their type would be 3 kB of the program.
		for i := len(services) - 1; i > 0 && services[i].Priority < services[i-1].Priority; i-- {
			services[i], services[i-1] = services[i-1], services[i]
		}
	}
	for _, service := range services {
		for _, value := range service.Value {
			switch value := value.(type) {
			case *dns.SVCBAlpn:
				for _, protocol := range value.Alpn {
					if httpVersion(protocol) && !slices.Contains(alpn, protocol) && len(alpn) < maxALPN {
						alpn = append(alpn, protocol)
					}
				}
			case *dns.SVCBECHConfig:
				ech = ech || len(value.ECH) > 0
			}
		}
	}
	return alpn, ech
}

// maxALPN is how many protocols of a site are kept.
const maxALPN = 8

// httpVersion knows h2, h3 and h3's drafts, such as h3-29.
func httpVersion(protocol string) bool {
	draft, isDraft := strings.CutPrefix(protocol, "h3-")
	return protocol == "h2" || protocol == "h3" ||
		isDraft && len(draft) == 2 && strings.Trim(draft, "0123456789") == ""
}
