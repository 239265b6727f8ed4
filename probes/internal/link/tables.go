package link

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Flags of the kernel's tables (include/uapi/linux/route.h and if_arp.h).
const (
	routeUp      = 0x1
	routeGateway = 0x2
	routeReject  = 0x200
	neighborSeen = 0x2 // the hardware address is known
)

// judge reads Linux's tables of IPv4 routes, of IPv6 routes and of IPv4 neighbors. A router that the kernel asked for
// and did not hear of is silent; of one that is not in the table, nobody has wanted anything lately. A line that leads
// out without a router, as those of modems and VPNs do, or over IPv6 alone, has nobody to hear of: nothing is told.
func judge(routes, routes6, neighbors string) measurement.Router {
	gateways, out := defaultGateways(routes)
	if len(gateways) == 0 {
		if out || leadsOut6(routes6) {
			return ""
		}
		return measurement.RouterNone
	}
	state := measurement.Router("")
	for line := range strings.Lines(neighbors) {
		fields := strings.Fields(line) // address, type, flags, hardware address, mask, device
		if len(fields) < 4 || !gateways[fields[0]] {
			continue
		}
		flags, err := strconv.ParseUint(strings.TrimPrefix(fields[2], "0x"), 16, 32)
		if err != nil {
			continue
		}
		if flags&neighborSeen != 0 {
			return measurement.RouterAnswers
		}
		state = measurement.RouterSilent
	}
	return state
}

// defaultGateways returns the routers to everywhere, and whether there is a way to everywhere at all. The table writes
// addresses in the machine's byte order.
func defaultGateways(routes string) (gateways map[string]bool, out bool) {
	gateways = make(map[string]bool)
	for line := range strings.Lines(routes) {
		fields := strings.Fields(line) // device, destination, gateway, flags, ..., mask at 7
		if len(fields) < 8 || fields[1] != "00000000" || fields[7] != "00000000" {
			continue
		}
		gateway, err := strconv.ParseUint(fields[2], 16, 32)
		flags, flagsErr := strconv.ParseUint(fields[3], 16, 32)
		if err != nil || flagsErr != nil || flags&(routeUp|routeReject) != routeUp {
			continue
		}
		out = true
		if flags&routeGateway == 0 {
			continue
		}
		var b [4]byte
		binary.NativeEndian.PutUint32(b[:], uint32(gateway))
		gateways[netip.AddrFrom4(b).String()] = true
	}
	return gateways, out
}

// leadsOut6 reports whether there is an IPv6 route to everywhere. The kernel also lists one that refuses everything.
func leadsOut6(routes string) bool {
	for line := range strings.Lines(routes) {
		fields := strings.Fields(line) // destination, its length, source, its length, next hop, metric, ..., flags at 8, device
		if len(fields) < 10 || fields[1] != "00" {
			continue
		}
		flags, err := strconv.ParseUint(fields[8], 16, 32)
		if err == nil && flags&(routeUp|routeReject) == routeUp {
			return true
		}
	}
	return false
}
