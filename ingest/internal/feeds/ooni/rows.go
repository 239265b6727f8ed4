package ooni

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Rows yields the observations of a file: the probe's and then the control's of each look. What is no look goes to
// skip. It ends with an error as Read does.
func Rows(r io.Reader, blockPage BlockPage, skip func(reason string)) iter.Seq2[observation.Observation, error] {
	return func(yield func(observation.Observation, error) bool) {
		for look, err := range Read(r, blockPage) {
			if reason, ok := errors.AsType[SkipError](err); ok {
				skip(string(reason))
				continue
			}
			if err != nil {
				yield(observation.Observation{}, err)
				return
			}
			for _, o := range look.observations() {
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}

// observations returns the rows of a look, named by all that the look says: whoever publishes another result has
// other names, and the same result has the same ones however its file is laid out.
func (l *Look) observations() []observation.Observation {
	common := observation.Observation{
		Session: l.Session, Source: store.SourceOONI, Country: l.Country, ASN: l.ASN, NetworkType: l.NetworkType,
		Software: l.Software, Plan: l.Test,
	}
	hash := sha256.New()
	hash.Write([]byte("lamplight ooni look v1\n"))
	hash.Write(l.Session[:])
	encode := json.NewEncoder(hash)
	for _, part := range []any{l.Country, l.ASN, l.NetworkType, l.Software, l.Test, l.Probe, l.Control} {
		_ = encode.Encode(part) // a hash takes everything, and a record is valid
	}
	common.Batch = [32]byte(hash.Sum(nil))
	out := make([]observation.Observation, 0, len(l.Probe)+len(l.Control))
	for i, record := range slices.Concat(l.Probe, l.Control) {
		o := common
		o.Vantage, o.Record = store.VantageProbe, record
		if i >= len(l.Probe) {
			// A test helper is nowhere in particular, and no probe.
			o.Vantage, o.Country, o.ASN, o.NetworkType, o.Session = store.VantageControl, "ZZ", 0, measurement.NetworkUnknown, [32]byte{}
		}
		name := sha256.Sum256(binary.BigEndian.AppendUint32(slices.Clone(common.Batch[:]), uint32(i)))
		o.ID = [16]byte(name[:16])
		out = append(out, o)
	}
	return out
}
