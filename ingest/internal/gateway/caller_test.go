package gateway

import (
	"net/http"
	"net/netip"
	"testing"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:aa::/48")}

func request(remote string, forwarded ...string) *http.Request {
	return &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": forwarded}}
}

func TestCaller(t *testing.T) {
	for _, test := range []struct {
		name      string
		remote    string
		forwarded []string
		want      string // empty: cannot be known
	}{
		{"no proxy", "192.0.2.1:443", nil, "192.0.2.1"},
		{"a sender that claims to be another", "192.0.2.1:443", []string{"198.51.100.9"}, "192.0.2.1"},
		{"a sender that claims to be a proxy", "192.0.2.1:443", []string{"198.51.100.9, 10.0.0.1"}, "192.0.2.1"},
		{"behind a proxy", "10.0.0.1:443", []string{"192.0.2.1"}, "192.0.2.1"},
		{"behind a proxy, with an invention before it", "10.0.0.1:443", []string{"198.51.100.9, 192.0.2.1"}, "192.0.2.1"},
		{"behind a proxy, with an invention of a proxy", "10.0.0.1:443", []string{"198.51.100.9, 10.0.0.7, 192.0.2.1"}, "192.0.2.1"},
		{"behind two proxies", "10.0.0.1:443", []string{"192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"lines are one list", "10.0.0.1:443", []string{"198.51.100.9", "192.0.2.1"}, "192.0.2.1"},
		{"a proxy that names nobody", "10.0.0.1:443", nil, "10.0.0.1"},
		{"proxies alone", "10.0.0.1:443", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		{"a proxy that names no address", "10.0.0.1:443", []string{"unknown"}, ""},
		{"no address after a true one", "10.0.0.1:443", []string{"192.0.2.1, "}, ""},
		{"IPv6 behind a proxy", "[2001:db8:aa::1]:443", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv4 written as IPv6", "[::ffff:10.0.0.1]:443", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"a link-local zone", "[fe80::1%eth0]:443", nil, "fe80::1"},
		{"no address at all", "@", []string{"192.0.2.1"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := caller(request(test.remote, test.forwarded...), proxies)
			if test.want == "" && got.IsValid() || test.want != "" && got.String() != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}

// Whatever a sender writes before it, a proxy's own word of where the request came from is what counts; and
// without a proxy nothing that is written counts.
func FuzzCaller(f *testing.F) {
	f.Add("198.51.100.9, 10.0.0.1", "192.0.2.1")
	f.Add(",,\x00", "2001:db8::1")
	f.Fuzz(func(t *testing.T, invented, written string) {
		sender, err := netip.ParseAddr(written)
		if err != nil || sender.Zone() != "" || isTrusted(sender.Unmap(), proxies) {
			return
		}
		sender = sender.Unmap()
		if got := caller(request(netip.AddrPortFrom(sender, 443).String(), invented), proxies); got != sender {
			t.Errorf("%q made %v of %v", invented, got, sender)
		}
		for _, forwarded := range [][]string{{invented + ", " + written}, {invented, written}, {invented + "," + written + ", 10.0.0.2"}} {
			if got := caller(request("10.0.0.1:443", forwarded...), proxies); got != sender {
				t.Errorf("%q made %v of %v", forwarded, got, sender)
			}
		}
	})
}
