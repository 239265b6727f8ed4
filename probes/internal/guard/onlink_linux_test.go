package guard

import (
	"fmt"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// Where the system tells nothing of its interfaces, the addresses that it sends from are the machine's.
func TestSourceAddresses(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	if found := sourceAddresses(); len(found) > 0 {
		t.Errorf("a machine without a way out sends from %v", found)
	}
	machinetest.IP(t, "address add 93.184.216.7/32 dev lo")
	machinetest.IP(t, "route add default dev lo")
	if got := fmt.Sprint(sourceAddresses()); got != "[93.184.216.7/24]" {
		t.Errorf("with IPv4 alone it sends from %s", got)
	}
	machinetest.IP(t, "-6 address add 2606:2800::7/128 dev lo nodad")
	machinetest.IP(t, "-6 route add default dev lo")
	found := sourceAddresses()
	if got := fmt.Sprint(found); got != "[93.184.216.7/24 2606:2800::7/64]" {
		t.Errorf("it sends from %s", got)
	}
	if got := fmt.Sprint(networks(found)); got != "[93.184.216.0/24 2606:2800::/64]" {
		t.Errorf("its networks are %s", got)
	}
}
