package machinetest_test

import (
	"net"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// Apart, a test has loopback and no other network.
func TestApart(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	interfaces, err := net.Interfaces()
	if err != nil || len(interfaces) != 1 || interfaces[0].Flags&net.FlagLoopback == 0 || interfaces[0].Flags&net.FlagUp == 0 {
		t.Errorf("it has %+v, %v", interfaces, err)
	}
}
