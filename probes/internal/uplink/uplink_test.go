package uplink_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/uplink"
)

func TestMark(t *testing.T) {
	mark := uplink.Mark([]byte("secret"))
	if again := uplink.Mark([]byte("secret")); again != mark {
		t.Errorf("the same link has marks %q and %q", mark, again)
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	linked := false
	for _, address := range all {
		prefix, err := netip.ParsePrefix(address.String())
		if err != nil {
			continue
		}
		linked = linked || !prefix.Addr().IsLoopback() && !prefix.Addr().IsLinkLocalUnicast()
		if mark != uplink.None && strings.Contains(mark, prefix.Addr().String()) {
			t.Error("the mark tells an address")
		}
	}
	if linked != (mark != uplink.None) {
		t.Errorf("linked: %t, mark %q", linked, mark)
	}
	if other := uplink.Mark([]byte("another secret")); linked && other == mark {
		t.Error("two devices have the same mark")
	}
}
