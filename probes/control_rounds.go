package probes

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// RoundsConfig is what a control looks at by itself, on the plan's schedule, and who gets what it saw.
type RoundsConfig struct {
	Gateway    string   `name:"gateway" help:"URL of the gateway that takes what the control sees of a plan's targets. Without it the control only answers probes." env:"LAMPLIGHT_CONTROL_GATEWAY" placeholder:"URL"`
	GatewayKey string   `name:"gateway-key" help:"The gateway's public key, in base64; without it, the first one that it gives is kept." env:"LAMPLIGHT_CONTROL_GATEWAY_KEY" placeholder:"KEY"`
	Plan       string   `name:"plan" help:"Plan with what to look at; without it and --list, what the probe is built with." env:"LAMPLIGHT_CONTROL_PLAN" type:"path" placeholder:"FILE"`
	List       string   `name:"list" help:"Signed list with what to look at, as probes take it (lamplight list pack)." env:"LAMPLIGHT_CONTROL_LIST" type:"path" placeholder:"FILE"`
	ListKeys   []string `name:"list-key" help:"A public key of minisign whose owner may sign the list; give each." env:"LAMPLIGHT_CONTROL_LIST_KEY" type:"path" placeholder:"FILE"`
	ListNeeded int      `name:"list-needed" help:"How many of them it takes." default:"2" env:"LAMPLIGHT_CONTROL_LIST_NEEDED"`
	State      string   `name:"state" help:"Folder that holds what was seen until the gateway has it." default:"control-state" env:"LAMPLIGHT_CONTROL_STATE" type:"path" placeholder:"DIR"`

	// System is the resolver that stands in for the machine's; a lab gives its own.
	System netip.AddrPort `kong:"-"`
}

// newRounds returns what looks and delivers; nil without a gateway.
func (cfg *ControlConfig) newRounds(key ed25519.PrivateKey, version string, log *slog.Logger) (*agent.Agent, error) {
	r := &cfg.Rounds
	if r.Gateway == "" {
		if r.Plan != "" || r.List != "" || r.GatewayKey != "" {
			return nil, errors.New("--plan, --list and --gateway-key go with --gateway: nobody else takes what is seen")
		}
		return nil, nil
	}
	if r.State == "" {
		return nil, errors.New("--state: name a folder for what waits for the gateway")
	}
	what, err := r.targets()
	if err != nil {
		return nil, err
	}
	gatewayKey, err := parseKey(r.GatewayKey)
	if err != nil {
		return nil, err
	}
	id, network, v := identity.OfControl(key), cfg.network(), cfg.Vantage
	a, err := agent.New(agent.Config{
		State: r.State, Software: controlSoftware + version, Identity: &id, Network: &network, Vantage: measurement.VantageControl,
		Plan: what.Plan, Stale: what.Stale, Guard: v.Guard, System: r.System, Roots: v.Roots, Decoy: v.Decoy, BlockPages: v.BlockPages, Clock: v.Clock,
		Timeouts: v.Timeouts, Gateway: r.Gateway, GatewayKey: gatewayKey, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("--gateway: %w", err)
	}
	return a, nil
}

// targets returns what to look at: the targets of probes, but without the resolvers of their providers, which
// answer nobody outside.
func (r *RoundsConfig) targets() (list.List, error) {
	what, err := r.choose()
	what.Plan.Resolvers = slices.DeleteFunc(what.Plan.Resolvers, func(r plan.Resolver) bool { return r.Class == measurement.ResolverISP })
	return what, err
}

// choose returns the signed list, or as one that never expires the plan.
func (r *RoundsConfig) choose() (what list.List, err error) {
	switch {
	case r.Plan != "" && r.List != "":
		return what, errors.New("--plan and --list: give one")
	case r.List != "":
		return r.signed()
	case r.Plan != "":
		what.Plan, err = readPlan(r.Plan)
	default:
		what.Plan, err = plan.Default()
	}
	return what, err
}

func (r *RoundsConfig) signed() (list.List, error) {
	trust, err := readTrust(r.ListKeys, r.ListNeeded)
	if err != nil {
		return list.List{}, fmt.Errorf("--list-key: %w", err)
	}
	signed, err := readSigned(r.List)
	if err != nil {
		return list.List{}, fmt.Errorf("--list: %w", err)
	}
	l, err := list.Open(signed, trust)
	if err != nil {
		return list.List{}, fmt.Errorf("--list, --list-key, --list-needed: %w", err)
	}
	return l, nil
}
