package probes

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// DefaultBudget is how many MB a day a probe takes unless told otherwise.
const DefaultBudget = plan.DefaultBudget / 1_000_000

// Hours are a span of the day, by the machine's clock and time zone.
type Hours = plan.Hours

// ParseHours reads a span of the day as in 23:00-06:30; the empty text is none.
func ParseHours(text string) (Hours, error) { return plan.ParseHours(text) }

// RunConfig is what a volunteer may set. What is empty is taken from the invitation that was joined.
type RunConfig struct {
	State       string   // folder; "" means DefaultState
	Gateway     string   // https URL
	Mirrors     []string // further URLs of the same gateway
	Proxy       string   // SOCKS5, for what goes to the gateway; "" means none
	GatewayKey  string   // standard base64; "" pins the first key that the gateway gives
	Plan        string   // file; "" means the list of the invitation, or the built-in plan
	Country     string   // ISO 3166-1 alpha-2; "" means to ask the gateway
	Region      string   // ISO 3166-2; "" says nothing
	ASN         uint
	NetworkType string // "" means unknown
	// Fingerprints are files of block pages, in OONI's CSV formats, beside those that are built in.
	Fingerprints []string
	Decoy        string // "" means www.example.org
	Budget       uint   // MB a day; 0 means no limit
	Quiet        Hours  // in which no site is visited
	Listen       string // of the status page

	asksWithin time.Duration // for a newer list, after the start; 0 means as usual
	guard      *guard.Guard  // nil is the volunteers'
}

// network is the network that the volunteer declared, or nil.
func (c RunConfig) network(kind measurement.NetworkType) (*measurement.Network, error) {
	if c.Country == "" {
		if c.ASN != 0 || c.Region != "" {
			return nil, errors.New("--asn and --region need --country beside them")
		}
		return nil, nil
	}
	if !measurement.CountryCode(c.Country) {
		return nil, fmt.Errorf("--country is %q: give two capital letters (ISO 3166-1), such as KE", c.Country)
	}
	if c.ASN > 1<<32-1 {
		return nil, fmt.Errorf("--asn is %d: give a number up to %d", c.ASN, uint64(1<<32-1))
	}
	if c.Region != "" && !strings.HasPrefix(c.Region, c.Country+"-") {
		return nil, fmt.Errorf("--region is %q: give the ISO 3166-2 code, such as %s-1", c.Region, c.Country)
	}
	return &measurement.Network{Country: c.Country, Region: c.Region, ASN: uint32(c.ASN), Type: kind}, nil
}

func parseNetworkType(text string) (measurement.NetworkType, error) {
	switch t := measurement.NetworkType(text); t {
	case "":
		return measurement.NetworkUnknown, nil
	case measurement.NetworkFixed, measurement.NetworkMobile, measurement.NetworkUnknown:
		return t, nil
	}
	return "", fmt.Errorf("--network-type is %q: allowed are fixed, mobile and unknown", text)
}

func parseDecoy(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if _, err := netip.ParseAddr(name); err == nil || !measurement.Host(name) {
		return "", fmt.Errorf("--decoy is %.100q: give the name of a host, such as %s", name, check.DefaultDecoy)
	}
	return name, nil
}

func parseKey(text string) (ed25519.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("--gateway-key is not an Ed25519 public key in base64 (44 characters)")
	}
	return key, nil
}

func readPlan(name string) (plan.Plan, error) {
	text, err := readUpTo(name, plan.MaxFileBytes)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("--plan: %w", err)
	}
	p, err := plan.Parse(text)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("--plan %s: %w", name, err)
	}
	return p, nil
}
