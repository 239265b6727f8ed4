// Package batchtest makes signed batches like those of a probe, for the tests and benchmarks of this room.
// What it makes is marked as generated.
package batchtest

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Probe signs a chain of batches. It is for one goroutine.
type Probe struct {
	Key     ed25519.PublicKey
	Network measurement.Network

	private  ed25519.PrivateKey
	random   *rand.Rand
	zstd     *zstd.Encoder
	sequence uint64
	previous string
}

// Batch is what a probe posts.
type Batch struct {
	Key       ed25519.PublicKey
	Signature []byte
	Bytes     []byte // as signed
	Body      []byte // compressed
	IDs       []measurement.RecordID
}

// SetHeaders sets the headers with which a batch is posted.
func (b Batch) SetHeaders(h http.Header) {
	h.Set("Content-Type", "application/x-ndjson")
	h.Set("Content-Encoding", "zstd")
	h.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(b.Key))
	h.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(b.Signature))
}

// NewProbe returns the probe of that number: the same number is the same key and the same choices.
func NewProbe(tb testing.TB, number uint64) *Probe {
	tb.Helper()
	seed := make([]byte, ed25519.SeedSize)
	binary.BigEndian.PutUint64(seed, number)
	private := ed25519.NewKeyFromSeed(seed)
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		tb.Fatal(err)
	}
	return &Probe{
		Key:     private.Public().(ed25519.PublicKey),
		Network: measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkFixed},
		private: private, random: rand.New(rand.NewPCG(number, 1)), zstd: encoder,
	}
}

// Batch makes a batch of so many records, measured in the minutes before at.
func (p *Probe) Batch(tb testing.TB, at time.Time, records int) Batch {
	tb.Helper()
	return p.Sign(tb, at, p.Records(at, records))
}

// Sign makes a batch of the records given, created at that time.
func (p *Probe) Sign(tb testing.TB, at time.Time, records []measurement.Record) Batch {
	tb.Helper()
	p.sequence++
	raw, err := measurement.Encode(measurement.Header{
		Schema: measurement.SchemaVersion, Software: "lamplight-probe/test", Plan: "test", CreatedAt: at,
		Network: p.Network, Sequence: p.sequence, Previous: p.previous, Generated: true,
	}, records)
	if err != nil {
		tb.Fatal(err)
	}
	p.previous = measurement.NewBatchID(raw).String()
	return p.SignBytes(tb, raw)
}

// SignBytes signs and compresses bytes that need not be a batch.
func (p *Probe) SignBytes(tb testing.TB, raw []byte) Batch {
	tb.Helper()
	out := Batch{Key: p.Key, Signature: measurement.SignBatch(p.private, raw), Bytes: raw, Body: p.zstd.EncodeAll(raw, nil)}
	if decoded, err := measurement.Decode(p.Key, raw); err == nil {
		for _, line := range decoded.Lines {
			out.IDs = append(out.IDs, line.ID)
		}
	}
	return out
}

// Records returns a beat, then checks of web pages: dns, tcp, tls and http records that belong together,
// of which some fail.
func (p *Probe) Records(at time.Time, n int) []measurement.Record {
	at = at.UTC().Truncate(time.Millisecond).Add(-5 * time.Minute)
	out := []measurement.Record{{
		Kind: measurement.KindBeat, MeasuredAt: at, DurationMS: 80,
		Beat: &measurement.Beat{Domestic: measurement.Reach{Tried: 3, Answered: 3}, Foreign: measurement.Reach{Tried: 3, Answered: 2}},
	}}
	for check := uint32(1); len(out) < n; check++ {
		out = append(out, p.check(at.Add(time.Duration(check)*time.Second+time.Duration(p.random.IntN(1000))*time.Millisecond), check)...)
	}
	return out[:n]
}

func (p *Probe) check(at time.Time, check uint32) []measurement.Record {
	host := fmt.Sprintf("site-%d.example", p.random.IntN(500))
	address := netip.AddrFrom4([4]byte{198, 51, 100, byte(p.random.IntN(256))})
	step := func(kind measurement.Kind, target string) measurement.Record {
		at = at.Add(20 * time.Millisecond)
		return measurement.Record{
			Kind: kind, MeasuredAt: at, DurationMS: 10 + uint32(p.random.IntN(200)), Check: check, Target: target, Class: measurement.ClassForeign,
		}
	}
	dns, tcp, tls, web := step(measurement.KindDNS, host), step(measurement.KindTCP, host+":443"),
		step(measurement.KindTLS, host+":443"), step(measurement.KindHTTP, "https://"+host+"/")
	dns.DNS = &measurement.DNS{
		Resolver: measurement.ResolverSystem, Transport: "udp", Query: "A", Rcode: "NOERROR",
		Answers: []measurement.Answer{{Address: address, Class: measurement.AddressPublic}, {Class: measurement.AddressPrivate}},
	}
	tcp.TCP = &measurement.TCP{Address: address}
	tls.TLS = &measurement.TLS{Address: address, ServerName: host, Version: "1.3", KeySHA256: p.hash()}
	web.HTTP = &measurement.HTTP{Status: 200, Redirects: 1, BodyBytes: p.random.Uint32N(1 << 16), BodySHA256: p.hash()}
	if p.random.IntN(10) == 0 {
		tls.Failure, tls.TLS.Version, tls.TLS.KeySHA256 = measurement.FailureConnectionReset, "", ""
		web.Failure, web.HTTP = measurement.FailureConnectionReset, &measurement.HTTP{}
	}
	return []measurement.Record{dns, tcp, tls, web}
}

func (p *Probe) hash() string {
	var sum [32]byte
	for i := range 4 {
		binary.BigEndian.PutUint64(sum[8*i:], p.random.Uint64())
	}
	return hex.EncodeToString(sum[:])
}
