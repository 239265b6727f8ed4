package measurement_test

import (
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

var write = flag.Bool("write", false, "write the golden file of a schema version that has none; one that was released is never edited")

var (
	private = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public  = private.Public().(ed25519.PublicKey)
	at      = time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)
)

func header() measurement.Header {
	return measurement.Header{
		Schema: measurement.SchemaVersion, Software: "lamplight-probe/0.1.0", Plan: "built-in-1", CreatedAt: at.Add(time.Minute),
		Network:  measurement.Network{Country: "XL", ASN: 64501, Region: "XL-01", Type: measurement.NetworkMobile},
		Sequence: 2, Previous: strings.Repeat("ab", 32), Beacon: "b1",
		Vantage: measurement.VantageControl, PlanStale: true, ClockOffsetSeconds: -120, ClockStepped: true,
	}
}

// records are one of each kind, with every field set.
func records() []measurement.Record {
	address := netip.MustParseAddr("192.0.2.1")
	one := func(kind measurement.Kind, target string) measurement.Record {
		return measurement.Record{Kind: kind, MeasuredAt: at, DurationMS: 41, Check: 7, Target: target, Class: measurement.ClassService}
	}
	beat := measurement.Record{
		Kind: measurement.KindBeat, MeasuredAt: at, DurationMS: 12,
		Beat: &measurement.Beat{Domestic: measurement.Reach{Tried: 2, Answered: 2}, Foreign: measurement.Reach{Tried: 2},
			Interface: measurement.InterfaceUp, Router: measurement.RouterSilent},
	}
	dns := one(measurement.KindDNS, "chat.example")
	dns.DNS = &measurement.DNS{
		Resolver: measurement.ResolverISP, ResolverASN: 64501, Transport: measurement.TransportUDP, Query: "A", Rcode: "NOERROR",
		CNAMEs: []string{"edge.chat.example"}, ALPN: []string{"h3", "h2"}, ECH: true, Flaw: measurement.FlawTruncated,
		Conflict: true, GapMS: 3, Other: &measurement.Reply{Rcode: "NXDOMAIN", Answers: []measurement.Answer{{Class: measurement.AddressBogon}}},
		Answers: []measurement.Answer{{Address: address, Class: measurement.AddressPublic}, {Class: measurement.AddressPrivate}},
	}
	tcp := one(measurement.KindTCP, "chat.example:443")
	tcp.TCP = &measurement.TCP{Address: address}
	tls := one(measurement.KindTLS, "chat.example:443")
	tls.TLS = &measurement.TLS{Address: address, ServerName: "chat.example", Version: "1.3", KeySHA256: strings.Repeat("cd", 32),
		Decoy: true, ChainSHA256: []string{strings.Repeat("01", 32)}, Certificate: measurement.CertificateWrongHost, Alert: 42}
	tls.Failure = measurement.FailureTLSInvalidHostname
	http := one(measurement.KindHTTP, "https://chat.example/")
	http.HTTP = &measurement.HTTP{Status: 451, Redirects: 1, BodyBytes: 900, BodySHA256: strings.Repeat("ef", 32), Fingerprint: "xl-block-1",
		Plain: true, Elsewhere: true, TitleSHA256: strings.Repeat("23", 32), FirstByteMS: 30, PaceMS: []uint32{40, 41}}
	quic := one(measurement.KindQUIC, "chat.example:443")
	quic.QUIC = &measurement.QUIC{Address: address, ServerName: "chat.example", Version: "1", KeySHA256: strings.Repeat("45", 32), Alert: 40}
	return []measurement.Record{beat, dns, tcp, tls, http, quic}
}

func encoded(t testing.TB) []byte {
	t.Helper()
	batch, err := measurement.Encode(header(), records())
	if err != nil {
		t.Fatal(err)
	}
	return batch
}

