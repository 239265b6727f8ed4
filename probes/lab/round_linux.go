package lab

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/lab/internal/scaled"
	"github.com/lamplight-net/lamplight/probes/lab/internal/scene"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// roundVariable holds a Round for the process that it is run in.
const roundVariable = "LAMPLIGHT_ROUND"

// RunRound runs a control until done is closed.
func RunRound(ctx context.Context, r Round, done <-chan struct{}) (RoundResult, error) {
	if r.Sites < 1 || r.Sites > plan.MaxTargets {
		return RoundResult{}, fmt.Errorf("%d sites: give 1 to %d", r.Sites, plan.MaxTargets)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return RoundResult{}, err
	}
	in, out := io.Pipe()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-done:
		case <-stop:
		}
		_ = out.Close() // the child's standard input ends, and with it the child
	}()
	var result RoundResult
	err = apart(ctx, roundVariable, text, in, &result)
	return result, err
}

func roundHere(text []byte) (any, error) {
	var r Round
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return r.run(ctx)
}

func (r Round) run(ctx context.Context) (result RoundResult, err error) {
	if err := resolveBy(filepath.Join(r.Folder, "resolv.conf")); err != nil {
		return result, err
	}
	crowd := scene.Crowd(r.Sites, 0)
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	field, err := scene.Open(running, crowd)
	if err != nil {
		return result, err
	}
	traffic, err := field.Relay(running, scene.GatewayAddress, r.Socket)
	if err != nil {
		return result, errors.Join(err, field.Close())
	}
	cfg, err := r.control(field, crowd)
	if err == nil {
		var control *probes.Control
		if control, err = probes.NewControl(cfg, "lab", slog.New(slog.NewTextHandler(os.Stderr, nil))); err == nil {
			err = control.Run(ctx)
		}
	}
	err = errors.Join(err, field.Close()) // and what is under way is counted
	return RoundResult{Up: traffic.Up.Load(), Down: traffic.Down.Load()}, err
}

// control returns the settings of a control that looks from the field's home.
func (r Round) control(field *scene.Field, crowd *scene.Scene) (cfg probes.ControlConfig, err error) {
	if err := kong.ApplyDefaults(&cfg); err != nil {
		return cfg, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(field.Authority())
	if !roots.AppendCertsFromPEM(r.Authority) {
		return cfg, errors.New("the authority is not a certificate in PEM")
	}
	v := field.Vantage(roots)
	clock, err := scaled.New(time.Now().Add(-2*time.Hour), r.Scale)
	if err != nil {
		return cfg, err
	}
	clock.Start()
	v.Clock = clock
	builtIn, err := plan.Default()
	if err != nil {
		return cfg, err
	}
	what := plan.Plan{Version: "round-1", Resolvers: builtIn.Resolvers, TargetEvery: plan.MinTargetEvery, BeatEvery: plan.DefaultBeatEvery}
	for _, url := range crowd.URLs() {
		what.Targets = append(what.Targets, plan.Target{URL: url, Class: measurement.ClassForeign})
	}
	text, err := plan.Encode(what)
	if err != nil {
		return cfg, err
	}
	file := filepath.Join(r.Folder, "plan.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return cfg, err
	}
	cfg.Listen, cfg.KeyFile, cfg.Country, cfg.Vantage = "", r.KeyFile, r.Country, v
	cfg.Rounds.Gateway, cfg.Rounds.Plan, cfg.Rounds.System = "https://"+RoundGateway, file, scene.Resolver()
	cfg.Rounds.State = filepath.Join(r.Folder, "state")
	return cfg, nil
}
