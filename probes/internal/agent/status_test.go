package agent_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Status follows an agent from before its start to after its end.
func TestStatus(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	a := start(t, cfg)
	if before := a.Status(); before.Running || before.Network.Country != "ZZ" || len(before.Last) > 0 {
		t.Errorf("before the start: %+v", before)
	}
	stop := goRun(t, a)
	var s agent.Status
	await(t, func() bool {
		s = a.Status()
		return !s.Delivered.IsZero() && count(s.Last, measurement.KindBeat) > 1 && count(s.Last, measurement.KindHTTP) > 0
	})
	if !s.Running || s.Network.ASN != 64501 || s.Today.Sent == 0 || s.Today.Received == 0 || s.Trouble != "" {
		t.Errorf("while it runs: %+v", s)
	}
	if first := gateway.Batches()[0].Lines[0].Record.MeasuredAt; s.Delivered.Before(first) || s.Delivered.After(s.At) {
		t.Errorf("at %v it says that it delivered at %v what it saw at %v", s.At, s.Delivered, first)
	}
	for _, o := range s.Last {
		want := agent.Outcome{At: o.At, Kind: measurement.KindHTTP, Class: measurement.ClassDomestic}
		if o.Kind == measurement.KindBeat {
			want = agent.Outcome{
				At: o.At, Kind: o.Kind, Domestic: measurement.Reach{Tried: 1, Answered: 1}, Foreign: measurement.Reach{Tried: 1},
			}
		}
		if diff := cmp.Diff(want, o); diff != "" {
			t.Errorf("outcome (-want +got):\n%s", diff)
		}
	}
	stop()
	if after := a.Status(); after.Running {
		t.Error("it runs after its end")
	}
	again := start(t, cfg)
	goRun(t, again)
	await(t, func() bool { return again.Status().Running })
	if got := again.Status().Today; got.Date == s.Today.Date && got.Bytes() < s.Today.Bytes() {
		t.Errorf("a restart forgets %d of today's %d bytes", s.Today.Bytes()-got.Bytes(), s.Today.Bytes())
	}
}

// A pause silences everything, lasts through a restart, and ends when it is told to.
func TestPause(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	cfg.Clock = clock.System{}
	cfg.Plan.BeatEvery, cfg.SealEvery = 10*time.Second, time.Nanosecond
	cfg.Silence = kept(t, cfg)
	a := start(t, cfg)
	stop := goRun(t, a)
	await(t, func() bool { return a.Status().Running })
	if err := cfg.Silence.Ask(cfg.Clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	stop()
	cfg.Silence = kept(t, cfg)
	again := start(t, cfg)
	goRun(t, again)
	await(t, func() bool { return again.Status().Running })
	if again.Status().PausedUntil.IsZero() {
		t.Error("a restart ended the pause")
	}
	if err := cfg.Silence.Ask(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if until := again.Status().PausedUntil; !until.IsZero() {
		t.Errorf("paused until %v after the pause was ended", until)
	}
	await(t, func() bool { return len(gateway.Batches()) > 0 })
}

// An agent that starts while it is paused asks nobody anything, not even its gateway who and where it is.
func TestPauseIsSilentFromTheStart(t *testing.T) {
	var asked atomic.Int64
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer gateway.Close()
	cfg := country(t)
	cfg.Gateway = gateway.URL
	begin := cfg.Clock.Now()
	cfg.Silence = silence.New(cfg.Clock)
	if err := cfg.Silence.Ask(begin.Add(24 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	a := start(t, cfg)
	goRun(t, a)
	await(t, func() bool { return a.Status().Running && cfg.Clock.Now().Sub(begin) > 10*time.Minute })
	if n := asked.Load(); n > 0 {
		t.Errorf("%d requests of an agent that is paused", n)
	}
	if err := cfg.Silence.Ask(time.Time{}); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return asked.Load() > 0 })
}

// Past the budget beats go on alone.
func TestBudget(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := country(t)
	cfg.Gateway = gateway.URL
	cfg.Budget = 1 // which asking the gateway where this is uses up
	run(t, cfg, func() bool { return kinds(gateway)["beat "] >= 4 })
	if k := kinds(gateway); k["http "] > 0 {
		t.Errorf("past the budget it looks on: %v", k)
	}
}

func count(outcomes []agent.Outcome, kind measurement.Kind) int {
	n := 0
	for _, o := range outcomes {
		if o.Kind == kind {
			n++
		}
	}
	return n
}

func start(t *testing.T, cfg agent.Config) *agent.Agent {
	t.Helper()
	a, err := agent.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kept is what was asked of whoever has the settings' folder, as its owner keeps it.
func kept(t *testing.T, cfg agent.Config) *silence.Silence {
	t.Helper()
	state, err := os.OpenRoot(cfg.State)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	s := silence.New(cfg.Clock)
	if err := s.Keep(state); err != nil {
		t.Fatal(err)
	}
	return s
}

// goRun runs an agent until the test ends or stop is called.
func goRun(t *testing.T, a *agent.Agent) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	ended := false
	stop = func() {
		cancel()
		if ended {
			return
		}
		ended = true
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func await(t *testing.T, what func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !what(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what was awaited does not come")
		}
	}
}
