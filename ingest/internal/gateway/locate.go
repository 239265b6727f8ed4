package gateway

import (
	"cmp"
	"net/http"
	"net/netip"

	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// relayedHeader is set by a probe that comes through a proxy, such as Tor: where the proxy is says nothing.
const relayedHeader = "Lamplight-Relayed"

// find looks up the network of a request's sender.
func (g *Gateway) find(r *http.Request, sender netip.Addr) geo.Location {
	if r.Header.Get(relayedHeader) != "" {
		return geo.Location{}
	}
	found, err := g.geo.Locate(sender)
	if err != nil {
		g.metrics.unlocated.Inc()
		return geo.Location{}
	}
	return found
}

// unknown is the country of a probe that could not find out where it is.
const unknown = "ZZ"

// locate decides which network a batch is from. A batch is signed by the key of the network it was measured
// in, and may have waited in the outbox until its probe was in another: so where the probe declares a network
// and the sender's address belongs to another, the declared one counts. Where both agree, or the probe knows
// nothing, the address says it; the region and the number that the database lacks are then those declared.
func locate(found geo.Location, declared measurement.Network) envelope.Location {
	if found.Country == "" || !agree(found, declared) {
		return envelope.Location{
			Country: declared.Country, Region: declared.Region, ASN: declared.ASN, Origin: store.OriginDeclared,
		}
	}
	out := envelope.Location{
		Country: found.Country, Region: found.Region, ASN: found.ASN, ASName: found.ASName, Origin: store.OriginLocated,
	}
	if declared.Country == found.Country {
		out.Region = cmp.Or(out.Region, declared.Region)
		out.ASN = cmp.Or(out.ASN, declared.ASN)
	}
	return out
}

// agree reports whether nothing that the probe declares contradicts what its address says.
func agree(found geo.Location, declared measurement.Network) bool {
	if declared.Country == unknown {
		return true
	}
	return declared.Country == found.Country && (declared.ASN == found.ASN || declared.ASN == 0 || found.ASN == 0)
}
