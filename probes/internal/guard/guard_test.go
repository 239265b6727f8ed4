package guard_test

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestClass(t *testing.T) {
	for address, want := range map[string]measurement.AddressClass{
		"8.8.8.8":                      measurement.AddressPublic,
		"::ffff:8.8.8.8":               measurement.AddressPublic,
		"64:ff9b::8.8.8.8":             measurement.AddressPublic, // NAT64 of a public address: how mobile networks reach IPv4
		"2002:808:808::1":              measurement.AddressPublic, // 6to4 of 8.8.8.8
		"2606:4700:4700::1111":         measurement.AddressPublic,
		"100.63.255.255":               measurement.AddressPublic,
		"100.128.0.0":                  measurement.AddressPublic,
		"172.32.0.1":                   measurement.AddressPublic,
		"10.0.0.1":                     measurement.AddressPrivate,
		"100.64.0.1":                   measurement.AddressPrivate,
		"100.127.255.255":              measurement.AddressPrivate,
		"127.0.0.1":                    measurement.AddressPrivate,
		"127.255.255.254":              measurement.AddressPrivate,
		"169.254.169.254":              measurement.AddressPrivate,
		"172.16.0.1":                   measurement.AddressPrivate,
		"172.31.255.255":               measurement.AddressPrivate,
		"192.168.1.1":                  measurement.AddressPrivate,
		"::1":                          measurement.AddressPrivate,
		"::ffff:127.0.0.1":             measurement.AddressPrivate,
		"::ffff:192.168.0.1":           measurement.AddressPrivate,
		"64:ff9b::127.0.0.1":           measurement.AddressPrivate,
		"64:ff9b::a00:1":               measurement.AddressPrivate,
		"64:ff9b:1::8.8.8.8":           measurement.AddressPrivate,
		"2002:7f00:1::":                measurement.AddressPrivate,
		"2002:c0a8:101::1":             measurement.AddressPrivate,
		"fc00::1":                      measurement.AddressPrivate,
		"fdff:ffff::1":                 measurement.AddressPrivate,
		"fe80::1":                      measurement.AddressPrivate,
		"febf::1":                      measurement.AddressPrivate,
		"fec0::1":                      measurement.AddressPrivate,
		"0.0.0.0":                      measurement.AddressBogon,
		"0.1.2.3":                      measurement.AddressBogon,
		"192.0.0.1":                    measurement.AddressBogon,
		"192.0.2.1":                    measurement.AddressBogon,
		"192.88.99.1":                  measurement.AddressBogon,
		"198.18.0.1":                   measurement.AddressBogon,
		"198.19.255.255":               measurement.AddressBogon,
		"198.51.100.1":                 measurement.AddressBogon,
		"203.0.113.1":                  measurement.AddressBogon,
		"224.0.0.1":                    measurement.AddressBogon,
		"239.255.255.250":              measurement.AddressBogon,
		"240.0.0.1":                    measurement.AddressBogon,
		"255.255.255.255":              measurement.AddressBogon,
		"::":                           measurement.AddressBogon,
		"::7f00:1":                     measurement.AddressBogon, // IPv4-compatible, deprecated
		"::ffff:0:7f00:1":              measurement.AddressBogon, // IPv4-translated, RFC 2765
		"64:ff9b::224.0.0.1":           measurement.AddressBogon,
		"2002:e000:1::":                measurement.AddressBogon,
		"100::1":                       measurement.AddressBogon, // discard-only
		"2001::1":                      measurement.AddressBogon, // Teredo
		"2001:db8::1":                  measurement.AddressBogon,
		"2001:20::1":                   measurement.AddressBogon, // ORCHIDv2
		"3fff::1":                      measurement.AddressBogon,
		"5f00::1":                      measurement.AddressBogon, // SRv6 identifiers
		"4000::1":                      measurement.AddressBogon, // given out to nobody
		"ff02::1":                      measurement.AddressBogon,
		"fe80::1%eth0":                 measurement.AddressBogon,
		"2606:4700:4700::1111%wlan0":   measurement.AddressBogon,
		"::ffff:8.8.8.8%eth0":          measurement.AddressBogon,
		"2001:4860:4860:0:0:0:0:8888":  measurement.AddressPublic,
		"0:0:0:0:0:ffff:7f00:0001":     measurement.AddressPrivate,
		"0064:ff9b:0:0:0:0:c0a8:0101":  measurement.AddressPrivate,
		"2620:4f:8000::1":              measurement.AddressBogon,
		"2620:4f:7fff:ffff:ffff::ffff": measurement.AddressPublic,
	} {
		if got := guard.New().Class(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
	if got := guard.New().Class(netip.Addr{}); got != measurement.AddressBogon {
		t.Errorf("no address is %s", got)
	}
}

func TestAllowPorts(t *testing.T) {
	for port, want := range map[uint16]bool{
		53: true, 80: true, 443: true, 853: true,
		0: false, 22: false, 25: false, 81: false, 8080: false, 3306: false, 65535: false,
	} {
		err := guard.New().Allow(netip.AddrPortFrom(netip.MustParseAddr("8.8.8.8"), port))
		if (err == nil) != want {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

// TestDialRefuses dials what a target list could hold. The control function sees the address that the
// system is about to connect to, whatever the text was.
func TestDialRefuses(t *testing.T) {
	for _, host := range []string{
		"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "10.1.2.3", "169.254.169.254",
		"100.64.0.1", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::1]", "255.255.255.255", "224.0.0.251", "[fe80::1%25lo]",
	} {
		u, err := url.Parse("http://" + host + ":80/")
		if err != nil {
			t.Fatal(err)
		}
		for _, network := range []string{"tcp", "udp"} {
			conn, err := guard.New().Dial(t.Context(), network, netip.MustParseAddrPort(u.Host))
			if conn != nil {
				conn.Close()
			}
			if !errors.Is(err, guard.ErrRefused) {
				t.Errorf("%s %s: %v, want a refusal", network, host, err)
			}
		}
	}
}

// To look a way up asks nobody, and refuses what Dial refuses.
func TestRoute(t *testing.T) {
	g, err := guard.ForLab(netip.MustParsePrefix("127.8.0.0/14"), netip.MustParseAddr("127.9.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	g = g.Asking(func(to netip.AddrPort) bool { t.Errorf("asked of %s", to); return false })
	if err := g.Route(t.Context(), netip.MustParseAddrPort("127.8.0.1:80")); err != nil {
		t.Error(err)
	}
	if err := g.Route(t.Context(), netip.MustParseAddrPort("10.0.0.1:80")); !errors.Is(err, guard.ErrRefused) {
		t.Errorf("%v, want a refusal", err)
	}
}

func TestForLabRefuses(t *testing.T) {
	source := netip.MustParseAddr("127.9.0.1")
	for name, prefix := range map[string]string{
		"private": "10.0.0.0/8", "wider than loopback": "126.0.0.0/7", "everything": "0.0.0.0/0", "IPv6": "::1/128",
		"without its source": "127.8.0.0/16", "mapped": "::ffff:127.0.0.0/104",
	} {
		if _, err := guard.ForLab(netip.MustParsePrefix(prefix), source); err == nil {
			t.Errorf("%s: %s is taken", name, prefix)
		}
	}
	if _, err := guard.ForLab(netip.Prefix{}, source); err == nil {
		t.Error("no prefix is taken")
	}
}

func TestLab(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.8.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	source := netip.MustParseAddr("127.9.0.1")
	g, err := guard.ForLab(netip.MustParsePrefix("127.8.0.0/14"), source)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := g.Dial(t.Context(), "tcp", netip.MustParseAddrPort(listener.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if from := netip.MustParseAddrPort(conn.LocalAddr().String()).Addr(); from != source {
		t.Errorf("dialed from %s, want %s", from, source)
	}
	if g.Class(netip.MustParseAddr("127.8.0.1")) != measurement.AddressPublic {
		t.Error("the lab's own address is not public in the lab")
	}
	for _, outside := range []string{"127.0.0.1:80", "127.12.0.1:80", "8.8.8.8:80", "10.0.0.1:80", "[::1]:80", "[::ffff:127.8.0.1]:80"} {
		if err := g.Allow(netip.MustParseAddrPort(outside)); !errors.Is(err, guard.ErrRefused) {
			t.Errorf("the lab's guard lets %s through", outside)
		}
	}
}
