package upload

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// FuzzAsk gives whatever may come in place of what a gateway says of itself and of a probe's network.
func FuzzAsk(f *testing.F) {
	f.Add([]byte(`{"country":"KE","asn":36914}`))
	f.Add([]byte(`{"country":"../..","asn":4294967295}`))
	f.Add([]byte(`{"key":"` + strings.Repeat("A", 43) + `="}`))
	f.Add([]byte("<html>log in</html>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if network, err := readNetwork(body); err == nil && (!measurement.CountryCode(network.Country) || network.Type != measurement.NetworkUnknown) {
			t.Errorf("network %+v", network)
		}
		if key, err := readKey(body); err == nil && len(key) != ed25519.PublicKeySize {
			t.Errorf("key of %d bytes", len(key))
		}
	})
}

// FuzzRetryAfter gives whatever a gateway, or who stands in for it, may want a probe to wait.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "120", "-1", "99999999999999999999", "Wed, 11 Mar 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2026, 3, 11, 11, 59, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		if after := retryAfter(value, now); after < 0 || after > maxAfter {
			t.Errorf("%q: %v", value, after)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 11, 11, 59, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-1": 0, "120": 2 * time.Minute, "86400": time.Hour, "Wed, 11 Mar 2026 12:00:00 GMT": time.Minute,
		"Wed, 11 Mar 2026 11:00:00 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": time.Hour,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
