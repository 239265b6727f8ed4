// Package envelope is a batch on its way from the gateway to the loader: the body as it was received, the
// key and signature that vouch for it, and what only the gateway could know: when it came, and from which
// network. The address itself is not part of it.
//
// The gateway signs all of it. The probe's own signature does not cover where and when a batch came in, and
// whoever can write to Kafka could otherwise send a true batch again with another place and an earlier time.
//
// It converts to and from a message of the topic batches.v1, strictly, and does not look into the body.
package envelope

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Envelope is one accepted batch.
type Envelope struct {
	Key        ed25519.PublicKey
	Signature  []byte
	ReceivedAt time.Time // UTC, to the millisecond
	Location   Location
	Body       []byte // zstd, as received
}

// Location is the network that a batch came from. Country is an ISO 3166-1 alpha-2 code, "ZZ" when unknown;
// Region an ISO 3166-2 code or empty; ASN zero when unknown.
type Location struct {
	Country string
	Region  string
	ASN     uint32
	ASName  string
	Origin  store.Origin
}

// The names of the message's headers.
const (
	headerSignature  = "signature"
	headerReceivedAt = "received_at"
	headerCountry    = "country"
	headerRegion     = "region"
	headerASN        = "asn"
	headerASName     = "as_name"
	headerOrigin     = "origin"
	headerGateway    = "gateway_signature"
)

// maxASNameBytes bounds the name of a network; Encode cuts a longer one.
const maxASNameBytes = 256

// Encode writes the envelope as a message that the gateway's key signs, with the probe's key as the message's
// key, so that the batches of one chain stay in order. A country or region that is not a code, as an odd
// database may give, is written as unknown.
func (e Envelope) Encode(gateway ed25519.PrivateKey) bus.Message {
	m := bus.Message{
		Key: e.Key, Value: e.Body,
		Headers: []bus.Header{
			{Name: headerSignature, Value: e.Signature},
			{Name: headerReceivedAt, Value: e.ReceivedAt.AppendFormat(nil, time.RFC3339Nano)},
			{Name: headerCountry, Value: []byte(orElse(measurement.CountryCode, e.Location.Country, "ZZ"))},
			{Name: headerRegion, Value: []byte(orElse(isRegion, e.Location.Region, ""))},
			{Name: headerASN, Value: strconv.AppendUint(nil, uint64(e.Location.ASN), 10)},
			{Name: headerASName, Value: []byte(cut(e.Location.ASName))},
			{Name: headerOrigin, Value: []byte(e.Location.Origin)},
		},
	}
	m.Headers = append(m.Headers, bus.Header{Name: headerGateway, Value: ed25519.Sign(gateway, signed(m))})
	return m
}

// Decode reads what Encode wrote. An error says which part is not as it should be. Where gateways are given,
// one of them must have signed it; without any, nobody is asked.
func Decode(m bus.Message, gateways []ed25519.PublicKey) (Envelope, error) {
	if len(m.Key) != ed25519.PublicKeySize {
		return Envelope{}, fmt.Errorf("message key has %d bytes, a public key has %d", len(m.Key), ed25519.PublicKeySize)
	}
	e := Envelope{Key: m.Key, Body: m.Value}
	for _, name := range fields {
		value, ok := m.Header(name)
		if !ok {
			return Envelope{}, fmt.Errorf("message header %s is missing", name)
		}
		if !e.set(name, string(value)) {
			return Envelope{}, fmt.Errorf("message header %s is not what a gateway writes", name)
		}
	}
	signature, ok := m.Header(headerGateway)
	if !ok {
		return Envelope{}, fmt.Errorf("message header %s is missing", headerGateway)
	}
	if len(gateways) > 0 && !signedByOne(gateways, signed(m), signature) {
		return Envelope{}, errors.New("no gateway that is trusted signed the message: is its key among --gateway-key-public?")
	}
	return e, nil
}

// set takes one header's value, and reports whether it is one that a gateway can have written.
func (e *Envelope) set(name, value string) bool {
	switch name {
	case headerSignature:
		e.Signature = []byte(value)
		return len(value) == ed25519.SignatureSize
	case headerReceivedAt:
		// Times beyond these would not fit the tables.
		at, err := time.Parse(time.RFC3339Nano, value)
		e.ReceivedAt = at.UTC()
		return err == nil && e.ReceivedAt.Year() >= 2020 && e.ReceivedAt.Year() <= 2100
	case headerCountry:
		e.Location.Country = value
		return measurement.CountryCode(value)
	case headerRegion:
		e.Location.Region = value
		return isRegion(value)
	case headerASN:
		asn, err := strconv.ParseUint(value, 10, 32)
		e.Location.ASN = uint32(asn)
		return err == nil
	case headerASName:
		e.Location.ASName = value
		return len(value) <= maxASNameBytes && utf8.ValidString(value)
	case headerOrigin:
		e.Location.Origin = store.Origin(value)
		return e.Location.Origin == store.OriginLocated || e.Location.Origin == store.OriginDeclared
	}
	return false
}

func orElse(valid func(string) bool, value, otherwise string) string {
	if valid(value) {
		return value
	}
	return otherwise
}

func isRegion(s string) bool { return s == "" || len(s) >= 4 && len(s) <= 6 && isCode(s) }

// isCode reports whether s is made of what ISO 3166 codes are made of.
func isCode(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// cut shortens a name to its limit at the end of a character, and replaces what is not UTF-8.
func cut(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	for len(name) > maxASNameBytes {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return name
}
