package control

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// A control that has no way to an address, as one without IPv6, sends nothing there, and takes nothing of what may be sent.
func TestWhereNoRouteLeadsNothingIsCounted(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	machinetest.IP(t, "route del table local local 127.0.0.0/8 dev lo")
	for _, near := range []string{"127.0.0.0/24", "127.20.0.0/24", "127.20.9.0/24"} {
		machinetest.IP(t, "route add table local local "+near+" dev lo")
	}
	o := newOutside(t, func(c *Config) { c.Found, c.Crowd = Rate{time.Hour, 1}, Rate{time.Hour, 1} })
	target := Target{URL: strings.Replace(strings.Replace(o.url, "www.site", "far", 1), "https", "http", 1)}
	const want = "dns, dns, tcp 127.20.8.1 network_unreachable, tcp 127.20.8.2 network_unreachable, http network_unreachable"
	if got := o.ask(t, target); got != want {
		t.Errorf("saw  %s\nwant %s", got, want)
	}
	if !o.led.allow(netip.MustParseAddr("127.20.8.3"), time.Now()) {
		t.Error("it took of what may be sent there")
	}
}
