package dns

import (
	"net/netip"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestSettle judges two families together: what one did not answer must not become a failure of the other.
func TestSettle(t *testing.T) {
	const (
		nxdomain = measurement.FailureDNSNXDOMAIN
		timeout  = measurement.FailureTimeout
		noAnswer = measurement.FailureDNSNoAnswer
		servfail = measurement.FailureDNSServfailCode
		isp      = measurement.ResolverISP
		system   = measurement.ResolverSystem
	)
	some := []measurement.Answer{{Class: measurement.AddressPublic, Address: netip.MustParseAddr("2606:4700::1111")}}
	bogon := []measurement.Answer{{Class: measurement.AddressBogon}}
	type family struct {
		failure measurement.Failure
		answers []measurement.Answer
	}
	for _, tt := range []struct {
		name            string
		resolver        measurement.Resolver
		a, aaaa         family
		wantA, wantAAAA measurement.Failure
	}{
		{"both have some", isp, family{"", some}, family{"", some}, "", ""},
		{"one has none", isp, family{"", some}, family{"", nil}, "", ""},
		{"neither has any", isp, family{"", nil}, family{"", nil}, noAnswer, noAnswer},
		{"IPv4 timed out, IPv6 is honestly empty", isp, family{timeout, nil}, family{"", nil}, timeout, ""},
		{"IPv4 is honestly empty, IPv6 timed out", isp, family{"", nil}, family{timeout, nil}, "", timeout},
		{"IPv4 failed, IPv6 is honestly empty", isp, family{servfail, nil}, family{"", nil}, servfail, ""},
		{"no such name", isp, family{nxdomain, nil}, family{nxdomain, nil}, nxdomain, nxdomain},
		{"a lie about one family", isp, family{"", some}, family{nxdomain, nil}, "", nxdomain},
		{"a bogon", isp, family{"", bogon}, family{"", nil}, measurement.FailureDNSBogon, ""},
		{"a bogon beside a time out", isp, family{timeout, nil}, family{"", bogon}, timeout, measurement.FailureDNSBogon},
		{"the machine finds neither", system, family{nxdomain, nil}, family{nxdomain, nil}, nxdomain, nxdomain},
		{"the machine finds IPv4 only", system, family{"", some}, family{nxdomain, nil}, "", ""},
		{"the machine finds IPv6 only", system, family{nxdomain, nil}, family{"", some}, "", ""},
		{"the machine finds no IPv6, and IPv4 timed out", system, family{timeout, nil}, family{nxdomain, nil}, timeout, ""},
		{"the machine finds no IPv4, and IPv6 timed out", system, family{nxdomain, nil}, family{timeout, nil}, nxdomain, timeout},
		{"the machine finds a bogon for IPv4 only", system, family{"", bogon}, family{nxdomain, nil}, measurement.FailureDNSBogon, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			record := func(f family) *measurement.Record {
				return &measurement.Record{Failure: f.failure, DNS: &measurement.DNS{Resolver: tt.resolver, Answers: f.answers}}
			}
			a, aaaa := record(tt.a), record(tt.aaaa)
			settle(a, aaaa)
			if a.Failure != tt.wantA || aaaa.Failure != tt.wantAAAA {
				t.Errorf("got %q and %q, want %q and %q", a.Failure, aaaa.Failure, tt.wantA, tt.wantAAAA)
			}
		})
	}
}
