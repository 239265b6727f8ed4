package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// inLab ends a test where the lab failed, and where this machine lets nobody make what the lab takes.
func inLab(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, lab.ErrNoNamespaces) {
		machinetest.Missing(t, "a network namespace (root, or a kernel that lets users make them, and the Debian package iproute2)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What the lab lacks is named, skips a test of it, and fails it where nothing may be missing.
func TestLabOfAPoorMachine(t *testing.T) {
	for required, want := range map[string]string{"": "--- SKIP: TestScenes/block-page", "1": "--- FAIL: TestScenes/block-page"} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestScenes$/^block-page$", "-test.v")
		command.Env = []string{"PATH=", "HOME=" + t.TempDir(), "LAMPLIGHT_REQUIRE_SERVICES=" + required}
		out, _ := command.CombinedOutput() // the exit code is in the words
		for _, want := range []string{want, "Debian package iproute2"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("required is %q, and the output lacks %q:\n%s", required, want, out)
			}
		}
	}
}
