package agent_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
	"github.com/lamplight-net/lamplight/probes/internal/subscription"
)

// subscribed is an agent's settings with a list to ask for.
func subscribed(t *testing.T, gateway *servertest.Gateway) agent.Config {
	t.Helper()
	cfg := country(t)
	cfg.Gateway = gateway.URL
	state, err := os.OpenRoot(cfg.State)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	cfg.Lists = subscription.New(subscription.Config{
		State: state, Trust: list.Trust{Keys: []minisign.PublicKey{servertest.Signer(1).Key()}, Needed: 1}, Name: "xl",
		Log: slog.New(slog.DiscardHandler), Taken: func() {},
	})
	return cfg
}

// An agent lends its line to whoever asks for lists, while it may spend bytes.
func TestListsAreAskedForWithinTheBudget(t *testing.T) {
	gateway := servertest.NewGateway(t)
	run(t, subscribed(t, gateway), func() bool { return len(gateway.Asked()) == 1 })

	gateway = servertest.NewGateway(t)
	cfg := subscribed(t, gateway)
	cfg.Budget = 1 // which asking the gateway where this is uses up
	run(t, cfg, func() bool { return len(gateway.Batches()) >= 2 })
	if n := len(gateway.Asked()); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// An agent that only listens asks for lists and for nothing else, and not even for them while it is paused.
func TestListen(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := subscribed(t, gateway)
	cfg.Silence = silence.New(cfg.Clock)
	end := cfg.Clock.Now().Add(20 * time.Minute)
	if err := cfg.Silence.Ask(end); err != nil {
		t.Fatal(err)
	}
	a := start(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Listen(ctx) }()
	await(t, func() bool { return len(gateway.Asked()) == 1 })
	if now := cfg.Clock.Now(); now.Before(end) {
		t.Errorf("it asked %v before the pause was over", end.Sub(now))
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if paths := gateway.Paths(); len(paths) != 1 || paths[0] != "/v1/lists/xl" {
		t.Errorf("it asked for %q", paths)
	}
}