func TestRoundTrip(t *testing.T) {
	got, err := measurement.Decode(public, encoded(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(header(), got.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	var back []measurement.Record
	for _, line := range got.Lines {
		back = append(back, line.Record)
	}
	if diff := cmp.Diff(records(), back, cmpopts.EquateComparable(netip.Addr{})); diff != "" || len(got.Rejected) > 0 {
		t.Errorf("rejected %v, records (-want +got):\n%s", got.Rejected, diff)
	}
}

// What a released version wrote stays readable, byte for byte, with the same ids.
func TestGolden(t *testing.T) {
	const file = "testdata/batch.v1.ndjson"
	if *write {
		if err := os.WriteFile(file, encoded(t), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), string(encoded(t))); diff != "" {
		t.Errorf("schema 1 is written otherwise (-golden +now):\n%s", diff)
	}
	batch, err := measurement.Decode(public, golden)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := batch.Lines[1].ID.String(), goldenRecord; got != want {
		t.Errorf("record id %s, want %s", got, want)
	}
	if got, want := batch.ID.String(), goldenBatch; got != want {
		t.Errorf("batch id %s, want %s", got, want)
	}
}

func manyKeys(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `"k%d":1,`, i)
	}
	return out.String()
}

// The volunteer's own network is never written out, whatever a probe calls public; a pretended country lies
// on private addresses altogether.
func TestDecodeRejectsSpecialAddresses(t *testing.T) {
	lines := strings.SplitAfter(string(encoded(t)), "\n")
	for country, want := range map[string]int{"XL": 0, "KE": 4, "ZZ": 4, "XK": 4} {
		text := strings.ReplaceAll(strings.Join(lines, ""), `192.0.2.1`, `192.168.1.7`)
		text = strings.NewReplacer(`"country":"XL"`, `"country":"`+country+`"`, `"region":"XL-01",`, ``).Replace(text)
		got, err := measurement.Decode(public, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rejected) != want {
			t.Errorf("in %s %d lines are rejected, want %d: %+v", country, len(got.Rejected), want, got.Rejected)
		}
	}
	record := records()[2]
	h := header()
	h.Network = measurement.Network{Country: "KE", Type: measurement.NetworkFixed}
	record.TCP = &measurement.TCP{Address: netip.MustParseAddr("10.0.0.7")}
	if _, err := measurement.Encode(h, []measurement.Record{record}); err == nil {
		t.Error("encoded what no gateway takes")
	}
}

// Keys of small order sign everything, and verifiers do not agree on them.
func TestKeysOfSmallOrderSignNothing(t *testing.T) {
	for _, first := range []byte{0, 1, 0xec, 0xed, 0xee} {
		key := make(ed25519.PublicKey, ed25519.PublicKeySize)
		key[0] = first
		if first > 1 {
			for i := 1; i < 31; i++ {
				key[i] = 0xff
			}
			key[31] = 0x7f
		}
		signature := append(make([]byte, 32), make([]byte, 32)...)
		signature[0] = 1 // the neutral point, and zero
		for _, signature := range [][]byte{signature, append(slices.Clone(key), make([]byte, 32)...)} {
			if measurement.VerifyBatch(key, []byte("anything"), signature) {
				t.Errorf("a key that begins with %x signs anything", first)
			}
		}
	}
}

// A line costs itself and no other, whatever is wrong with it.
func TestDecodeRejectsLines(t *testing.T) {
	lines := strings.SplitAfter(string(encoded(t)), "\n")
	good := strings.TrimSuffix(lines[1], "\n")
	for name, bad := range map[string]string{
		"a key twice":            strings.Replace(good, `"kind":"beat"`, `"kind":"beat","kind":"beat"`, 1),
		"a key in other case":    strings.Replace(good, `"kind"`, `"Kind"`, 1),
		"a key twice, by case":   strings.Replace(good, `"kind":"beat"`, `"kind":"beat","KIND":"dns"`, 1),
		"an unknown key":         strings.Replace(good, `"kind":"beat"`, `"kind":"beat","ssid":"home"`, 1),
		"a key twice, escaped":   strings.Replace(good, `"kind":"beat"`, `"kind":"beat","\u006bind":"dns"`, 1),
		"not UTF-8":              strings.Replace(good, `beat`, "be\xffat", 1),
		"null":                   strings.Replace(good, `12`, `null`, 1),
		"an unknown kind":        strings.Replace(good, `"kind":"beat"`, `"kind":"ping"`, 1),
		"no evidence":            `{"kind":"beat","measured_at":"2026-03-01T12:00:00Z","duration_ms":1}`,
		"evidence of another":    strings.Replace(strings.TrimSuffix(lines[2], "\n"), `"kind":"dns"`, `"kind":"tcp"`, 1),
		"an unknown failure":     strings.Replace(strings.TrimSuffix(lines[2], "\n"), `"class":"service"`, `"class":"service","failure":"dial tcp 10.0.0.7: refused"`, 1),
		"a private address":      strings.Replace(strings.TrimSuffix(lines[2], "\n"), `"address":"192.0.2.1"`, `"address":"10.0.0.7%eth0"`, 1),
		"a time of another zone": strings.Replace(good, `00.25Z`, `00.25+05:30`, 1),
		"a time too fine":        strings.Replace(good, `00.25Z`, `00.2500001Z`, 1),
		"a target of any text":   strings.Replace(strings.TrimSuffix(lines[2], "\n"), `"target":"chat.example"`, `"target":"\u202echat.example"`, 1),
		"half a surrogate":       strings.Replace(strings.TrimSuffix(lines[2], "\n"), `"target":"chat.example"`, `"target":"\ud800.example"`, 1),
		"a target with no port":  strings.Replace(strings.TrimSuffix(lines[3], "\n"), `chat.example:443`, `chat.example`, 1),
		"a name of any text":     strings.Replace(strings.TrimSuffix(lines[4], "\n"), `"server_name":"chat.example"`, `"server_name":"chat.example\nHost: home"`, 1),
		"a key too many":         strings.Replace(good, `{"kind"`, `{`+manyKeys(40)+`"kind"`, 1),
		"two objects":            good + good,
		"not JSON":               "hello",
		"empty":                  "",
		"too long":               `{"kind":"beat","target":"` + strings.Repeat("a", 16<<10) + `"}`,
		"deeply nested":          strings.Repeat("[", 10000),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := measurement.Decode(public, []byte(lines[0]+bad+"\n"+good+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Lines) != 1 || len(got.Rejected) != 1 || got.Rejected[0].Number != 2 || got.Rejected[0].Reason == "" {
				t.Errorf("kept %d lines, rejected %+v", len(got.Lines), got.Rejected)
			}
		})
	}
}

