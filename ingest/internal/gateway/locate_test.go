package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/envelope"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestLocate(t *testing.T) {
	located := func(l envelope.Location) envelope.Location { l.Origin = store.OriginLocated; return l }
	declared := func(l envelope.Location) envelope.Location { l.Origin = store.OriginDeclared; return l }
	iraq := geo.Location{Country: "IQ", Region: "IQ-BG", ASN: 203214, ASName: "Hulum Almustakbal"}
	germany := geo.Location{Country: "DE", Region: "DE-BE", ASN: 3320, ASName: "Deutsche Telekom"}
	for _, test := range []struct {
		name     string
		found    geo.Location
		declared measurement.Network
		want     envelope.Location
	}{
		{"they agree", iraq, measurement.Network{Country: "IQ", ASN: 203214},
			located(envelope.Location{Country: "IQ", Region: "IQ-BG", ASN: 203214, ASName: "Hulum Almustakbal"})},
		{"the probe knows nothing", germany, measurement.Network{Country: "ZZ"},
			located(envelope.Location{Country: "DE", Region: "DE-BE", ASN: 3320, ASName: "Deutsche Telekom"})},
		{"the probe knows its country", iraq, measurement.Network{Country: "IQ"},
			located(envelope.Location{Country: "IQ", Region: "IQ-BG", ASN: 203214, ASName: "Hulum Almustakbal"})},
		{"measured in a blackout, delivered from abroad", germany, measurement.Network{Country: "IQ", ASN: 203214, Region: "IQ-NI"},
			declared(envelope.Location{Country: "IQ", Region: "IQ-NI", ASN: 203214})},
		{"measured on mobile, delivered from a fixed line", iraq, measurement.Network{Country: "IQ", ASN: 21277},
			declared(envelope.Location{Country: "IQ", ASN: 21277})},
		{"delivered from abroad with a country database only", geo.Location{Country: "DE"}, measurement.Network{Country: "IQ", ASN: 203214},
			declared(envelope.Location{Country: "IQ", ASN: 203214})},
		{"a country database only", geo.Location{Country: "IQ"}, measurement.Network{Country: "IQ", ASN: 203214, Region: "IQ-NI"},
			located(envelope.Location{Country: "IQ", Region: "IQ-NI", ASN: 203214})},
		{"a number without a country", geo.Location{Country: "IQ"}, measurement.Network{Country: "ZZ", ASN: 203214},
			located(envelope.Location{Country: "IQ"})},
		{"no database", geo.Location{}, measurement.Network{Country: "IQ", ASN: 203214, Region: "IQ-NI"},
			declared(envelope.Location{Country: "IQ", Region: "IQ-NI", ASN: 203214})},
		{"nobody knows", geo.Location{}, measurement.Network{Country: "ZZ"},
			declared(envelope.Location{Country: "ZZ"})},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, locate(test.found, test.declared)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
