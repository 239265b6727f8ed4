package probes

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

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
	List       string   `name:"list" help:"Signed list with what to look at, as probes take it (lamplight list pack); newer issues of it come from the gateway." env:"LAMPLIGHT_CONTROL_LIST" type:"path" placeholder:"FILE"`
	ListName   string   `name:"list-name" help:"Name of a list to follow from the gateway, when there is no file of it yet." env:"LAMPLIGHT_CONTROL_LIST_NAME" placeholder:"NAME"`
	ListKeys   []string `name:"list-key" help:"A public key of minisign whose owner may sign the list, or its file; give each." env:"LAMPLIGHT_CONTROL_LIST_KEY" placeholder:"KEY"`
	ListNeeded int      `name:"list-needed" help:"How many of them it takes." default:"2" env:"LAMPLIGHT_CONTROL_LIST_NEEDED"`
	State      string   `name:"state" help:"Folder that holds what was seen until the gateway has it." default:"control-state" env:"LAMPLIGHT_CONTROL_STATE" type:"path" placeholder:"DIR"`

	// System is the resolver that stands in for the machine's; a lab gives its own.
	System netip.AddrPort `kong:"-"`

	asksWithin time.Duration // the first question for a newer list; 0 means a minute
}

// newRounds returns what looks and delivers; nil without a gateway.
func (cfg *ControlConfig) newRounds(key ed25519.PrivateKey, version string, log *slog.Logger) (*rounds, error) {
	r := &cfg.Rounds
	if r.Gateway == "" {
		if r.Plan != "" || r.List != "" || r.ListName != "" || r.GatewayKey != "" {
			return nil, errors.New("--plan, --list, --list-name and --gateway-key go with --gateway: nobody else takes what is seen")
		}
		return nil, nil
	}
	if r.State == "" {
		return nil, errors.New("--state: name a folder for what waits for the gateway")
	}
	gatewayKey, err := parseKey(r.GatewayKey)
	if err != nil {
		return nil, err
	}
	id, network, v := identity.OfControl(key), cfg.network(), cfg.Vantage
	out := &rounds{log: log, within: r.asksWithin, agent: agent.Config{
		State: r.State, Software: controlSoftware + version, Identity: &id, Network: &network, Vantage: measurement.VantageControl,
		Guard: v.Guard, System: r.System, Roots: v.Roots, Decoy: v.Decoy, BlockPages: v.BlockPages, Clock: v.Clock,
		Timeouts: v.Timeouts, Gateway: r.Gateway, GatewayKey: gatewayKey, Log: log,
	}}
	if err := r.choose(out); err != nil {
		return nil, err
	}
	if _, err := agent.New(out.looking(out.given)); err != nil {
		return nil, fmt.Errorf("--gateway: %w", err)
	}
	return out, nil
}

// choose finds what to look at at first, and what is followed.
func (r *RoundsConfig) choose(into *rounds) (err error) {
	switch {
	case r.Plan != "" && (r.List != "" || r.ListName != ""):
		return errors.New("--plan and --list or --list-name: give one")
	case r.List != "" && r.ListName != "":
		return errors.New("--list and --list-name: give one: a list's file says its name")
	case r.ListName != "" && !measurement.ListName(r.ListName):
		return fmt.Errorf("--list-name: %q is not a list's name, such as ke", r.ListName)
	case r.List != "":
		return r.signed(into)
	case r.Plan != "":
		into.given.Plan, err = readPlan(r.Plan)
		return err
	case r.ListName != "":
		if into.trust, err = readTrust(r.ListKeys, r.ListNeeded); err == nil {
			err = into.trust.Validate()
		}
		if err != nil {
			return fmt.Errorf("--list-key, --list-needed: %w", err)
		}
		into.name = r.ListName
	}
	into.given.Plan, err = plan.Default()
	return err
}

// signed takes a list that was given as a file.
func (r *RoundsConfig) signed(into *rounds) error {
	trust, err := readTrust(r.ListKeys, r.ListNeeded)
	if err != nil {
		return fmt.Errorf("--list-key: %w", err)
	}
	signed, err := readSigned(r.List)
	if err != nil {
		return fmt.Errorf("--list: %w", err)
	}
	l, err := list.Open(signed, trust)
	if err != nil {
		return fmt.Errorf("--list, --list-key, --list-needed: %w", err)
	}
	into.given, into.signed, into.trust, into.name = l, &signed, trust, l.Name
	return nil
}