func TestDecodeRefusesBatches(t *testing.T) {
	lines := strings.SplitAfter(string(encoded(t)), "\n")
	for name, test := range map[string]struct {
		batch string
		want  error
	}{
		"empty":               {"", measurement.ErrBadHeader},
		"no end":              {strings.TrimSuffix(strings.Join(lines, ""), "\n"), measurement.ErrBadHeader},
		"no header":           {lines[1], measurement.ErrBadHeader},
		"another schema":      {strings.Replace(lines[0], `"schema":1`, `"schema":99`, 1) + lines[1], measurement.ErrSchema},
		"no record":           {lines[0], measurement.ErrNoRecords},
		"no good record":      {lines[0] + "{}\n", measurement.ErrNoRecords},
		"a field too many":    {strings.Replace(lines[0], `"schema"`, `"user":"anna","schema"`, 1) + lines[1], measurement.ErrBadHeader},
		"too large":           {strings.Repeat("x", measurement.MaxBatchBytes+1), measurement.ErrTooLarge},
		"more than can be":    {lines[0] + strings.Repeat(lines[1], measurement.MaxBatchRecords+1), measurement.ErrTooLarge},
		"a country like that": {strings.Replace(lines[0], `"country":"XL"`, `"country":"Lampland"`, 1) + lines[1], measurement.ErrBadHeader},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := measurement.Decode(public, []byte(test.batch)); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestSignature(t *testing.T) {
	batch := encoded(t)
	signature := measurement.SignBatch(private, batch)
	if !measurement.VerifyBatch(public, batch, signature) {
		t.Error("a batch as signed is refused")
	}
	changed := append([]byte(nil), batch...)
	changed[len(changed)/2] ^= 1
	if measurement.VerifyBatch(public, changed, signature) || measurement.VerifyBatch(public, batch, ed25519.Sign(private, batch)) {
		t.Error("a changed batch, or a signature without the domain, is taken")
	}
	body, mark, err := measurement.SignReceipt(private, measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: measurement.NewBatchID(batch).String(), ReceivedAt: at, Records: 5, Beacon: "b1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := measurement.VerifyReceipt(public, body, mark, measurement.NewBatchID(batch)); err != nil {
		t.Errorf("a receipt as signed is refused: %v", err)
	}
	if _, err := measurement.VerifyReceipt(public, body, mark, measurement.NewBatchID(changed)); !errors.Is(err, measurement.ErrReceipt) {
		t.Errorf("a receipt for another batch: %v", err)
	}
}

// Whatever is decoded can be written again and means the same.
func FuzzDecode(f *testing.F) {
	f.Add(encoded(f))
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		batch, err := measurement.Decode(public, data)
		if err != nil {
			return
		}
		var again []measurement.Record
		for _, line := range batch.Lines {
			again = append(again, line.Record)
		}
		text, err := measurement.Encode(batch.Header, again)
		if err != nil {
			t.Fatalf("what was decoded cannot be written: %v", err)
		}
		back, err := measurement.Decode(public, text)
		if err != nil || len(back.Lines) != len(batch.Lines) || len(back.Rejected) > 0 {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}
