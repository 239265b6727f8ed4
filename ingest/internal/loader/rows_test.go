package loader

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestFillQUIC(t *testing.T) {
	record := measurement.Record{
		Kind: measurement.KindQUIC, Check: 7, Target: "chat.example:443", Class: measurement.ClassService, Failure: measurement.FailureTLSFailedHandshake,
		QUIC: &measurement.QUIC{Address: netip.MustParseAddr("192.0.2.1"), ServerName: "chat.example", Version: "1", KeySHA256: strings.Repeat("45", 32), Alert: 40},
	}
	var got store.Measurement
	fill(&got, &record, func(netip.Addr) uint32 { return 64501 })
	want := store.Measurement{
		Kind: "quic", Check: 7, Target: "chat.example:443", Class: "service", Failure: "ssl_failed_handshake",
		Address: "192.0.2.1", AddressASN: 64501, ServerName: "chat.example", QUICVersion: "1", KeySHA256: strings.Repeat("45", 32), Alert: 40,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
