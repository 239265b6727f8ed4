package loader

import (
	"encoding/hex"
	"net/netip"

	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// asnOf returns the autonomous system of an address, zero when it is unknown.
type asnOf func(netip.Addr) uint32

// batchRow makes the archive's row of a batch.
func batchRow(e envelope.Envelope, o intake.Opened) (store.Batch, error) {
	header := &o.Batch.Header
	previous, err := hex.DecodeString(header.Previous)
	return store.Batch{
		ID: string(o.Batch.ID[:]), Probe: string(e.Key), Signature: string(e.Signature),
		CreatedAt: header.CreatedAt, ReceivedAt: e.ReceivedAt, Sequence: header.Sequence, Previous: string(previous),
		Country: e.Location.Country, ASN: e.Location.ASN, Origin: string(e.Location.Origin),
		Records: uint32(len(o.Batch.Lines)), Rejected: uint32(len(o.Batch.Rejected)),
		Generated: header.Generated, Bytes: string(o.Bytes),
	}, err
}

// measurementRows makes a row of every record of a batch.
func measurementRows(e envelope.Envelope, o intake.Opened, asn asnOf) []store.Measurement {
	header := &o.Batch.Header
	common := store.Measurement{
		Batch: string(o.Batch.ID[:]), Probe: string(e.Key), ReceivedAt: e.ReceivedAt,
		Country: e.Location.Country, Region: e.Location.Region, ASN: e.Location.ASN, ASName: e.Location.ASName,
		NetworkType: string(header.Network.Type), Origin: string(e.Location.Origin),
		Software: header.Software, Plan: header.Plan, Generated: header.Generated,
	}
	rows := make([]store.Measurement, len(o.Batch.Lines))
	for i := range o.Batch.Lines {
		line := &o.Batch.Lines[i]
		rows[i] = common
		rows[i].ID = string(line.ID[:])
		fill(&rows[i], &line.Record, asn)
	}
	return rows
}

func fill(row *store.Measurement, r *measurement.Record, asn asnOf) {
	row.MeasuredAt, row.Kind, row.Check, row.Target = r.MeasuredAt, string(r.Kind), r.Check, r.Target
	row.Class, row.Failure, row.DurationMS = string(r.Class), string(r.Failure), r.DurationMS
	switch {
	case r.Beat != nil:
		row.DomesticTried, row.DomesticAnswered = r.Beat.Domestic.Tried, r.Beat.Domestic.Answered
		row.ForeignTried, row.ForeignAnswered = r.Beat.Foreign.Tried, r.Beat.Foreign.Answered
	case r.DNS != nil:
		fillDNS(row, r.DNS, asn)
	case r.TCP != nil:
		row.Address, row.AddressASN = r.TCP.Address.String(), asn(r.TCP.Address)
	case r.TLS != nil:
		row.Address, row.AddressASN = r.TLS.Address.String(), asn(r.TLS.Address)
		row.ServerName, row.TLSVersion, row.KeySHA256 = r.TLS.ServerName, r.TLS.Version, r.TLS.KeySHA256
	case r.HTTP != nil:
		row.Status, row.Redirects, row.BodyBytes = r.HTTP.Status, r.HTTP.Redirects, r.HTTP.BodyBytes
		row.BodySHA256, row.Fingerprint = r.HTTP.BodySHA256, r.HTTP.Fingerprint
	}
}

func fillDNS(row *store.Measurement, d *measurement.DNS, asn asnOf) {
	row.Resolver, row.Transport, row.Query, row.Rcode = string(d.Resolver), d.Transport, d.Query, d.Rcode
	row.Conflict, row.GapMS = d.Conflict, d.GapMS
	for _, a := range d.Answers {
		text, number := "", uint32(0)
		if a.Address.IsValid() { // withheld otherwise
			text, number = a.Address.String(), asn(a.Address)
		}
		row.Answers = append(row.Answers, text)
		row.AnswerClasses = append(row.AnswerClasses, string(a.Class))
		row.AnswerASNs = append(row.AnswerASNs, number)
	}
}
