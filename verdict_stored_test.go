package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// sender signs batches and posts them.
type sender struct {
	key      ed25519.PrivateKey
	vantage  string
	country  string
	sequence uint64
}

func newSender(number byte, vantage, country string) *sender {
	return &sender{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{number}, ed25519.SeedSize)), vantage, country, 0}
}

func (s *sender) public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

func (s *sender) post(t *testing.T, gateway string, at time.Time, records []measurement.Record) {
	t.Helper()
	s.sequence++
	batch, err := measurement.Encode(measurement.Header{
		Schema: measurement.SchemaVersion, Software: "test/1", Plan: "test", CreatedAt: at, Sequence: s.sequence, Vantage: s.vantage,
		Network: measurement.Network{Country: s.country, ASN: 64501, Type: measurement.NetworkFixed},
	}, records)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	body := encoder.EncodeAll(batch, nil)
	for {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, gateway+"/v1/batches", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-ndjson")
		request.Header.Set("Content-Encoding", "zstd")
		request.Header.Set("Lamplight-Key", base64.StdEncoding.EncodeToString(s.public()))
		request.Header.Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignBatch(s.key, batch)))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		switch response.StatusCode {
		case http.StatusOK:
			return
		case http.StatusServiceUnavailable, http.StatusTooManyRequests: // as it starts: a probe comes back
			time.Sleep(50 * time.Millisecond)
		default:
			t.Fatalf("the gateway says %s: %s", response.Status, text)
		}
	}
}

// lookAt returns a record of every kind that a look has, with every field set that its kind has.
func lookAt(host string, at time.Time, check uint32, change func(*measurement.Record)) []measurement.Record {
	address, hash := netip.MustParseAddr("93.184.216.34"), strings.Repeat("ab", 32)
	one := func(kind measurement.Kind, target string) measurement.Record {
		at = at.Add(10 * time.Millisecond)
		return measurement.Record{Kind: kind, MeasuredAt: at, DurationMS: 41, Check: check, Target: target, Class: measurement.ClassForeign}
	}
	dns := one(measurement.KindDNS, host)
	dns.DNS = &measurement.DNS{
		Resolver: measurement.ResolverISP, ResolverASN: 64501, Transport: measurement.TransportUDP, Query: "A", Rcode: "NOERROR",
		CNAMEs: []string{"edge." + host}, ALPN: []string{"h3", "h2"}, ECH: true, Flaw: measurement.FlawTruncated,
		Conflict: true, GapMS: 3, Other: &measurement.Reply{Rcode: "NXDOMAIN", Answers: []measurement.Answer{{Class: measurement.AddressBogon}}},
		Answers: []measurement.Answer{{Address: address, Class: measurement.AddressPublic}, {Class: measurement.AddressPrivate}},
	}
	tcp := one(measurement.KindTCP, host+":443")
	tcp.TCP = &measurement.TCP{Address: address}
	tls := one(measurement.KindTLS, host+":443")
	tls.TLS = &measurement.TLS{
		Address: address, ServerName: host, Decoy: true, Version: "1.3", KeySHA256: hash, ChainSHA256: []string{hash},
		Certificate: measurement.CertificateExpired, Alert: 40,
	}
	quic := one(measurement.KindQUIC, host+":443")
	quic.QUIC = &measurement.QUIC{Address: address, ServerName: host, Version: "1", KeySHA256: hash, Alert: 40}
	page := one(measurement.KindHTTP, "https://"+host+"/")
	page.HTTP = &measurement.HTTP{
		Status: 200, Redirects: 1, Plain: true, Elsewhere: true, BodyBytes: 9, BodySHA256: hash, TitleSHA256: hash, Fingerprint: "x", FirstByteMS: 4, PaceMS: []uint32{5, 6},
	}
	out := []measurement.Record{dns, tcp, tls, quic, page}
	for i := range out {
		if change != nil {
			change(&out[i])
		}
	}
	return out
}

