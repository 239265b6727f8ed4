package dns_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/dns"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var (
	zone = servertest.Zone(map[string][]string{
		"both.example":    {"127.20.0.1", "2606:4700::1111"},
		"v4.example":      {"127.20.0.1", "127.20.0.2"},
		"v6.example":      {"2606:4700::1111"},
		"empty.example":   {},
		"private.example": {"192.168.1.1", "fd00::1"},
		"bogon.example":   {"0.0.0.0"},
		"mixed.example":   {"10.0.0.1", "127.20.0.1"},
	})
	look   = check.Look{Number: 3, Class: measurement.ClassForeign}
	v4     = measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("127.20.0.1")}
	second = measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("127.20.0.2")}
	hidden = measurement.Answer{Class: measurement.AddressPrivate}
	bogon  = measurement.Answer{Class: measurement.AddressBogon}
)

// askOne asks one resolver, and holds every record to its schema.
func askOne(t *testing.T, v *check.Vantage, resolver plan.Resolver, host string) []measurement.Record {
	t.Helper()
	if resolver.Class == "" {
		resolver.Class = measurement.ResolverPublic
	}
	records := dns.NewPanel([]plan.Resolver{resolver}, "").Ask(t.Context(), v, look, host)
	for i, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("record %d: %v", i, err)
		}
	}
	return records
}

// addresses leaves out the records that are not of questions for addresses.
func addresses(records []measurement.Record) []measurement.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r measurement.Record) bool { return r.DNS.Query == "HTTPS" })
}

// family is what a record says of one family.
type family struct {
	Failure measurement.Failure
	Rcode   string
	Answers []measurement.Answer
}

func families(t *testing.T, records []measurement.Record, target string) []family {
	t.Helper()
	var out []family
	for i, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("record %d: %v", i, err)
		}
		if r.Target != target || r.Check != 3 || r.Class != measurement.ClassForeign || r.DNS.Query != []string{"A", "AAAA"}[i] {
			t.Errorf("record %d is of another look: %+v", i, r)
		}
		out = append(out, family{r.Failure, r.DNS.Rcode, r.DNS.Answers})
	}
	return out
}

// TestBothFamilies asks the same names through the machine's resolver and directly: what can be told
// apart directly cannot always be told apart through the machine.
func TestBothFamilies(t *testing.T) {
	server := servertest.DNS(t, "127.20.0.53:0", zone)
	v := servertest.Vantage(t, server, nil)
	v6 := measurement.Answer{Class: measurement.AddressPublic, Address: netip.MustParseAddr("2606:4700::1111")}
	for _, tt := range []struct {
		host           string
		system, direct []family
	}{
		{
			"both.example",
			[]family{{Answers: []measurement.Answer{v4}}, {Answers: []measurement.Answer{v6}}},
			[]family{{"", "NOERROR", []measurement.Answer{v4}}, {"", "NOERROR", []measurement.Answer{v6}}},
		},
		{
			"v4.example",
			[]family{{Answers: []measurement.Answer{v4, second}}, {}},
			[]family{{"", "NOERROR", []measurement.Answer{v4, second}}, {"", "NOERROR", nil}},
		},
		{
			"v6.example",
			[]family{{}, {Answers: []measurement.Answer{v6}}},
			[]family{{"", "NOERROR", nil}, {"", "NOERROR", []measurement.Answer{v6}}},
		},
		{
			"empty.example",
			[]family{{Failure: measurement.FailureDNSNXDOMAIN}, {Failure: measurement.FailureDNSNXDOMAIN}},
			[]family{{measurement.FailureDNSNoAnswer, "NOERROR", nil}, {measurement.FailureDNSNoAnswer, "NOERROR", nil}},
		},
		{
			"missing.example",
			[]family{{Failure: measurement.FailureDNSNXDOMAIN}, {Failure: measurement.FailureDNSNXDOMAIN}},
			[]family{{measurement.FailureDNSNXDOMAIN, "NXDOMAIN", nil}, {measurement.FailureDNSNXDOMAIN, "NXDOMAIN", nil}},
		},
		{
			"private.example",
			[]family{{Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{hidden}}, {Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{hidden}}},
			[]family{{measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{hidden}}, {measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{hidden}}},
		},
		{
			"bogon.example",
			[]family{{Failure: measurement.FailureDNSBogon, Answers: []measurement.Answer{bogon}}, {}},
			[]family{{measurement.FailureDNSBogon, "NOERROR", []measurement.Answer{bogon}}, {"", "NOERROR", nil}},
		},
		{
			"mixed.example",
			[]family{{Answers: []measurement.Answer{hidden, v4}}, {}},
			[]family{{"", "NOERROR", []measurement.Answer{hidden, v4}}, {"", "NOERROR", nil}},
		},
	} {
		t.Run(tt.host, func(t *testing.T) {
			records, _ := dns.System(t.Context(), v, look, tt.host)
			if diff := cmp.Diff(tt.system, families(t, records, tt.host), compareAddr, sorted); diff != "" {
				t.Errorf("system (-want +got):\n%s", diff)
			}
			records = addresses(askOne(t, v, plan.Resolver{Address: server, Class: measurement.ResolverISP}, tt.host))
			if diff := cmp.Diff(tt.direct, families(t, records, tt.host), compareAddr, sorted); diff != "" {
				t.Errorf("direct (-want +got):\n%s", diff)
			}
		})
	}
}

var (
	compareAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	sorted      = cmpopts.SortSlices(func(a, b measurement.Answer) bool { return a.Address.Less(b.Address) })
)

func TestSystemHandsOutPublicAddressesOnly(t *testing.T) {
	v := servertest.Vantage(t, servertest.DNS(t, "127.20.0.53:0", zone), nil)
	_, addresses := dns.System(t.Context(), v, look, "mixed.example")
	if diff := cmp.Diff([]netip.Addr{v4.Address}, addresses, compareAddr); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}
