package plan_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func parse(rest string) (plan.Plan, error) {
	return plan.Parse([]byte(`{"version":"v1",` + rest + `}`))
}

func TestResolvers(t *testing.T) {
	p, err := parse(`"whoami":"whoami.lamplight.example","resolvers":[
		{"address":"192.0.2.1:53","class":"isp"},
		{"address":"192.0.2.1:53","class":"isp","transport":"tcp"},
		{"address":"[2001:db8::1]:853","class":"public","transport":"dot","name":"dns.example.net"},
		{"address":"192.0.2.1:443","class":"public","transport":"doh","name":"192.0.2.1"},
		{"address":"192.0.2.2:443","class":"public","transport":"doh","name":"dns.example.net","path":"/q"}]`)
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort
	want := []plan.Resolver{
		{Address: at("192.0.2.1:53"), Class: "isp", Transport: "udp"},
		{Address: at("192.0.2.1:53"), Class: "isp", Transport: "tcp"},
		{Address: at("[2001:db8::1]:853"), Class: "public", Transport: "dot", Name: "dns.example.net"},
		{Address: at("192.0.2.1:443"), Class: "public", Transport: "doh", Name: "192.0.2.1", Path: "/dns-query"},
		{Address: at("192.0.2.2:443"), Class: "public", Transport: "doh", Name: "dns.example.net", Path: "/q"},
	}
	if diff := cmp.Diff(want, p.Resolvers, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Whoami != "whoami.lamplight.example" {
		t.Errorf("whoami %q", p.Whoami)
	}
}

// TestRefusals says what is wrong, and what to do.
func TestRefusals(t *testing.T) {
	one := func(fields string) string {
		return `"resolvers":[{"address":"192.0.2.1:53","class":"public"` + fields + `}]`
	}
	for _, tt := range []struct{ name, text, want string }{
		{"no address", `"resolvers":[{"class":"isp"}]`, "write it as 192.0.2.1:53"},
		{"the machine's class", `"resolvers":[{"address":"192.0.2.1:53","class":"system"}]`, "is not isp or public"},
		{"unknown transport", one(`,"transport":"https"`), "is not udp, tcp, dot or doh"},
		{"the machine's transport", one(`,"transport":"system"`), "leave it out"},
		{"a name for UDP", one(`,"name":"dns.example.net"`), "leave the name out, or make the transport dot or doh"},
		{"no name for DoT", one(`,"transport":"dot"`), "give the resolver's host name"},
		{"a URL for a name", one(`,"transport":"doh","name":"https://dns.example.net/"`), "give the resolver's host name"},
		{"a path for DoT", one(`,"transport":"dot","name":"dns.example.net","path":"/q"`), "only doh has one"},
		{"a template for a path", one(`,"transport":"doh","name":"dns.example.net","path":"/dns-query{?dns}"`), "without {?dns}"},
		{"a path that is none", one(`,"transport":"doh","name":"dns.example.net","path":"q"`), "write it as /dns-query"},
		{"too long a path", one(`,"transport":"doh","name":"dns.example.net","path":"/` + strings.Repeat("q", 128) + `"`), "at most 128"},
		{"twice", `"resolvers":[{"address":"192.0.2.1:53","class":"isp"},{"address":"192.0.2.1:53","class":"isp","transport":"udp"}]`, "given twice over udp"},
		{"too many", `"resolvers":[` + strings.TrimSuffix(strings.Repeat(`{"address":"192.0.2.1:53","class":"isp"},`, 7), ",") + `]`, "at most 6"},
		{"whoami is no name", `"whoami":"192.0.2.1"`, "give a name below a zone of yours"},
		{"whoami has one label", `"whoami":"whoami"`, "give a name below a zone of yours"},
		{"whoami tells an address", `"whoami":"whoami.akamai.net"`, "answers with an AS number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want something with %q", err, tt.want)
			}
		})
	}
}

// TestTells keeps targets out of plans whose record would hold the volunteer's own address.
func TestTells(t *testing.T) {
	for url, refused := range map[string]bool{
		"https://myip.opendns.com/": true, "https://MyIP.OpenDNS.com/": true, "http://whoami.akamai.net/": true,
		"https://o-o.myaddr.l.google.com/": true, "https://a.b.o-o.myaddr.l.google.com/": true, "https://whoami.cloudflare.com/": true,
		"https://api.ipify.org/?format=json": true, "https://icanhazip.com/": true, "https://ipv4.icanhazip.com:443/": true,
		"https://www.example.org/cdn-cgi/trace": true, "https://www.example.org/CDN-CGI/Trace/": true,
		"https://www.opendns.com/": false, "https://www.google.com/": false, "https://noticanhazip.com/": false,
		"https://www.example.org/cdn-cgi/trace/other": false, "https://1.1.1.1/": false, "https://com/": true,
	} {
		for place, text := range map[string]string{
			"targets": `"targets":[{"url":"` + url + `","class":"foreign"}]`,
			"anchors": `"anchors":{"foreign":["` + url + `"]}`,
		} {
			_, err := parse(text)
			if (err != nil) != refused {
				t.Errorf("%s in %s: %v", url, place, err)
			}
			if refused && url != "https://com/" && !strings.Contains(err.Error(), "would hold the volunteer's address, so leave it out") {
				t.Errorf("%s in %s is refused for another reason: %v", url, place, err)
			}
		}
	}
}

func FuzzResolver(f *testing.F) {
	f.Add("dot", "dns.example.net", "", "whoami.example.net")
	f.Add("doh", "192.0.2.1", "/dns-query", "")
	f.Fuzz(func(t *testing.T, transport, name, path, whoami string) {
		r := plan.Resolver{Address: netip.MustParseAddrPort("192.0.2.1:53"), Class: "isp", Transport: measurement.Transport(transport), Name: name, Path: path}
		p := plan.Plan{Version: "v1", Resolvers: []plan.Resolver{r}, Whoami: whoami}.WithDefaults()
		if p.Validate() != nil {
			return
		}
		if got := p.Resolvers[0]; got.Transport == "doh" != strings.HasPrefix(got.Path, "/") || strings.ContainsAny(got.Path, " ?#{%\\") {
			t.Errorf("%+v", got)
		}
	})
}
