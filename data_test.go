package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/running"
)

// While up runs, other commands find its services by the data folder; afterwards they are told that nothing runs.
func TestDataFolderLeadsToServices(t *testing.T) {
	o := startObservatory(t)
	series := filepath.Join(t.TempDir(), "ioda_country_IQ.csv")
	if err := os.WriteFile(series, []byte("timestamp,bgp\n1772323200,670\n1772323500,671\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"migrate --data " + o.dir,
		"import ioda " + series + " --entity country/IQ --data " + o.dir,
		"analyze --since 2026-03-01 --until 2026-03-02 --data " + o.dir,
	} {
		if err := say(t, strings.Fields(line)...); err != nil {
			t.Errorf("lamplight %s: %v", line, err)
		}
	}
	// What is given counts more than what is found.
	if err := say(t, "migrate", "--data", o.dir, "--clickhouse", "127.0.0.1:1"); err == nil {
		t.Error("an address that was given is not used")
	}
	found, err := running.Find(t.Context(), o.dir)
	if err != nil || found.Site != o.siteURL || found.Gateway != o.gatewayURL {
		t.Errorf("the folder says %v, %v", found, err)
	}
	if err := running.Remove(o.dir); err != nil { // as the end of up does
		t.Fatal(err)
	}
	if err := say(t, "migrate", "--data", o.dir); err == nil || !strings.Contains(err.Error(), "nothing runs on "+o.dir) {
		t.Errorf("after the end: %v", err)
	}
}
