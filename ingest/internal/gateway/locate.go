package gateway

import (
	"net/http"
	"strings"

	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// find looks up the network of a request's sender. The address goes no further than this function.
func (g *Gateway) find(r *http.Request) geo.Location {
	found, err := g.geo.Locate(caller(r, g.cfg.TrustedProxies))
	if err != nil {
		g.metrics.unlocated.Inc()
		return geo.Location{}
	}
	return found
}

// locate decides which network a batch is from: the one that its sender's address belongs to or, where
// that is not known, the one that the probe declares. A region that the volunteer chose to say is kept
// where the database has none and the countries agree.
func locate(found geo.Location, declared measurement.Network) envelope.Location {
	if found.Country == "" {
		return envelope.Location{
			Country: declared.Country, Region: declared.Region, ASN: declared.ASN, Origin: store.OriginDeclared,
		}
	}
	region := found.Region
	if region == "" && strings.HasPrefix(declared.Region, found.Country+"-") {
		region = declared.Region
	}
	return envelope.Location{
		Country: found.Country, Region: region, ASN: found.ASN, ASName: found.ASName, Origin: store.OriginLocated,
	}
}
