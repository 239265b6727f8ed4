package scene

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/lab/internal/censor"
)

// BlockPage is what a censor of a scene shows.
const BlockPage = "<html><head><title>Access denied</title></head><body>This site is blocked by order of the ministry.</body></html>"

var ways = map[string]censor.Way{"reset": censor.Reset, "drop": censor.Drop, "eof": censor.HangUp}

// parseRule reads what a censor does.
func parseRule(args []string) (censor.Rule, error) {
	if len(args) == 0 {
		return nil, errors.New("censor does nothing: say cut, only, dns, sni, quic, host, page, blackhole, refuse, port, hijack or throttle")
	}
	what, args := args[0], args[1:]
	need := func(n int, example string) error {
		if len(args) < n {
			return fmt.Errorf("censor %s takes more, as in: censor %s", what, example)
		}
		return nil
	}
	switch what {
	case "on":
		if err := need(2, "on mobile cut"); err != nil {
			return nil, err
		}
		prefixes := map[string][]netip.Prefix{"fixed": Fixed, "mobile": Mobile}[args[0]]
		if prefixes == nil {
			return nil, fmt.Errorf("the networks are fixed and mobile, not %q", args[0])
		}
		rule, err := parseRule(args[1:])
		if err != nil {
			return nil, err
		}
		return censor.From(prefixes, rule), nil
	case "cut":
		return censor.Cut(), nil
	case "only":
		var prefixes []netip.Prefix
		for _, a := range args {
			p, err := netip.ParsePrefix(a)
			if err != nil {
				return nil, fmt.Errorf("%q is not a prefix", a)
			}
			prefixes = append(prefixes, p)
		}
		return censor.OnlyTo(prefixes), nil
	case "dns":
		if err := need(2, "dns chat.example nxdomain race"); err != nil {
			return nil, err
		}
		lie, err := parseLie(args[1:])
		return censor.Name(args[0], lie), err
	case "sni", "host":
		if err := need(2, what+" chat.example reset"); err != nil {
			return nil, err
		}
		way, ok := ways[args[1]]
		if !ok {
			return nil, fmt.Errorf("a connection is ended by reset, drop or eof, not %q", args[1])
		}
		if what == "sni" {
			return censor.ServerName(args[0], way), nil
		}
		return censor.Host(args[0], way), nil
	case "quic":
		if err := need(1, "quic chat.example"); err != nil {
			return nil, err
		}
		return censor.QUICName(args[0]), nil
	case "page":
		if err := need(1, "page chat.example"); err != nil {
			return nil, err
		}
		return censor.Page(args[0], fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
			len(BlockPage), BlockPage)), nil
	}
	return parseAddressRule(what, args, need)
}

func parseAddressRule(what string, args []string, need func(int, string) error) (censor.Rule, error) {
	switch what {
	case "blackhole", "refuse":
		if err := need(1, what+" 151.100.0.10"); err != nil {
			return nil, err
		}
		to, err := netip.ParseAddrPort(args[0])
		if err != nil {
			a, err := netip.ParseAddr(args[0])
			if err != nil {
				return nil, fmt.Errorf("%q is not an address, nor one with a port", args[0])
			}
			to = netip.AddrPortFrom(a, 0)
		}
		if what == "refuse" {
			return censor.Refuse(to.Addr(), to.Port()), nil
		}
		return censor.Blackhole(to.Addr(), to.Port()), nil
	case "port":
		if err := need(2, "port udp 443"); err != nil {
			return nil, err
		}
		n, err := number(args[1], 65535)
		return censor.Port(args[0] == "udp", uint16(n)), err
	case "hijack":
		if err := need(4, "hijack any 80 to 151.99.0.1:80"); err != nil {
			return nil, err
		}
		var of netip.Addr
		if args[0] != "any" {
			a, err := netip.ParseAddr(args[0])
			if err != nil {
				return nil, fmt.Errorf("%q is not an address, nor any", args[0])
			}
			of = a
		}
		port, err := number(args[1], 65535)
		if err != nil {
			return nil, err
		}
		to, err := netip.ParseAddrPort(args[3])
		if err != nil {
			return nil, fmt.Errorf("%q is not an address and a port", args[3])
		}
		return censor.Hijack(of, uint16(port), to), nil
	case "throttle":
		if err := need(2, "throttle 151.100.0.10 4000"); err != nil {
			return nil, err
		}
		a, err := netip.ParseAddr(args[0])
		if err != nil {
			return nil, fmt.Errorf("%q is not an address", args[0])
		}
		rate, err := number(args[1], 1<<30)
		return censor.Throttle(a, rate), err
	}
	return nil, fmt.Errorf("censor %q is unknown: say cut, only, dns, sni, quic, host, page, blackhole, refuse, port, hijack or throttle", what)
}

func parseLie(args []string) (censor.Lie, error) {
	lie := censor.Lie{Race: slices.Contains(args[1:], "race"), TCP: slices.Contains(args[1:], "tcp")}
	switch rcode, ok := rcodes[args[0]]; {
	case ok:
		lie.Rcode = rcode
	case args[0] == "drop":
		lie.Silent = true
	case args[0] == "empty":
	default:
		found, err := addresses(args[0])
		if err != nil {
			return lie, fmt.Errorf("a lie is nxdomain, servfail, refused, empty, drop or addresses, not %q", strings.Join(args, " "))
		}
		lie.Addresses = found
	}
	return lie, nil
}
