package narrate

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestCompare(t *testing.T) {
	const site, other = "93.184.216.34", "83.224.65.41"
	const otherwise = "  the control (there) saw otherwise:"
	type records = []measurement.Record
	named := func(failure measurement.Failure, addresses ...string) measurement.Record {
		r := measurement.Record{Kind: measurement.KindDNS, Target: "www.site.example", Failure: failure, DNS: &measurement.DNS{Resolver: measurement.ResolverSystem}}
		for _, text := range addresses {
			a := netip.MustParseAddr(text)
			answer := measurement.Answer{Class: measurement.AddressClassOf(a)}
			if answer.Class == measurement.AddressPublic {
				answer.Address = a
			}
			r.DNS.Answers = append(r.DNS.Answers, answer)
		}
		return r
	}
	tcp := func(address string, failure measurement.Failure) measurement.Record {
		return measurement.Record{Kind: measurement.KindTCP, Target: "www.site.example:443", Failure: failure, TCP: &measurement.TCP{Address: netip.MustParseAddr(address)}}
	}
	tls := func(failure measurement.Failure) measurement.Record {
		return measurement.Record{Kind: measurement.KindTLS, Target: "www.site.example:443", Failure: failure, TLS: &measurement.TLS{Address: netip.MustParseAddr(site)}}
	}
	quic := func(failure measurement.Failure) measurement.Record {
		return measurement.Record{Kind: measurement.KindQUIC, Target: "www.site.example:443", Failure: failure, QUIC: &measurement.QUIC{Address: netip.MustParseAddr(site)}}
	}
	page := func(failure measurement.Failure, h measurement.HTTP) measurement.Record {
		return measurement.Record{Kind: measurement.KindHTTP, Target: "https://www.site.example/", Failure: failure, HTTP: &h}
	}
	full := measurement.HTTP{Status: 200, BodyBytes: 1500, TitleSHA256: "a"}
	there := records{named("", site), tcp(site, ""), tls(""), page("", full)}
	for _, test := range []struct {
		name  string
		here  records
		there records
		want  []string
	}{
		{"alike", there, there, []string{"  the control (there) saw the same"}},
		{"no control", there, nil, []string{"  nothing to compare with: the control did not look at this one"}},
		{"no name", records{named(measurement.FailureDNSNXDOMAIN), page(measurement.FailureDNSNXDOMAIN, measurement.HTTP{})}, there, []string{
			otherwise,
			"    the name  there: 93.184.216.34",
			"              here:  the resolver says that the name does not exist",
			"    the page  there: received, status 200, 1500 bytes read",
			"              here:  the resolver says that the name does not exist"}},
		{"a private address", records{named("", "10.0.0.1")}, there, []string{
			otherwise, "    the name  there: 93.184.216.34", "              here:  an address that is not on the public internet"}},
		{"another address of the same page", records{named("", other), page("", full)}, there, []string{
			otherwise, "    the name  there: 93.184.216.34", "              here:  83.224.65.41, and the page is the same: large sites are in many places"}},
		{"another address of another page", records{named("", other), page("", measurement.HTTP{Status: 200, BodyBytes: 92, TitleSHA256: "b"})}, there, []string{
			otherwise, "    the name  there: 93.184.216.34", "              here:  83.224.65.41",
			"    the page  there: 1500 bytes read", "              here:  92 bytes read, under another title: it is another page"}},
		{"another address of no page", records{named("", other), page(measurement.FailureTimeout, measurement.HTTP{})}, records{named("", site), page(measurement.FailureTimeout, measurement.HTTP{})}, []string{
			otherwise, "    the name  there: 93.184.216.34", "              here:  83.224.65.41"}},
		{"a connection refused here alone, twice", records{tcp(site, measurement.FailureConnectionRefused), tcp(site, measurement.FailureConnectionRefused)}, there,
			[]string{otherwise, "    connection to 93.184.216.34  there: it works", "                                 here:  the connection was refused"}},
		{"a connection refused there alone", there, records{tcp(site, measurement.FailureConnectionRefused)},
			[]string{otherwise, "    connection to 93.184.216.34  there: the connection was refused", "                                 here:  it works"}},
		{"two addresses", records{tcp(site, measurement.FailureTimeout), tcp(other, measurement.FailureTimeout)}, records{tcp(site, ""), tcp(other, "")}, []string{
			otherwise,
			"    connection to 93.184.216.34  there: it works", "                                 here:  no answer came in time",
			"    connection to 83.224.65.41   there: it works", "                                 here:  no answer came in time"}},
		{"refused in both places", records{tcp(site, measurement.FailureConnectionRefused)}, records{tcp(site, measurement.FailureConnectionRefused), page(measurement.FailureConnectionRefused, measurement.HTTP{})},
			[]string{"  the control (there) could not reach it either: the connection was refused"}},
		{"encryption cut", records{tls(measurement.FailureConnectionReset)}, there,
			[]string{otherwise, "    encryption with 93.184.216.34  there: it works", "                                   here:  the connection was cut"}},
		{"HTTP/3 silent here alone", records{quic(measurement.FailureTimeout)}, records{quic("")},
			[]string{otherwise, "    HTTP/3 with 93.184.216.34  there: it works", "                               here:  no answer came in time"}},
		{"another status", records{page("", measurement.HTTP{Status: 403})}, there,
			[]string{otherwise, "    the page  there: status 200", "              here:  status 403"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			came, err := Compare(&out, test.here, test.there)
			if err != nil {
				t.Fatal(err)
			}
			if (came == "otherwise") != (test.want[0] == otherwise) || (came == "not compared") != (len(test.there) == 0) {
				t.Errorf("it is %s", came)
			}
			// Whatever differs, the last word is that it proves nothing.
			said, doubted := strings.CutSuffix(out.String(), doubt)
			if doubted != (test.want[0] == otherwise) {
				t.Errorf("it doubts: %v", doubted)
			}
			got := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
