package guard_test

import (
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
)

func TestServer(t *testing.T) {
	for base, want := range map[string]string{
		"https://gateway.example.org":         "",
		"https://gateway.example.org:8443/of": "",
		"http://127.0.0.1:8080":               "",
		"http://[::1]:8080":                   "",
		"http://localhost:8080":               "",
		"http://gateway.example.org":          "must be https",
		"http://192.0.2.1":                    "must be https",
		"ftp://127.0.0.1":                     "must be https",
		"gateway.example.org":                 "is not a URL such as https://gateway.example.org",
		"":                                    "is not a URL",
		"https://":                            "is not a URL",
		"https://a:b@gateway.example.org":     "is not a URL",
		"https://gateway.example.org/?a=b":    "is not a URL",
		"https://gateway.example.org/#a":      "is not a URL",
		"https://gateway.example.org:port":    "is not a URL",
	} {
		u, err := guard.Server("gateway", base)
		if want == "" && (err != nil || u.String() != base) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, %v; want %q", base, u, err, want)
		}
	}
}
