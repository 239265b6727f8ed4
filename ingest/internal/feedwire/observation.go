package feedwire

import (
	"encoding/hex"
	"errors"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// observationLine is one record that somebody else measured.
type observationLine struct {
	ID          string                  `json:"id"` // hex
	Batch       string                  `json:"batch"`
	Session     string                  `json:"session"`
	Source      string                  `json:"source"`
	Vantage     string                  `json:"vantage"`
	Country     string                  `json:"country"`
	ASN         uint32                  `json:"asn"`
	NetworkType measurement.NetworkType `json:"network_type"`
	Software    string                  `json:"software"`
	Plan        string                  `json:"plan"`
	Record      measurement.Record      `json:"record"`
}

func fromObservation(o observation.Observation) observationLine {
	return observationLine{
		hex.EncodeToString(o.ID[:]), hex.EncodeToString(o.Batch[:]), hex.EncodeToString(o.Session[:]), o.Source, o.Vantage,
		o.Country, o.ASN, o.NetworkType, o.Software, o.Plan, o.Record,
	}
}

func (l observationLine) row(time.Time) (observation.Observation, error) {
	o := observation.Observation{
		Source: l.Source, Vantage: l.Vantage, Country: l.Country, ASN: l.ASN, NetworkType: l.NetworkType,
		Software: l.Software, Plan: l.Plan, Record: l.Record,
	}
	for _, part := range []struct {
		text string
		into []byte
	}{{l.ID, o.ID[:]}, {l.Batch, o.Batch[:]}, {l.Session, o.Session[:]}} {
		if hex.DecodedLen(len(part.text)) != len(part.into) || len(part.text)%2 != 0 {
			return o, errors.New("id, batch or session is not 16, 32 and 32 bytes in hex")
		}
		if _, err := hex.Decode(part.into, []byte(part.text)); err != nil {
			return o, errors.New("id, batch or session is not in hex")
		}
	}
	return o, o.Validate()
}
