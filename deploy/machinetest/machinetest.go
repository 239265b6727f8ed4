// Package machinetest is for tests that need more of a machine than Go: a program, a network of their own.
//
// What a machine lacks skips the test that needs it, and says what to install; when LAMPLIGHT_REQUIRE_SERVICES=1 is
// set, as in continuous integration, it fails the test. Package servicetest has the services.
package machinetest

import (
	"os"
	"os/exec"
	"testing"
)

// Missing ends a test for which the machine lacks something. What names it as the subject of a sentence, and says where
// it comes from.
func Missing(t testing.TB, what string, err error) {
	t.Helper()
	if Required() {
		t.Fatalf("%s is required (LAMPLIGHT_REQUIRE_SERVICES=1) and cannot be had: %v", what, err)
	}
	t.Skipf("%s cannot be had on this machine: %v", what, err)
}

// Required reports whether a test must fail for what its machine lacks.
func Required() bool { return os.Getenv("LAMPLIGHT_REQUIRE_SERVICES") == "1" }

// Program ends a test for which the machine lacks a program of a Debian package.
func Program(t testing.TB, name, debian string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		Missing(t, "the program "+name+" (Debian package "+debian+")", err)
	}
}
