package lab

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The conductor looks from an address of its own, and nobody there is as late as late can be.
func TestControl(t *testing.T) {
	from := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { from <- r.RemoteAddr }))
	look := control(server.URL)
	if took := look(t.Context()); took >= controlTimeout {
		t.Errorf("a server that answers took %s", took)
	}
	address := netip.MustParseAddrPort(<-from).Addr()
	if got := networkOf(address.String()); got != 64522 {
		t.Errorf("looked from AS%d, where acts happen", got)
	}
	server.Close()
	if took := look(t.Context()); took != controlTimeout {
		t.Errorf("nobody answered within %s", took)
	}
}

// Blind is when looks took so long that probes may have given up, and a beat before.
func TestBlind(t *testing.T) {
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return begin.Add(time.Duration(minute) * time.Minute) }
	var s strain
	s.note(1, giveUp-1, Span{at(10), at(11)})
	if len(s.blind) > 0 {
		t.Errorf("blind in %v after a look in time", s.blind)
	}
	for _, minute := range []int{20, 23, 40} {
		s.note(0, giveUp, Span{at(minute), at(minute + 1)})
	}
	want := []Span{{at(15), at(24)}, {at(35), at(41)}}
	if diff := cmp.Diff(want, s.blind); diff != "" {
		t.Error(diff)
	}
}
