package envelope

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var (
	gatewayKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	otherKey   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	trusted    = []ed25519.PublicKey{public(otherKey), public(gatewayKey)} // two, as while keys are changed
)

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

func example() Envelope {
	return Envelope{
		Key:        bytes.Repeat([]byte{1}, 32),
		Signature:  bytes.Repeat([]byte{2}, 64),
		ReceivedAt: time.Date(2026, 6, 1, 12, 0, 0, 123e6, time.UTC),
		Location:   Location{Country: "XL", Region: "XL-01", ASN: 64501, ASName: "Harbor Télécom", Origin: store.OriginLocated},
		Body:       []byte("body"),
	}
}

func TestRoundTrip(t *testing.T) {
	bare := example()
	bare.Location = Location{Country: "ZZ", Origin: store.OriginDeclared}
	for name, e := range map[string]Envelope{"located": example(), "nothing known": bare} {
		t.Run(name, func(t *testing.T) {
			got, err := Decode(e.Encode(gatewayKey), trusted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEncodeWritesOnlyWhatDecodeTakes(t *testing.T) {
	for _, test := range []struct {
		name      string
		got, want Location
	}{
		{"no country", Location{}, Location{Country: "ZZ"}},
		{"a word for a country", Location{Country: "Harborland"}, Location{Country: "ZZ"}},
		{"a region that is no code", Location{Country: "XL", Region: "coast"}, Location{Country: "XL"}},
		{"a name that is too long", Location{Country: "XL", ASName: strings.Repeat("é", 200)}, Location{Country: "XL", ASName: strings.Repeat("é", 128)}},
		{"a name that is not text", Location{Country: "XL", ASName: "a\xffb"}, Location{Country: "XL", ASName: "a\uFFFDb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := example()
			e.Location = test.got
			e.Location.Origin, test.want.Origin = store.OriginLocated, store.OriginLocated
			got, err := Decode(e.Encode(gatewayKey), trusted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Location); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct{ name, header, value, want string }{
		{"a short signature", headerSignature, "short", "message header signature is not what a gateway writes"},
		{"no time", headerReceivedAt, "yesterday", "message header received_at is not what a gateway writes"},
		{"a time that no table holds", headerReceivedAt, "2200-01-01T00:00:00Z", "message header received_at is not what a gateway writes"},
		{"a country in lower case", headerCountry, "xl", "message header country is not what a gateway writes"},
		{"a country of dashes", headerCountry, "--", "message header country is not what a gateway writes"},
		{"a country with a digit", headerCountry, "1-", "message header country is not what a gateway writes"},
		{"a long region", headerRegion, "XL-0001", "message header region is not what a gateway writes"},
		{"a negative AS number", headerASN, "-1", "message header asn is not what a gateway writes"},
		{"an AS number of 33 bits", headerASN, "4294967296", "message header asn is not what a gateway writes"},
		{"a name that is not UTF-8", headerASName, "\xff", "message header as_name is not what a gateway writes"},
		{"an unknown origin", headerOrigin, "guessed", "message header origin is not what a gateway writes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := example().Encode(gatewayKey)
			for i := range m.Headers {
				if m.Headers[i].Name == test.header {
					m.Headers[i].Value = []byte(test.value)
				}
			}
			if _, err := Decode(m, nil); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	for i, h := range example().Encode(gatewayKey).Headers {
		t.Run("without "+h.Name, func(t *testing.T) {
			m := example().Encode(gatewayKey)
			m.Headers = append(m.Headers[:i], m.Headers[i+1:]...)
			if _, err := Decode(m, nil); err == nil || err.Error() != "message header "+h.Name+" is missing" {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("another key", func(t *testing.T) {
		m := example().Encode(gatewayKey)
		m.Key = m.Key[1:]
		if _, err := Decode(m, nil); err == nil {
			t.Error("took a key of 31 bytes")
		}
	})
}

// A true batch that somebody sends again with another place or time is not taken, whatever is changed.
func TestForgedEnvelopes(t *testing.T) {
	const want = "no gateway that is trusted signed the message"
	refused := func(t *testing.T, m bus.Message, trusted []ed25519.PublicKey) {
		t.Helper()
		if _, err := Decode(m, trusted); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
	for header, value := range map[string]string{
		headerSignature: strings.Repeat("3", 64), headerReceivedAt: "2026-05-01T00:00:00Z", headerCountry: "XM",
		headerRegion: "XL-02", headerASN: "64502", headerASName: "Hill", headerOrigin: "declared", headerGateway: strings.Repeat("4", 64),
	} {
		t.Run("another "+header, func(t *testing.T) {
			m := example().Encode(gatewayKey)
			for i := range m.Headers {
				if m.Headers[i].Name == header {
					m.Headers[i].Value = []byte(value)
				}
			}
			refused(t, m, trusted)
			if _, err := Decode(m, nil); err != nil {
				t.Errorf("it is not the signature that gives it away: %v", err)
			}
		})
	}
	t.Run("another probe", func(t *testing.T) {
		m := example().Encode(gatewayKey)
		m.Key = bytes.Repeat([]byte{9}, 32)
		refused(t, m, trusted)
	})
	t.Run("another body", func(t *testing.T) {
		m := example().Encode(gatewayKey)
		m.Value = []byte("other")
		refused(t, m, trusted)
	})
	t.Run("a header before the signed one", func(t *testing.T) {
		m := example().Encode(gatewayKey)
		m.Headers = append([]bus.Header{{Name: headerCountry, Value: []byte("XM")}}, m.Headers...)
		refused(t, m, trusted)
	})
	t.Run("a gateway that is not trusted", func(t *testing.T) {
		refused(t, example().Encode(gatewayKey), []ed25519.PublicKey{public(otherKey)})
	})
}

// What Decode takes is what Encode writes: nothing is lost or reinterpreted on the way.
func FuzzDecode(f *testing.F) {
	e := example()
	f.Add([]byte(e.Key), e.Signature, "2026-06-01T12:00:00.123Z", "XL", "XL-01", "64501", "Harbor", "located")
	f.Add([]byte{}, []byte{}, "2026-06-01T12:00:00+02:00", "ZZ", "", "0", "", "declared")
	f.Fuzz(func(t *testing.T, key, signature []byte, at, country, region, asn, name, origin string) {
		m := bus.Message{Key: key, Headers: []bus.Header{
			{Name: headerSignature, Value: signature}, {Name: headerReceivedAt, Value: []byte(at)},
			{Name: headerCountry, Value: []byte(country)}, {Name: headerRegion, Value: []byte(region)},
			{Name: headerASN, Value: []byte(asn)}, {Name: headerASName, Value: []byte(name)},
			{Name: headerOrigin, Value: []byte(origin)}, {Name: headerGateway, Value: signature},
		}}
		first, err := Decode(m, nil)
		if err != nil {
			return
		}
		second, err := Decode(first.Encode(gatewayKey), trusted)
		if err != nil {
			t.Fatalf("what was decoded does not encode: %v", err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Error(diff)
		}
	})
}
