package probes

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/control"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// ControlConfig is how a control meets probes.
type ControlConfig struct {
	Listen         string        `name:"listen" help:"Address to answer probes on; empty answers none, and then a gateway is needed." default:"127.0.0.1:8481" env:"LAMPLIGHT_CONTROL_LISTEN" placeholder:"HOST:PORT"`
	KeyFile        string        `name:"key" help:"File of the key that signs answers; made when it does not exist. Keep it: operators name its public half." default:"control.key" env:"LAMPLIGHT_CONTROL_KEY" type:"path" placeholder:"FILE"`
	TLSCertificate string        `name:"tls-cert" help:"Certificate chain, to speak HTTPS; read at the start. Without it, put a proxy that does in front." env:"LAMPLIGHT_TLS_CERT" type:"path" placeholder:"FILE"`
	TLSKey         string        `name:"tls-key" help:"The certificate's private key." env:"LAMPLIGHT_TLS_KEY" type:"path" placeholder:"FILE"`
	TrustedProxies []string      `name:"trusted-proxy" help:"Networks of proxies whose X-Forwarded-For is believed." env:"LAMPLIGHT_TRUSTED_PROXY" placeholder:"CIDR"`
	Rounds         RoundsConfig  `embed:""`
	Country        string        `name:"country" help:"Where the control is: ISO 3166-1 alpha-2; needed with --gateway, ZZ when unknown." default:"ZZ" env:"LAMPLIGHT_CONTROL_COUNTRY"`
	PerCaller      int           `name:"rate-per-network" help:"Targets and addresses a minute that one /24 or /48 may ask for, after a burst of five minutes' worth." default:"60" env:"LAMPLIGHT_CONTROL_RATE_PER_NETWORK"`
	Total          int           `name:"rate-total" help:"Looks a minute altogether, after a burst of a minute's worth. What is kept costs none." default:"600" env:"LAMPLIGHT_CONTROL_RATE_TOTAL"`
	Looks          int           `name:"looks" help:"Looks under way at once." default:"64" env:"LAMPLIGHT_CONTROL_LOOKS"`
	Keep           time.Duration `name:"keep" help:"How long what was seen answers for those who ask again." default:"10m" env:"LAMPLIGHT_CONTROL_KEEP"`

	// Vantage is where to look from; nil is this machine, through the guard that volunteers run. A lab gives its own,
	// and the ports that its sites are at.
	Vantage *check.Vantage `kong:"-"`
	Ports   []uint16       `kong:"-"`
}

// Control answers probes that want to compare, and looks at a plan's targets by itself.
type Control struct {
	cfg    ControlConfig
	server *control.Server
	rounds *rounds // nil without a gateway
	key    ed25519.PublicKey
	log    *slog.Logger
}

// NewControl checks the settings, and makes the key when there is none. version is the program's.
func NewControl(cfg ControlConfig, version string, log *slog.Logger) (*Control, error) {
	if (cfg.TLSCertificate == "") != (cfg.TLSKey == "") {
		return nil, errors.New("--tls-cert and --tls-key: give both or neither")
	}
	if !measurement.CountryCode(cfg.Country) {
		return nil, fmt.Errorf("--country is %q: give two capital letters (ISO 3166-1), such as KE", cfg.Country)
	}
	if cfg.Country == "ZZ" && cfg.Rounds.Gateway != "" {
		return nil, errors.New("--country: name the country that the control is in with two capital letters (ISO 3166-1), such as DE: with --gateway, nothing is compared with what nobody knows where it was seen")
	}
	for _, n := range []struct {
		flag        string
		value, most int
	}{{"--rate-per-network", cfg.PerCaller, 100_000}, {"--rate-total", cfg.Total, 100_000}, {"--looks", cfg.Looks, 10_000}} {
		if n.value < 1 || n.value > n.most {
			return nil, fmt.Errorf("%s: %d is not between 1 and %d", n.flag, n.value, n.most)
		}
	}
	if cfg.Keep < time.Second || cfg.Keep > time.Hour {
		return nil, fmt.Errorf("--keep: %v is not between 1s and 1h: after an hour, what was seen compares with nothing", cfg.Keep)
	}
	if cfg.Listen == "" && cfg.Rounds.Gateway == "" {
		return nil, errors.New("--listen is empty and there is no --gateway: give one, or there is nothing to do")
	}
	if _, _, err := net.SplitHostPort(cfg.Listen); cfg.Listen != "" && err != nil {
		return nil, fmt.Errorf("--listen: %q is not an address like 127.0.0.1:8481", cfg.Listen)
	}
	proxies, err := networks(cfg.TrustedProxies)
	if err != nil {
		return nil, err
	}
	key, err := control.LoadKey(cfg.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	if cfg.Vantage == nil {
		known, err := blockPages()
		if err != nil {
			return nil, err
		}
		cfg.Vantage = &check.Vantage{
			Guard: guard.New(), System: &net.Resolver{}, Clock: clock.System{}, Timeouts: check.DefaultTimeouts(), BlockPages: known,
		}
		cfg.Ports = []uint16{80, 443}
	}
	c := &Control{cfg: cfg, key: key.Public().(ed25519.PublicKey), log: log}
	if c.rounds, err = cfg.newRounds(key, version, log); err != nil {
		return nil, err
	}
	minute := func(n int) time.Duration { return time.Minute / time.Duration(n) }
	c.server = control.New(control.Config{
		Vantage: cfg.Vantage, Key: key, Software: controlSoftware + version, Ports: cfg.Ports, Network: cfg.network(),
		Caller:    func(r *http.Request) netip.Addr { return caller(r, proxies) },
		PerCaller: control.Rate{Every: minute(cfg.PerCaller), Burst: 5 * cfg.PerCaller},
		// A site sees no more of a control than of one reader who leafs through it.
		PerSite: control.Rate{Every: 10 * time.Second, Burst: 6},
		// A /24 has 256 addresses: to try one port of all that callers give takes four hours, for all callers together.
		PerPrefix: control.Rate{Every: time.Minute, Burst: 8},
		// Who owns a name can lead it anywhere: that takes as long. A /24 of a content network has some dozens of sites'
		// addresses, each of which is new once a day, and a look at a site makes some six connections.
		Found: control.Rate{Every: time.Minute, Burst: 32},
		Crowd: control.Rate{Every: time.Second, Burst: 240},
		Total: control.Rate{Every: minute(cfg.Total), Burst: cfg.Total},
		Looks: cfg.Looks, Keep: cfg.Keep,
	})
	return c, nil
}

const controlSoftware = "lamplight-control/"

// network is where the control is, as its operator says.
func (cfg *ControlConfig) network() measurement.Network {
	return measurement.Network{Country: cfg.Country, Type: measurement.NetworkUnknown}
}

// ControlKey returns the public half of a control's key, in base64, and makes the key when there is none.
func ControlKey(file string) (string, error) {
	key, err := control.LoadKey(file)
	if err != nil {
		return "", fmt.Errorf("key of the control: %w", err)
	}
	return base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)), nil
}

// PublicKey returns the key that the control signs with, in base64: what operators name to their gateways.
func (c *Control) PublicKey() string { return base64.StdEncoding.EncodeToString(c.key) }

// Counts returns what the control has done so far, by name, for whoever watches it.
func (c *Control) Counts() map[string]func() uint64 {
	n := &c.server.Counts
	return map[string]func() uint64{
		"requests_total": n.Requests.Load, "refused_total": n.Refused.Load, "targets_total": n.Targets.Load,
		"looks_total": n.Looks.Load, "kept_total": n.Kept.Load, "limited_total": n.Limited.Load,
	}
}
