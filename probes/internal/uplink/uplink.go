// Package uplink tells whether the machine is still on the link that it was on: by its own addresses and the one it
// would speak from. It sends nothing, and what it returns is of use to this device alone.
package uplink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// None is the mark of a machine without a link.
const None = ""

// Mark returns a mark of the present link, made with a secret: another link has another mark, and the mark tells
// nobody where that was. A machine that has come loose has the mark None.
//
// Networks behind routers of one make look alike (192.168.1.0/24). A mark that differs is another link; one that is
// the same is most probably the same.
func Mark(secret []byte) string {
	prefixes := addresses()
	if len(prefixes) == 0 {
		return None
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("lamplight link v1\n" + strings.Join(append(prefixes, speaksFrom()...), " ")))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// addresses are the prefixes of the machine's addresses beyond itself. Of IPv6 it is the first half: the rest
// changes every day, for privacy.
func addresses() []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, address := range all {
		prefix, err := netip.ParsePrefix(address.String())
		if err != nil || prefix.Addr().IsLoopback() || prefix.Addr().IsLinkLocalUnicast() {
			continue
		}
		out = append(out, network(prefix.Addr().Unmap(), prefix.Bits()))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func network(address netip.Addr, bits int) string {
	if address.Is6() {
		bits = min(bits, 64)
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// speaksFrom is which of them the machine would speak from to the internet: another one after the default route
// changed. Connecting a UDP socket asks the routing table and sends nothing.
func speaksFrom() []string {
	var out []string
	for _, far := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} { // RFC 5737, RFC 3849: nobody's
		conn, err := net.Dial("udp", far) //nolint:noctx // no name is resolved and nothing is sent
		if err != nil {
			continue
		}
		if from, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
			out = append(out, network(from.Addr().Unmap().WithZone(""), 24))
		}
		_ = conn.Close()
	}
	return out
}
