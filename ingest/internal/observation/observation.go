// Package observation is one record that somebody else measured, and what is known of who did: what an import makes
// of other observatories' results before the loader makes a row of it. It holds no address of whoever measured.
package observation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Observation is one record and where it was made.
type Observation struct {
	// ID names the record by what it says, so that the same result is the same record whenever it is imported; Batch
	// the result that it is a part of. Session ties the results of one run of a probe, as far as their publisher
	// does: whoever counts probes counts it as one.
	ID      [16]byte
	Batch   [32]byte
	Session [32]byte

	Source      string // store.SourceOONI
	Vantage     string // store.VantageProbe, store.VantageControl
	Country     string // ISO 3166-1 alpha-2, ZZ unknown
	ASN         uint32 // zero unknown
	NetworkType measurement.NetworkType
	Software    string
	Plan        string

	Record measurement.Record
}

// The times that an observation may have. OONI's first results are of 2012.
var (
	firstTime = time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

const maxNameBytes = 64

// Validate says what the table cannot hold or a reader cannot take.
func (o *Observation) Validate() error {
	switch {
	case o.Source != store.SourceOONI:
		return errors.New("source is not a known one")
	case o.Vantage != store.VantageProbe && o.Vantage != store.VantageControl:
		return errors.New("vantage is neither probe nor control")
	case !measurement.CountryCode(o.Country):
		return errors.New("country is not an ISO 3166-1 alpha-2 code")
	case o.Record.MeasuredAt.Before(firstTime) || !o.Record.MeasuredAt.Before(lastTime):
		return fmt.Errorf("measured_at is not between %d and %d", firstTime.Year(), lastTime.Year())
	}
	known := false
	for _, t := range measurement.NetworkTypes() {
		known = known || t == o.NetworkType
	}
	if !known {
		return errors.New("network_type is not one of fixed, mobile, unknown")
	}
	for _, name := range []string{o.Software, o.Plan} {
		if len(name) > maxNameBytes || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return fmt.Errorf("software and plan are printable ASCII of at most %d bytes", maxNameBytes)
		}
	}
	return o.Record.Validate()
}
