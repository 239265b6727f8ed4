package machinetest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Apart runs the test again as a process with a network of its own, which only loopback is in, and reports whether this
// is that process. Nothing in it can reach the machine's network. Where it reports false, the test returns at once.
func Apart(t *testing.T) bool {
	t.Helper()
	const inside = "LAMPLIGHT_TEST_APART"
	if os.Getenv(inside) == t.Name() {
		IP(t, "link set lo up")
		return true
	}
	Program(t, "ip", "iproute2")
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), inside+"="+t.Name())
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := again.CombinedOutput()
	switch {
	case err != nil && len(out) == 0: // it was not even begun
		Missing(t, "a network of a test's own (a kernel that lets users make namespaces)", err)
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case !bytes.Contains(out, []byte("--- PASS: "+t.Name())):
		t.Errorf("the test did not run:\n%s", out)
	}
	return false
}

// IP runs the ip command with arguments that hold no spaces of their own.
func IP(t testing.TB, arguments string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "ip", strings.Fields(arguments)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", arguments, err, out)
	}
}
