package loader

import (
	"cmp"
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
		Vantage: cmp.Or(header.Vantage, store.VantageProbe), Source: store.SourceLamplight, PlanStale: header.PlanStale,
		ClockOffsetSeconds: header.ClockOffsetSeconds, ClockStepped: header.ClockStepped,
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
		row.Interface, row.Router = string(r.Beat.Interface), string(r.Beat.Router)
	case r.DNS != nil:
		fillDNS(row, r.DNS, asn)
	case r.TCP != nil:
		row.Address, row.AddressASN = r.TCP.Address.String(), asn(r.TCP.Address)
	case r.TLS != nil:
		row.Address, row.AddressASN = r.TLS.Address.String(), asn(r.TLS.Address)
		row.ServerName, row.TLSVersion, row.KeySHA256 = r.TLS.ServerName, r.TLS.Version, r.TLS.KeySHA256
		row.Decoy, row.ChainSHA256 = r.TLS.Decoy, r.TLS.ChainSHA256
		row.Certificate, row.Alert = string(r.TLS.Certificate), r.TLS.Alert
	case r.QUIC != nil:
		row.Address, row.AddressASN = r.QUIC.Address.String(), asn(r.QUIC.Address)
		row.ServerName, row.QUICVersion, row.KeySHA256 = r.QUIC.ServerName, r.QUIC.Version, r.QUIC.KeySHA256
		row.Alert = r.QUIC.Alert
	case r.HTTP != nil:
		row.Status, row.Redirects, row.BodyBytes = r.HTTP.Status, r.HTTP.Redirects, r.HTTP.BodyBytes
		row.BodySHA256, row.TitleSHA256, row.Fingerprint = r.HTTP.BodySHA256, r.HTTP.TitleSHA256, r.HTTP.Fingerprint
		row.Plain, row.Elsewhere = r.HTTP.Plain, r.HTTP.Elsewhere
		row.FirstByteMS, row.PaceMS = r.HTTP.FirstByteMS, r.HTTP.PaceMS
	}
}

func fillDNS(row *store.Measurement, d *measurement.DNS, asn asnOf) {
	row.Resolver, row.Transport, row.Query, row.Rcode = string(d.Resolver), string(d.Transport), d.Query, d.Rcode
	row.ResolverASN, row.CNAMEs, row.ALPN, row.ECH, row.Flaw = d.ResolverASN, d.CNAMEs, d.ALPN, d.ECH, string(d.Flaw)
	row.Conflict, row.GapMS = d.Conflict, d.GapMS
	row.Answers, row.AnswerClasses, row.AnswerASNs = answers(d.Answers, asn)
	if d.Other != nil {
		row.OtherRcode = d.Other.Rcode
		row.OtherAnswers, row.OtherAnswerClasses, row.OtherAnswerASNs = answers(d.Other.Answers, asn)
	}
}

// answers returns the addresses as text, which is empty where they are withheld, their classes and networks.
func answers(of []measurement.Answer, asn asnOf) (texts, classes []string, asns []uint32) {
	for _, a := range of {
		text, number := "", uint32(0)
		if a.Address.IsValid() {
			text, number = a.Address.String(), asn(a.Address)
		}
		texts, classes, asns = append(texts, text), append(classes, string(a.Class)), append(asns, number)
	}
	return texts, classes, asns
}
