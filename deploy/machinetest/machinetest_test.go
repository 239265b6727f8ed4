package machinetest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

func TestProgram(t *testing.T) { machinetest.Program(t, "sh", "dash") }

// What is missing is named, skips a test, and fails it where nothing may be missing.
func TestMissing(t *testing.T) {
	for name, want := range map[string]string{"": "--- SKIP: TestProgram", "1": "--- FAIL: TestProgram"} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProgram$", "-test.v")
		command.Env = []string{"PATH=", "LAMPLIGHT_REQUIRE_SERVICES=" + name}
		out, _ := command.CombinedOutput() // the exit code is in the words
		for _, want := range []string{want, "the program sh (Debian package dash)"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("required is %q, and the output lacks %q:\n%s", name, want, out)
			}
		}
	}
}
