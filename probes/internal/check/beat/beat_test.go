package beat_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/check/beat"
	"github.com/lamplight-net/lamplight/probes/internal/link"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// What counts as an anchor's answer, and when a beat says why there was none.
func TestTake(t *testing.T) {
	answering := func(text string) string {
		return "http://" + servertest.TCP(t, "127.20.0.1:0", servertest.Say("HTTP/1.1 "+text)).String() + "/"
	}
	good := answering("204 No Content\r\n\r\n")
	portal := answering("302 Found\r\nLocation: " + good + "\r\nContent-Length: 0\r\n\r\n")
	refusal := answering("403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	closed := "http://" + servertest.ClosedTCP(t, "127.20.0.1:0").String() + "/"
	reset := "http://" + servertest.TCP(t, "127.20.0.1:0", servertest.ThenReset).String() + "/"
	for _, test := range []struct {
		name              string
		domestic, foreign []string
		want              measurement.Beat
		failure           measurement.Failure
	}{
		{"all is well", []string{good}, []string{good, good}, measurement.Beat{Domestic: reach(1, 1), Foreign: reach(2, 2)}, ""},
		{"some answer", []string{good, closed}, []string{refusal, good}, measurement.Beat{Domestic: reach(2, 1), Foreign: reach(2, 1)}, ""},
		{"no anchor at home", nil, []string{good}, measurement.Beat{Foreign: reach(1, 1)}, ""},
		{"nothing from abroad", []string{good}, []string{closed, reset}, measurement.Beat{Domestic: reach(1, 1), Foreign: reach(2, 0)}, ""},
		{"a hotel leads everybody to its page, whatever that says", []string{portal}, []string{portal}, measurement.Beat{Domestic: reach(1, 0), Foreign: reach(1, 0)}, measurement.FailureHTTPMalformed},
		{"a walled garden refuses", []string{good}, []string{refusal}, measurement.Beat{Domestic: reach(1, 1), Foreign: reach(1, 0)}, ""},
		{"dark, and all alike", []string{closed, closed}, []string{closed}, measurement.Beat{Domestic: reach(2, 0), Foreign: reach(1, 0)}, measurement.FailureConnectionRefused},
		{"dark, in different ways", []string{closed}, []string{reset}, measurement.Beat{Domestic: reach(1, 0), Foreign: reach(1, 0)}, ""},
		{"nobody to ask", nil, nil, measurement.Beat{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := servertest.Vantage(t, netip.AddrPort{}, nil)
			v.Link = func() link.State {
				return link.State{Interface: measurement.InterfaceUp, Router: measurement.RouterSilent}
			}
			test.want.Interface, test.want.Router = measurement.InterfaceUp, measurement.RouterSilent
			got := beat.Take(t.Context(), v, test.domestic, test.foreign)
			if diff := cmp.Diff(&test.want, got.Beat); diff != "" || got.Failure != test.failure {
				t.Errorf("failure %q, want %q (-want +got):\n%s", got.Failure, test.failure, diff)
			}
			if err := got.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

func reach(tried, answered uint8) measurement.Reach {
	return measurement.Reach{Tried: tried, Answered: answered}
}
