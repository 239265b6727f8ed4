package feedwire

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/observation"
	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func observed() observation.Observation {
	return observation.Observation{
		ID: [16]byte{1, 2}, Batch: [32]byte{3}, Session: [32]byte{4}, Source: store.SourceOONI, Vantage: store.VantageProbe,
		Country: "XL", ASN: 64501, NetworkType: measurement.NetworkMobile, Software: "ooniprobe/3.22.0", Plan: "web_connectivity/0.5.28",
		Record: measurement.Record{
			Kind: measurement.KindTCP, MeasuredAt: at("2024-02-12T20:33:47.25Z"), DurationMS: 40, Check: 1, Target: "site.example:443",
			Class: measurement.ClassForeign, Failure: measurement.FailureConnectionReset, TCP: &measurement.TCP{Address: netip.MustParseAddr("93.184.216.34")},
		},
	}
}

func TestObservationRoundTrip(t *testing.T) {
	messages := encode(t, all(observed(), observed()))
	rows, err := Decode(messages[0])
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	want := Rows{Observations: []observation.Observation{observed(), observed()}, ReceivedAt: received}
	if diff := cmp.Diff(want, rows, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestObservationRefuses(t *testing.T) {
	line := string(encode(t, all(observed()))[0].Value)
	for _, test := range []struct{ name, old, replacement, want string }{
		{"another source", `"ooni"`, `"gossip"`, "source is not a known one"},
		{"another vantage", `"vantage":"probe"`, `"vantage":"moon"`, "vantage is neither"},
		{"a short id", `"id":"0102`, `"id":"02`, "not 16, 32 and 32 bytes"},
		{"no id", `"id":"01`, `"id":"xx`, "is not in hex"},
		{"a country that is none", `"country":"XL"`, `"country":"Lampland"`, "country is not"},
		{"a network that is none", `"network_type":"mobile"`, `"network_type":"pigeon"`, "network_type is not"},
		{"a time that tables change", `"measured_at":"2024`, `"measured_at":"1924`, "measured_at is not between"},
		{"free text", "ooniprobe/3.22.0", "a volunteer's name", "software and plan are printable ASCII"},
		{"a record that is none", "connection_reset", "dial tcp 203.0.113.1", "failure is not in the vocabulary"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := encode(t, all(observed()))[0]
			m.Value = []byte(strings.Replace(line, test.old, test.replacement, 1))
			rows, err := Decode(m)
			if err != nil || len(rows.Observations) != 0 || len(rows.Rejected) != 1 || !strings.Contains(rows.Rejected[0].Error(), test.want) {
				t.Errorf("%v, %+v; want it rejected: %s", err, rows, test.want)
			}
		})
	}
}
