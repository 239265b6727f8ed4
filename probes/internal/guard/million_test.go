package guard

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

var targets = flag.Int("targets", 20_000, "how many targets TestNoForbiddenDial makes up")

var errStopped = errors.New("stopped before it began")

// forbidden are where nothing may connect to. The ranges are written out anew: they are what a volunteer is
// promised, and not whatever the guard happens to refuse.
var forbidden = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("224.0.0.0/3"), netip.MustParsePrefix("198.41.0.0/24"), // the last is the machine's own network
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("ff00::/8"), netip.MustParsePrefix("2a02:1234:5678:9abc::/64"),
}

func isForbidden(a netip.Addr) bool {
	a = a.Unmap()
	b := a.As16()
	switch {
	case a.Is6() && [12]byte(b[:12]) == [12]byte{0, 0x64, 0xff, 0x9b}:
		return isForbidden(netip.AddrFrom4([4]byte(b[12:])))
	case a.Is6() && b[0] == 0x20 && b[1] == 0x02:
		return isForbidden(netip.AddrFrom4([4]byte(b[2:6])))
	}
	for _, p := range forbidden {
		if p.Contains(a) {
			return true
		}
	}
	return a.Zone() != ""
}

// within returns a random address of a range.
func within(dice *rand.Rand, p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		if dice.IntN(2) == 1 {
			b[bit/8] |= 0x80 >> (bit % 8)
		}
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// spelled returns an address in one of the ways that some program somewhere reads.
func spelled(dice *rand.Rand, a netip.Addr) string {
	if a.Is6() && !a.Is4In6() {
		forms := []string{a.String(), a.StringExpanded(), strings.ToUpper(a.String()), a.String() + "%25eth0"}
		return "[" + forms[dice.IntN(len(forms))] + "]"
	}
	b := a.Unmap().As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	forms := []string{
		a.Unmap().String(), fmt.Sprint(n), fmt.Sprintf("0x%x", n), fmt.Sprintf("0%o", n),
		fmt.Sprintf("0x%x.0x%x.%d.0%o", b[0], b[1], b[2], b[3]), fmt.Sprintf("%d.%d", b[0], n&0xffffff),
		fmt.Sprintf("%d.%d.%d", b[0], b[1], n&0xffff), fmt.Sprintf("%03d.%03d.%03d.%03d", b[0], b[1], b[2], b[3]),
		a.Unmap().String() + ".", fmt.Sprintf("[::ffff:%s]", a.Unmap()), fmt.Sprintf("[::ffff:%x:%x]", n>>16, n&0xffff),
		fmt.Sprintf("[::%x:%x]", n>>16, n&0xffff), fmt.Sprintf("[64:ff9b::%x:%x]", n>>16, n&0xffff),
		fmt.Sprintf("[2002:%x:%x::1]", n>>16, n&0xffff), fmt.Sprintf("[::ffff:0:%x:%x]", n>>16, n&0xffff),
		fmt.Sprintf("%%3%c%s", '0'+rune(dice.IntN(10)), a.Unmap()), strings.ReplaceAll(a.Unmap().String(), ".", "。"),
		"localhost", "localhost.localdomain", fmt.Sprintf("user@%s", a.Unmap()), fmt.Sprintf("%s#@example.org", a.Unmap()),
	}
	return forms[dice.IntN(len(forms))]
}

// TestNoForbiddenDial makes up targets in every spelling, as a list's URL, as a redirect's location, and as the
// name of a site whose name server answers another address every time. The handbook's figure is of
// -targets 1000000.
func TestNoForbiddenDial(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	dials, begun := 0, 0
	g := &Guard{near: newNeighborhood(addresses("2a02:1234:5678:9abc::17/64", "198.41.0.17/24"))}
	g.begun = func(to netip.AddrPort) error {
		begun++
		if isForbidden(to.Addr()) {
			t.Errorf("a connection to %s begins", to)
		}
		return errStopped
	}
	dial := func(to netip.AddrPort) {
		dials++
		conn, err := g.Dial(t.Context(), []string{"tcp", "udp"}[dice.IntN(2)], to)
		if err == nil {
			conn.Close()
		}
	}
	origin, err := url.Parse("https://site.example/a/b")
	if err != nil {
		t.Fatal(err)
	}
	for range *targets {
		address := within(dice, forbidden[dice.IntN(len(forbidden))])
		if dice.IntN(4) == 0 {
			address = within(dice, netip.MustParsePrefix([]string{"0.0.0.0/0", "2000::/3", "::/0"}[dice.IntN(3)]))
		}
		port := []uint16{53, 80, 443, 853, uint16(dice.UintN(65536))}[dice.IntN(5)]
		text := fmt.Sprintf("http://%s:%d/", spelled(dice, address), port)
		switch dice.IntN(3) {
		case 0: // by a list
		case 1: // by a redirect
			to, err := origin.Parse([]string{text, strings.TrimPrefix(text, "http:"), strings.ToUpper(text)}[dice.IntN(3)])
			if err != nil {
				continue
			}
			text = to.String()
		case 2: // by a name that is rebound between the look-up and the dial
			dial(netip.AddrPortFrom(address, port))
			continue
		}
		u, err := url.Parse(text)
		if err != nil || measurement.CheckURL(text) != nil {
			continue
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			dial(netip.AddrPortFrom(a, port))
			continue
		}
		// Whatever is left is a name, and its name server is the enemy's.
		dial(netip.AddrPortFrom(address, port))
	}
	t.Logf("%d targets, %d dials, %d allowed to begin, 0 of them forbidden", *targets, dials, begun)
	if dials < *targets/4 || begun == 0 {
		t.Errorf("only %d of %d targets were dialed, %d began: the test tests nothing", dials, *targets, begun)
	}
}