// What a probe and a control send is read back as it was sent, and judged beside each other.
func TestVerdictOfStoredLooks(t *testing.T) {
	control := newSender(1, measurement.VantageControl, "DE")
	o := startObservatory(t, func(m *machine) {
		m.Believed.Keys = []string{base64.StdEncoding.EncodeToString(control.public())}
	})
	at := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Hour).Add(20 * time.Minute)
	reset := func(r *measurement.Record) {
		if r.Kind == measurement.KindTCP || r.Kind == measurement.KindHTTP {
			r.Failure = measurement.FailureConnectionReset
		}
		if r.HTTP != nil {
			r.HTTP.Fingerprint = "" // which would need no control
		}
	}
	looked, seen := lookAt("site.example", at, 1, reset), lookAt("site.example", at.Add(5*time.Minute), 1, nil)
	newSender(2, "", "KE").post(t, o.gatewayURL, at.Add(time.Minute), slices.Concat(looked, lookAt("alone.example", at, 2, reset)))
	control.post(t, o.gatewayURL, at.Add(6*time.Minute), seen)
	o.await(t, "v_measurements", 15)

	query := analysis.LookQuery{Since: at.Add(-time.Hour), Until: at.Add(time.Hour), Within: 30 * time.Minute}
	var got []analysis.StoredVerdict
	for v, err := range analysis.StoredVerdicts(t.Context(), o.db, query) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	if len(got) != 2 || got[0].Control != nil || got[1].Control == nil {
		t.Fatalf("%+v, want a look at alone.example without a control and one at site.example with", got)
	}
	byAddress := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	if diff := cmp.Diff(looked, got[1].Sides.Probe, byAddress); diff != "" {
		t.Errorf("the probe's records come back otherwise (-sent +read):\n%s", diff)
	}
	if diff := cmp.Diff(seen, got[1].Sides.Control, byAddress); diff != "" {
		t.Errorf("the control's records come back otherwise (-sent +read):\n%s", diff)
	}

	print := func(asJSON bool, set func(*verdictCommand)) string {
		t.Helper()
		var out bytes.Buffer
		p := &process{log: slog.New(slog.DiscardHandler), metrics: prometheus.NewRegistry(), out: &out, err: io.Discard}
		c := &verdictCommand{JSON: asJSON}
		c.Since, c.Until, c.Within, c.ClickHouse = moment{query.Since}, moment{query.Until}, query.Within, o.ClickHouse
		set(c)
		if err := c.Run(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	want := analysis.Judge(analysis.Look{Probe: looked, Control: seen})
	text := fmt.Sprintf(`%[1]s  KE AS64501  https://alone.example/
  inconclusive
  No control looked at the same time, and what one place sees alone decides nothing.
  rules: control.missing
  control: none
  nobody has found this probe in the network that it declares
%[1]s  KE AS64501  https://site.example/
  blocked (dns, tcp_ip, http)
  %s
  rules: %s
  control: DE, %s
  nobody has found this probe in the network that it declares
2 looks: 1 blocked, 0 accessible, 0 down, 0 local, 1 inconclusive; 1 without a control
`, at.Format(time.RFC3339), want.Reason, strings.Join(want.Rules, ", "), at.Add(5*time.Minute).Format(time.RFC3339))
	if diff := cmp.Diff(text, print(false, func(*verdictCommand) {})); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct {
		set  func(*verdictCommand)
		want []string
	}{
		"all":               {func(*verdictCommand) {}, []string{"https://alone.example/ inconclusive", "https://site.example/ blocked DE"}},
		"another country":   {func(c *verdictCommand) { c.Country = "XM" }, nil},
		"one target":        {func(c *verdictCommand) { c.Country, c.Target = "KE", "https://site.example/" }, []string{"https://site.example/ blocked DE"}},
		"too far a control": {func(c *verdictCommand) { c.Within = 4 * time.Minute }, []string{"https://alone.example/ inconclusive", "https://site.example/ inconclusive"}},
		"another time":      {func(c *verdictCommand) { c.Since = moment{at.Add(10 * time.Minute)} }, nil},
	} {
		var lines []storedLine
		if err := json.Unmarshal([]byte(print(true, test.set)), &lines); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			line := l.Target + " " + l.Verdict
			if l.Control != nil {
				line += " " + l.Control.Country
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// await waits until a view holds as many rows.
func (o observatory) await(t *testing.T, view string, rows uint64) {
	t.Helper()
	type count struct {
		N uint64 `ch:"n"`
	}
	for n := uint64(0); n < rows; time.Sleep(20 * time.Millisecond) {
		found, err := store.Collect(store.Select[count](t.Context(), o.db, "SELECT count() AS n FROM "+view))
		if err != nil {
			t.Fatal(err)
		}
		n = found[0].N
	}
}
