package observe

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/series"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// iodaSignals are the series of IODA that are read, by the name that IODA gives them.
var iodaSignals = map[string]struct {
	signal incident.Signal
	unit   string
}{
	"bgp":          {incident.SignalBGP, "visible /24 blocks"},
	"ping-slash24": {incident.SignalActive, "responding /24 blocks"},
	"merit-nt":     {incident.SignalTelescope, "source addresses seen"},
	"gtr":          {incident.SignalTraffic, "traffic to Google"},
}

// External returns the series that others measured, on [from, until). Names and places that analysis has
// no use for are left out.
func External(rows []store.Signal, regions Regions, from, until time.Time) []series.Series {
	points := make(map[series.Key][]series.Point)
	units := make(map[series.Key]string)
	for _, row := range rows {
		known, ok := iodaSignals[row.Name]
		place, placed := placeOf(row.EntityType, row.EntityCode, regions)
		if !ok || !placed {
			continue
		}
		key := series.Key{Place: place, Signal: known.signal, Source: row.Source}
		points[key] = append(points[key], series.Point{At: row.At, Value: row.Value})
		units[key] = known.unit
	}
	var out []series.Series
	for _, key := range sortedKeys(points) {
		out = append(out, series.FromPoints(key, units[key], points[key], from, until))
	}
	return out
}

// placeOf reads an entity of IODA. Its region ids are its own, and no country stands beside them: one that is not
// in the table of regions has none.
func placeOf(entityType, code string, regions Regions) (incident.Place, bool) {
	switch entityType {
	case "country":
		return incident.Place{Country: code}, len(code) == 2
	case "region":
		if r, known := regions[code]; known {
			return r.Place, true
		}
		return incident.Place{Country: "ZZ", Region: "ioda:" + code}, code != ""
	}
	return incident.Place{}, false
}
