package servicetest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

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
