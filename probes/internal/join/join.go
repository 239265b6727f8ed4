// Package join holds invitations: what a probe must know to take part, as a link that fits into a message and
// into a QR code.
//
// The settings stand behind the link's #, which no browser sends: a server that the link leads to, or whoever
// watches the way there, does not learn them. A link is no secret to those who are sent it and gives no power over
// a probe: it can name gateways and the keys to believe, and nothing to do.
package join

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Invitation is what a probe must know to take part.
type Invitation struct {
	// Gateways are base URLs, the one to try first in front.
	Gateways []string `json:"gateways"`
	// GatewayKey signs what the gateways promise.
	GatewayKey ed25519.PublicKey `json:"gateway_key"`
	// ListKeys are of those who may say what to look at, and ListNeeded is how many of them must sign. Without
	// any, the probe keeps to the list that it was built with.
	ListKeys   []minisign.PublicKey `json:"list_keys,omitempty"`
	ListNeeded int                  `json:"list_needed,omitempty"`
	// List is the name of the list to follow; empty when there are no ListKeys, or the first that comes will do.
	List string `json:"list,omitempty"`
}

// Limits of an invitation. All of them together still make a QR code.
const (
	maxGateways     = 4
	maxGatewayBytes = 120
	maxListKeys     = 8
)

// Validate says what is wrong with an invitation.
func (i Invitation) Validate() error {
	if len(i.Gateways) == 0 || len(i.Gateways) > maxGateways {
		return fmt.Errorf("it names %d gateways: allowed are 1 to %d", len(i.Gateways), maxGateways)
	}
	for _, gateway := range i.Gateways {
		if err := checkGateway(gateway); err != nil {
			return err
		}
	}
	if len(i.GatewayKey) != ed25519.PublicKeySize {
		return errors.New("the gateway's key is missing")
	}
	return i.validateLists()
}

func (i Invitation) validateLists() error {
	switch {
	case len(i.ListKeys) == 0 && (i.List != "" || i.ListNeeded != 0):
		return errors.New("it names a list, and no keys that sign it")
	case len(i.ListKeys) == 0:
		return nil
	case len(i.ListKeys) > maxListKeys || i.ListNeeded < 1 || i.ListNeeded > len(i.ListKeys):
		return fmt.Errorf("%d of %d list keys must sign: name 1 to %d keys, and no more signatures than keys", i.ListNeeded, len(i.ListKeys), maxListKeys)
	case i.List != "" && !measurement.ListName(i.List):
		return fmt.Errorf("list name %q is not at most %d letters, digits, dots, dashes and underscores", i.List, measurement.MaxListName)
	}
	seen := map[string]bool{}
	for _, k := range i.ListKeys {
		if len(k.Key) != ed25519.PublicKeySize || seen[string(k.Key)] {
			return errors.New("a list key is broken, or named twice")
		}
		seen[string(k.Key)] = true
	}
	return nil
}

func checkGateway(text string) error {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxGatewayBytes || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.String() != text {
		return fmt.Errorf("gateway %.*q is not a URL such as https://gateway.example.org, of at most %d bytes", maxGatewayBytes, text, maxGatewayBytes)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("gateway %q must be https: http is for this machine's own addresses", text)
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("gateway %q holds characters that no address has", text)
		}
	}
	return nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
