package link

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func route(a [4]byte, flags int) string {
	return fmt.Sprintf("wlan0\t00000000\t%08X\t%04X\t0\t0\t600\t00000000\t0\t0\t0\n", binary.NativeEndian.Uint32(a[:]), flags)
}

func TestRouter(t *testing.T) {
	const (
		routeHead    = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		neighborHead = "IP address       HW type     Flags       HW address            Mask     Device\n"
		answers      = "192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        wlan0\n"
		asked        = "192.168.1.1      0x1         0x0         00:00:00:00:00:00     *        wlan0\n"
		printer      = "192.168.1.9      0x1         0x2         02:00:00:00:00:09     *        wlan0\n"
		nowhere      = "00000000000000000000000000000000"
		defaultV6    = nowhere + " 00 " + nowhere + " 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     eth0\n"
		refusedV6    = nowhere + " 00 " + nowhere + " 00 " + nowhere + " ffffffff 00000001 00000000 00200200       lo\n"
		onlinkV6     = "20010db8000000000000000000000000 40 " + nowhere + " 00 " + nowhere + " 00000100 00000001 00000000 00000001     eth0\n"
	)
	home := route([4]byte{192, 168, 1, 1}, 3)
	for _, test := range []struct {
		name, routes, neighbors string
		routes6                 string
		want                    measurement.Router
	}{
		{"answers", home, answers + printer, "", measurement.RouterAnswers},
		{"asked for in vain", home, asked + printer, "", measurement.RouterSilent},
		{"not asked for lately", home, printer, "", ""},
		{"no route", "", printer, "", measurement.RouterNone},
		{"a route that is down", route([4]byte{192, 168, 1, 1}, 2), answers, "", measurement.RouterNone},
		{"a modem's line, which has no router", route([4]byte{}, 1), "", "", ""},
		{"a router beside a VPN, which has none", route([4]byte{}, 1) + home, answers, "", measurement.RouterAnswers},
		{"a route that refuses everything", route([4]byte{}, 0x201), "", "", measurement.RouterNone},
		{"IPv6 alone", "", "", defaultV6, ""},
		{"IPv6 that is refused", "", "", refusedV6, measurement.RouterNone},
		{"a network of IPv6 and no way out", "", "", onlinkV6, measurement.RouterNone},
		{"two routers, one answers", home + route([4]byte{10, 0, 0, 1}, 3), asked + "10.0.0.1 0x1 0x2 02:00:00:00:00:02 * eth0\n", "", measurement.RouterAnswers},
		{"nonsense", "a b c d e f g h\n00000000", "x\n\n0 0 0 0", "", measurement.RouterNone},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := judge(routeHead+test.routes, test.routes6, neighborHead+test.neighbors); got != test.want {
				t.Errorf("router %q, want %q", got, test.want)
			}
		})
	}
}

// Whatever the machine is, it says nothing that a record does not take.
func TestLookFitsARecord(t *testing.T) {
	state := Look()
	beat := measurement.Beat{Interface: state.Interface, Router: state.Router}
	record := measurement.Record{Kind: measurement.KindBeat, Beat: &beat, MeasuredAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	if err := record.Validate(); err != nil {
		t.Errorf("%+v: %v", state, err)
	}
}
