package plan

import (
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestTellersHaveReasons holds the list to its form: a name or a path, and what it does.
func TestTellersHaveReasons(t *testing.T) {
	lines := 0
	for line := range strings.Lines(tellsText) {
		if !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	if lines != len(tellers()) || lines < 40 {
		t.Errorf("%d lines, %d names and paths", lines, len(tellers()))
	}
	for what, does := range tellers() {
		if !strings.HasPrefix(what, "/") && !measurement.Host(what) && what != "whoami.cloudflare" || what != strings.ToLower(what) {
			t.Errorf("%q is neither a name in lower case nor a path", what)
		}
		if verb, _, _ := strings.Cut(does, " "); verb != "answers" && verb != "shows" {
			t.Errorf("%s: %q does not say what it does", what, does)
		}
	}
}
