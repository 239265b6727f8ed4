package tcp_test

import (
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/check/tcp"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// volunteer looks with the guard that volunteers run.
func volunteer(t *testing.T) *check.Vantage {
	t.Helper()
	return &check.Vantage{Guard: guard.New(), Clock: clock.System{}, Timeouts: check.DefaultTimeouts()}
}

func addresses(hosts ...string) []netip.AddrPort {
	var out []netip.AddrPort
	for _, host := range hosts {
		out = append(out, netip.AddrPortFrom(netip.MustParseAddr(host), 443))
	}
	return out
}

var (
	sixOfIPv4 = []string{"93.184.216.1", "93.184.216.2", "93.184.216.3", "93.184.216.4", "93.184.216.5", "93.184.216.6"}
	sixOfIPv6 = []string{"2606:2800::1", "2606:2800::2", "2606:2800::3", "2606:2800::4", "2606:2800::5", "2606:2800::6"}
)

// The families that a machine has no route to use up no attempts and leave no records: with six addresses of
// each, six of the other are tried.
func TestIPv6Only(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	// Addresses that are local without being of the machine's own networks, which the guard refuses.
	machinetest.IP(t, "-6 route add local 2606:2800::/32 dev lo")
	if err := os.WriteFile("/proc/sys/net/ipv6/ip_nonlocal_bind", []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	servertest.TCP(t, "[2606:2800::6]:443", servertest.Silence)
	oneFamily(t, "2606:2800::6", "2606:2800::1:connection_refused 2606:2800::2:connection_refused 2606:2800::3:connection_refused "+
		"2606:2800::4:connection_refused 2606:2800::5:connection_refused 2606:2800::6")
}

func TestIPv4Only(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	machinetest.IP(t, "route add local 93.184.216.0/24 dev lo")
	servertest.TCP(t, "93.184.216.6:443", servertest.Silence)
	oneFamily(t, "93.184.216.6", "93.184.216.1:connection_refused 93.184.216.2:connection_refused 93.184.216.3:connection_refused "+
		"93.184.216.4:connection_refused 93.184.216.5:connection_refused 93.184.216.6")
}

func oneFamily(t *testing.T, used, want string) {
	t.Helper()
	conn, attempts, failed := tcp.Connect(t.Context(), volunteer(t), look, target, addresses(append(sixOfIPv4, sixOfIPv6...)...))
	if got := remote(conn); got != used || failed != "" {
		t.Errorf("uses %q, failure %q", got, failed)
	}
	if diff := cmp.Diff(want, seen(attempts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A machine with both families tries three of each.
func TestBothFamilies(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	machinetest.IP(t, "-6 route add local 2606:2800::/32 dev lo")
	machinetest.IP(t, "route add local 93.184.216.0/24 dev lo")
	_, attempts, _ := tcp.Connect(t.Context(), volunteer(t), look, target, addresses(append(sixOfIPv4, sixOfIPv6...)...))
	want := "93.184.216.1:connection_refused 2606:2800::1:connection_refused 93.184.216.2:connection_refused " +
		"2606:2800::2:connection_refused 93.184.216.3:connection_refused 2606:2800::3:connection_refused"
	if diff := cmp.Diff(want, seen(attempts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A machine without any route says that of itself, and a router that knows no way is somebody else.
func TestNoRoute(t *testing.T) {
	if !machinetest.Apart(t) {
		return
	}
	v := volunteer(t)
	_, attempts, failed := tcp.Connect(t.Context(), v, look, target, addresses("93.184.216.1", "2606:2800::1"))
	if failed != measurement.FailureNetworkUnreach {
		t.Errorf("failure %q", failed)
	}
	if diff := cmp.Diff("93.184.216.1:network_unreachable 2606:2800::1:network_unreachable", seen(attempts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	router := exec.CommandContext(t.Context(), "unshare", "-n", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; echo; exec sleep 60")
	ready, err := router.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := router.Start(); err != nil {
		machinetest.Missing(t, "the program unshare (Debian package util-linux)", err)
	}
	t.Cleanup(func() { _ = router.Process.Kill(); _ = router.Wait() })
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	pid := strconv.Itoa(router.Process.Pid)
	machinetest.IP(t, "link add here type veth peer name there netns "+pid)
	machinetest.IP(t, "address add 198.18.0.2/24 dev here")
	machinetest.IP(t, "link set here up")
	for _, args := range []string{"address add 198.18.0.1/24 dev there", "link set there up"} {
		if out, err := exec.CommandContext(t.Context(), "nsenter", append([]string{"-t", pid, "-n", "ip"}, strings.Fields(args)...)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s at the router: %v: %s", args, err, out)
		}
	}
	machinetest.IP(t, "route add default via 198.18.0.1")
	_, attempts, failed = tcp.Connect(t.Context(), v, look, target, addresses("93.184.216.1"))
	if failed != measurement.FailureHostUnreachable {
		t.Errorf("failure %q where a router knows no way", failed)
	}
	if diff := cmp.Diff("93.184.216.1:host_unreachable", seen(attempts())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
