package loader

import (
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// observationRows makes a row of every record that somebody else measured. Where it was measured is as they say.
func observationRows(observed []observation.Observation, receivedAt time.Time, asn asnOf) []store.Measurement {
	rows := make([]store.Measurement, len(observed))
	for i := range observed {
		o := &observed[i]
		rows[i] = store.Measurement{
			ID: string(o.ID[:]), Batch: string(o.Batch[:]), Probe: string(o.Session[:]), ReceivedAt: receivedAt,
			Country: o.Country, ASN: o.ASN, NetworkType: string(o.NetworkType), Origin: string(store.OriginDeclared),
			Software: o.Software, Plan: o.Plan, Vantage: o.Vantage, Source: o.Source,
		}
		fill(&rows[i], &o.Record, asn)
	}
	return rows
}
