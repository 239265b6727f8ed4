package probes_test

import (
	"bufio"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
)

// Who goes to another gateway takes nothing along by which it could tell whose probe that was; who follows the same one
// to another address, or to another key, keeps what waits.
func TestJoinElsewhere(t *testing.T) {
	otherKey := ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)
	for name, test := range map[string]struct {
		gateways []string
		key      ed25519.PublicKey // nil: the one before
		typed    string            // "": the version is given
		moves    bool
	}{
		"another gateway":            {[]string{"https://other.example"}, otherKey, "", true},
		"another gateway, declined":  {[]string{"https://other.example"}, otherKey, "3\n2\nno\n", false},
		"another address, same key":  {[]string{"https://other.example"}, nil, "", false},
		"another key, same address":  {nil, otherKey, "", false},
		"the same, and one more":     {[]string{"https://more.example", ""}, otherKey, "", false},
		"the same invitation, again": {nil, nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			v, invitation := invitation(t)
			link, err := invitation.Link(probes.DefaultPage)
			if err != nil {
				t.Fatal(err)
			}
			v.join(t, link)
			traces := []string{"seed", "network.json", filepath.Join("outbox", "chain")}
			if err := os.Mkdir(filepath.Join(v.folder, "outbox"), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, trace := range traces {
				if err := os.WriteFile(filepath.Join(v.folder, trace), make([]byte, 32), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for i, gateway := range test.gateways {
				if gateway == "" {
					test.gateways[i] = v.gateway.URL
				}
			}
			if test.gateways != nil {
				invitation.Gateways = test.gateways
			}
			if test.key != nil {
				invitation.GatewayKey = test.key
			}
			if link, err = invitation.Link(probes.DefaultPage); err != nil {
				t.Fatal(err)
			}
			have := consent.Version(nil)
			if test.typed != "" {
				have = ""
			}
			var said strings.Builder
			err = probes.Join(t.Context(), v.folder, link, have, true, bufio.NewReader(strings.NewReader(test.typed)), &said)
			if (err == nil) != (test.typed == "") {
				t.Fatal(err)
			}
			for _, trace := range traces {
				if _, err := os.Stat(filepath.Join(v.folder, trace)); (err != nil) != test.moves {
					t.Errorf("%s: %v", trace, err)
				}
			}
			if warned := strings.Contains(said.String(), "begins anew"); warned != (test.moves || test.typed != "") {
				t.Errorf("it says:\n%s", said.String())
			}
			if r := v.status(t); !r.Joined || r.Consent.Agreed == "" {
				t.Errorf("in the end it is %+v", r)
			}
		})
	}
}
