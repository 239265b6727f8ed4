package envelope

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/store"
)

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
			got, err := Decode(e.Encode())
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
			got, err := Decode(e.Encode())
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
		{"a long region", headerRegion, "XL-0001", "message header region is not what a gateway writes"},
		{"a negative AS number", headerASN, "-1", "message header asn is not what a gateway writes"},
		{"an AS number of 33 bits", headerASN, "4294967296", "message header asn is not what a gateway writes"},
		{"a name that is not UTF-8", headerASName, "\xff", "message header as_name is not what a gateway writes"},
		{"an unknown origin", headerOrigin, "guessed", "message header origin is not what a gateway writes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := example().Encode()
			for i := range m.Headers {
				if m.Headers[i].Name == test.header {
					m.Headers[i].Value = []byte(test.value)
				}
			}
			if _, err := Decode(m); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	for i, h := range example().Encode().Headers {
		t.Run("without "+h.Name, func(t *testing.T) {
			m := example().Encode()
			m.Headers = append(m.Headers[:i], m.Headers[i+1:]...)
			if _, err := Decode(m); err == nil || err.Error() != "message header "+h.Name+" is missing" {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("another key", func(t *testing.T) {
		m := example().Encode()
		m.Key = m.Key[1:]
		if _, err := Decode(m); err == nil {
			t.Error("took a key of 31 bytes")
		}
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
			{Name: headerOrigin, Value: []byte(origin)},
		}}
		first, err := Decode(m)
		if err != nil {
			return
		}
		second, err := Decode(first.Encode())
		if err != nil {
			t.Fatalf("what was decoded does not encode: %v", err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Error(diff)
		}
	})
}
