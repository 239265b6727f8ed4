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
	)
	home := route([4]byte{192, 168, 1, 1}, 3)
	for _, test := range []struct {
		name, routes, neighbors string
		want                    measurement.Router
	}{
		{"answers", home, answers + printer, measurement.RouterAnswers},
		{"asked for in vain", home, asked + printer, measurement.RouterSilent},
		{"not asked for lately", home, printer, ""},
		{"no route", "", printer, measurement.RouterNone},
		{"a route that is down", route([4]byte{192, 168, 1, 1}, 2), answers, measurement.RouterNone},
		{"a line without a router", route([4]byte{}, 1), "", measurement.RouterNone},
		{"two routers, one answers", home + route([4]byte{10, 0, 0, 1}, 3), asked + "10.0.0.1 0x1 0x2 02:00:00:00:00:02 * eth0\n", measurement.RouterAnswers},
		{"nonsense", "a b c d e f g h\n00000000", "x\n\n0 0 0 0", measurement.RouterNone},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := judge(routeHead+test.routes, neighborHead+test.neighbors); got != test.want {
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
