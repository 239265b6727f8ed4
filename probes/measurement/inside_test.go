package measurement_test

import (
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestInside(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "10.1.2.3": true, "192.168.1.1": true, "169.254.169.254": true, "100.64.0.1": true, "::1": true, "fd00::1": true,
		"fe80::1": true, "::ffff:10.0.0.1": true, "localhost": true, "LOCALHOST": true, "a.localhost": true, "printer.local": true,
		"Printer.LOCAL": true, "metadata.google.internal": true, "router.lan": true, "nas.home.arpa": true,
		"9.9.9.9": false, "2620:fe::fe": false, "www.example.ke": false, "local.example.ke": false, "notlocal": false, "thelocal.se": false,
		"internal.example": false, "mylan.example": false,
	} {
		if got := measurement.Inside(host); got != want {
			t.Errorf("%s: %t", host, got)
		}
	}
}
