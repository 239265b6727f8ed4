package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"

	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// controlBeside is the control of an installation on one machine.
type controlBeside struct {
	On         bool     `name:"control" help:"Run a control too, which looks at a plan's targets from here and is believed. Only where nothing is blocked." env:"LAMPLIGHT_CONTROL"`
	Listen     string   `name:"control-listen" help:"Address on which the control answers probes; empty answers none." default:"127.0.0.1:8481" env:"LAMPLIGHT_CONTROL_LISTEN" placeholder:"HOST:PORT"`
	Country    string   `name:"control-country" help:"Where the control is: ISO 3166-1 alpha-2; needed with --control." default:"ZZ" env:"LAMPLIGHT_CONTROL_COUNTRY"`
	Plan       string   `name:"control-plan" help:"Plan with what the control looks at; without it and --control-list, what the probe is built with." env:"LAMPLIGHT_CONTROL_PLAN" type:"path" placeholder:"FILE"`
	List       string   `name:"control-list" help:"Signed list with what the control looks at; newer issues of it come from --lists." env:"LAMPLIGHT_CONTROL_LIST" type:"path" placeholder:"FILE"`
	ListName   string   `name:"control-list-name" help:"Name of a list in --lists to follow." env:"LAMPLIGHT_CONTROL_LIST_NAME" placeholder:"NAME"`
	ListKeys   []string `name:"control-list-key" help:"A public key of minisign whose owner may sign that list, or its file; give each." env:"LAMPLIGHT_CONTROL_LIST_KEY" placeholder:"KEY"`
	ListNeeded int      `name:"control-list-needed" help:"How many of them it takes." default:"2" env:"LAMPLIGHT_CONTROL_LIST_NEEDED"`
}

func controlKeyFile(dir string) string { return filepath.Join(dir, "control.key") }

// check returns an error that names the flag of a setting that cannot be, before anything starts.
func (c controlBeside) check(gateway ingest.GatewayConfig) error {
	switch {
	case !c.On && (c.Plan != "" || c.List != "" || c.ListName != ""):
		return errors.New("--control-plan, --control-list and --control-list-name go with --control")
	case !c.On:
		return nil
	case gateway.TLSCertificate != "":
		return errors.New("--control speaks to the gateway in the clear, inside this machine: run lamplight control by itself beside a gateway with --tls-cert")
	case !measurement.CountryCode(c.Country):
		return fmt.Errorf("--control-country is %q: give two capital letters (ISO 3166-1), such as KE", c.Country)
	case c.Country == "ZZ":
		return errors.New("--control-country: name the country that this machine is in with two capital letters (ISO 3166-1), such as DE: --control judges no probe of that country, and must know which")
	case c.Plan != "" && (c.List != "" || c.ListName != ""):
		return errors.New("--control-plan and --control-list or --control-list-name: give one")
	}
	if _, _, err := net.SplitHostPort(c.Listen); c.Listen != "" && err != nil {
		return fmt.Errorf("--control-listen: %q is not an address like 127.0.0.1:8481", c.Listen)
	}
	return nil
}

// believe adds the control's key to those that gateway and loader believe.
func (c controlBeside) believe(keys []string, dir string) ([]string, error) {
	if !c.On {
		return keys, nil
	}
	key, err := probes.ControlKey(controlKeyFile(dir))
	return append(keys[:len(keys):len(keys)], key), err
}

// start prepares the control, which delivers to the gateway at an address of this machine; nil when none is wanted.
func (c controlBeside) start(p *process, dir string, gateway net.Addr) (part, error) {
	if !c.On {
		return nil, nil
	}
	url, err := insideURL(gateway)
	if err != nil {
		return nil, err
	}
	var cfg probes.ControlConfig
	if err := ownSettings(&cfg); err != nil {
		return nil, fmt.Errorf("--control: %w", err)
	}
	cfg.Listen, cfg.Country, cfg.KeyFile = c.Listen, c.Country, controlKeyFile(dir)
	cfg.Rounds.Gateway, cfg.Rounds.State = url, filepath.Join(dir, "control")
	cfg.Rounds.Plan, cfg.Rounds.List, cfg.Rounds.ListName, cfg.Rounds.ListKeys, cfg.Rounds.ListNeeded = c.Plan, c.List, c.ListName, c.ListKeys, c.ListNeeded
	control, err := probes.NewControl(cfg, versionOf(), p.log)
	if err != nil {
		return nil, besideError{err}
	}
	run := func(ctx context.Context) error {
		if err := control.Run(ctx); err != nil {
			return besideError{err}
		}
		return nil
	}
	return run, countControl(p, control)
}

// besideError is an error of the control, which names the flags of lamplight control: up has --control- before each.
type besideError struct{ error }

// besideFlags has the beginnings of those that up sets: --list is that of --list-key and --listen too.
var besideFlags = strings.NewReplacer("--list", "--control-list", "--plan", "--control-plan")

func (e besideError) Error() string { return "--control: " + besideFlags.Replace(e.error.Error()) }

func (e besideError) Unwrap() error { return e.error }

// insideURL is where a program on this machine reaches what listens on an address.
func insideURL(at net.Addr) (string, error) {
	address, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return "", fmt.Errorf("--control: %w", err)
	}
	switch host := address.Addr(); {
	case host.IsUnspecified():
		return fmt.Sprintf("http://127.0.0.1:%d", address.Port()), nil
	case host.IsLoopback():
		return "http://" + address.String(), nil
	}
	return "", fmt.Errorf("--control: the gateway is not on a loopback address but on %s, where it must speak https: run lamplight control by itself", address)
}
