package probes

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/link"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// RunConfig is what a volunteer may set.
type RunConfig struct {
	State       string // folder; "" means DefaultState
	Gateway     string // https URL
	GatewayKey  string // standard base64; "" pins the first key that the gateway gives
	Plan        string // file; "" means the built-in plan
	Country     string // ISO 3166-1 alpha-2; "" means to ask the gateway
	Region      string // ISO 3166-2; "" says nothing
	ASN         uint
	NetworkType string // "" means unknown
	// Fingerprints are files of block pages, in OONI's CSV formats, beside those that are built in.
	Fingerprints []string
	Decoy        string // "" means www.example.org
}

// Notice is what a volunteer must know before the first run.
func Notice() string { return consent.Notice() }

// NewProbe returns a probe that does nothing yet. version is the program's.
func NewProbe(cfg RunConfig, version string, log *slog.Logger) (*agent.Agent, error) {
	settings := agent.Config{State: cfg.State, Software: "lamplight-probe/" + version, Guard: guard.New(), Link: link.Look, Gateway: cfg.Gateway, Log: log}
	var err error
	if settings.State == "" {
		if settings.State, err = DefaultState(); err != nil {
			return nil, err
		}
	}
	if cfg.Gateway == "" {
		return nil, errors.New("--gateway is missing: give the address that the people who invited you gave you, such as https://gateway.example.org")
	}
	if settings.GatewayKey, err = parseKey(cfg.GatewayKey); err != nil {
		return nil, err
	}
	if settings.Plan, err = readPlan(cfg.Plan); err != nil {
		return nil, err
	}
	if settings.BlockPages, err = blockPages(cfg.Fingerprints...); err != nil {
		return nil, err
	}
	if settings.Decoy, err = parseDecoy(cfg.Decoy); err != nil {
		return nil, err
	}
	if settings.NetworkType, err = parseNetworkType(cfg.NetworkType); err != nil {
		return nil, err
	}
	if settings.Network, err = cfg.network(settings.NetworkType); err != nil {
		return nil, err
	}
	return agent.New(settings)
}

// DefaultState is the state folder when none is named: the user's own, in the place for settings.
func DefaultState() (string, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", errors.New("this user has no folder for settings: name a folder with --state")
	}
	return filepath.Join(folder, "lamplight-probe"), nil
}

// network is the network that the volunteer declared, or nil.
func (c RunConfig) network(kind measurement.NetworkType) (*measurement.Network, error) {
	if c.Country == "" {
		if c.ASN != 0 || c.Region != "" {
			return nil, errors.New("--asn and --region need --country beside them")
		}
		return nil, nil
	}
	if len(c.Country) != 2 || strings.Trim(c.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
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
	if name == "" {
		return plan.Default()
	}
	file, err := os.Open(name)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("--plan: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, plan.MaxFileBytes+1))
	if err != nil {
		return plan.Plan{}, fmt.Errorf("--plan: %w", err)
	}
	p, err := plan.Parse(text)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("--plan %s: %w", name, err)
	}
	return p, nil
}
