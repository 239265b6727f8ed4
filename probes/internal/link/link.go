// Package link says what the machine's own connection looks like: whether an interface is up, and whether the
// router next door was heard of. With it, a cable that somebody pulled is told from a country that went dark.
//
// It sends nothing and dials nobody. It reads what the system already knows, and hands on two words; the
// addresses, names and hardware addresses that it reads them from do not leave it.
package link

import (
	"net"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// State is the machine's own connection. An empty word says that the system does not tell.
type State struct {
	Interface measurement.Interface
	Router    measurement.Router
}

// Look returns the state of now.
func Look() State {
	return State{Interface: interfaces(), Router: router()}
}

// interfaces reports whether any interface but loopback is up with an address that reaches beyond its cable.
func interfaces() measurement.Interface {
	all, err := net.Interfaces()
	if err != nil {
		return ""
	}
	for _, i := range all {
		if i.Flags&(net.FlagUp|net.FlagRunning) != net.FlagUp|net.FlagRunning || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
				return measurement.InterfaceUp
			}
		}
	}
	return measurement.InterfaceDown
}
