package servicetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrokenService runs a test with a ClickHouse that is there and ends at once: that is no reason to skip.
func TestBrokenService(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "clickhouse"), []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDatabase$", "-test.v")
	command.Env = []string{"PATH=" + bin + ":/bin:/usr/bin", "HOME=" + t.TempDir()}
	out, _ := command.CombinedOutput() // the exit code is in the words
	for _, want := range []string{"--- FAIL: TestDatabase", "is on this machine and does not start"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// TestMissingService runs a test of this package on a machine that can have no ClickHouse: it has no
// program, no npm and an empty cache.
func TestMissingService(t *testing.T) {
	for _, test := range []struct {
		name, required, want string
	}{
		{"skips", "", "--- SKIP: TestDatabase"},
		{"fails where services are required", "1", "--- FAIL: TestDatabase"},
	} {
		t.Run(test.name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDatabase$", "-test.v")
			command.Env = []string{"PATH=", "HOME=" + t.TempDir(), "LAMPLIGHT_REQUIRE_SERVICES=" + test.required}
			out, _ := command.CombinedOutput() // the exit code is in the words
			for _, want := range []string{test.want, "ClickHouse", "npm is not on PATH"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("output lacks %q:\n%s", want, out)
				}
			}
		})
	}
}
