package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// measurement is the built-in one that records the connections of probes to their controllers.
const measurement = 7000

// unknownCountry is the code of a place that nothing tells.
const unknownCountry = "ZZ"

const maxControllerBytes = 64 // a host name's first label, as "ctr-ams15"

// The range of times taken. RIPE Atlas began in 2010; ClickHouse would store a time beyond its own
// range as another year without an error.
var (
	earliest = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// event is one result of the measurement. Other fields are ignored: RIPE adds some.
type event struct {
	Measurement int64      `json:"msm_id"`
	Type        string     `json:"type"`
	Probe       uint32     `json:"prb_id"`
	Timestamp   int64      `json:"timestamp"` // Unix seconds
	Event       string     `json:"event"`
	ASN         loose      `json:"asn"`
	Prefix      prefixOrNo `json:"prefix"`
	Controller  string     `json:"controller"`
}

// loose is an AS number, which results give as a number, as a string, or as null.
type loose uint32

func (l *loose) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return fmt.Errorf("asn %.20q, expected an AS number", text)
	}
	*l = loose(n)
	return nil
}

// prefixOrNo is the announced prefix of a probe's address, or null.
type prefixOrNo struct{ netip.Prefix }

func (p *prefixOrNo) UnmarshalJSON(b []byte) error {
	text := ""
	if err := json.Unmarshal(b, &text); err != nil {
		return errors.New("prefix is not a string")
	}
	if text == "" {
		return nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return fmt.Errorf("prefix %.50q, expected one like 192.0.2.0/24", text)
	}
	p.Prefix = prefix.Masked()
	return nil
}

// decode reads one event, not yet located, and says what was expected where it is none.
func decode(object []byte) (store.AtlasConnection, error) {
	var e event
	if err := json.Unmarshal(object, &e); err != nil {
		return store.AtlasConnection{}, fmt.Errorf("not an event of RIPE Atlas: %w", err)
	}
	switch {
	case e.Measurement != measurement || e.Type != "connection":
		return store.AtlasConnection{}, fmt.Errorf("msm_id %d of type %.20q, expected %d, connection", e.Measurement, e.Type, measurement)
	case e.Event != "connect" && e.Event != "disconnect":
		return store.AtlasConnection{}, fmt.Errorf("event %.20q, expected connect or disconnect", e.Event)
	case e.Probe == 0:
		return store.AtlasConnection{}, errors.New("prb_id is missing")
	case e.Timestamp < earliest || e.Timestamp > latest:
		return store.AtlasConnection{}, fmt.Errorf("timestamp %d, expected Unix seconds from 2010 to 2100", e.Timestamp)
	case len(e.Controller) > maxControllerBytes:
		return store.AtlasConnection{}, fmt.Errorf("controller has more than %d bytes", maxControllerBytes)
	}
	row := store.AtlasConnection{
		ProbeID: e.Probe, At: time.Unix(e.Timestamp, 0).UTC(), Event: e.Event,
		ASN: uint32(e.ASN), Country: unknownCountry, Controller: e.Controller,
	}
	if e.Prefix.IsValid() {
		row.Prefix = e.Prefix.String()
	}
	return row, nil
}
