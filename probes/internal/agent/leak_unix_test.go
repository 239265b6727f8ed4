//go:build unix

package agent_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
)

// A probe that crashes writes where it was, in all of its goroutines, and nothing of what it knew.
func TestCrashTellsNothing(t *testing.T) {
	if os.Getenv("LAMPLIGHT_TEST_CRASH") != "" {
		crash(t)
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashTellsNothing$")
	child.Env = append(os.Environ(), "LAMPLIGHT_TEST_CRASH=1", "GOTRACEBACK=system", "SSID="+plantedEnvironment)
	var said bytes.Buffer
	child.Stderr = &said
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	// Its first word says that it has measured and delivered.
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it crashed
	crashed := append(rest, said.Bytes()...)
	if !bytes.Contains(crashed, []byte("SIGQUIT")) || !bytes.Contains(crashed, []byte("agent.(*session)")) {
		t.Fatalf("it did not crash: %s", crashed)
	}
	cfg := plantedCountry(t)
	hidden := secrets(cfg)
	delete(hidden, "the user's name") // the names of Go's own functions hold everything
	lookFor(t, "the crash", crashed, hidden)
}

func crash(t *testing.T) {
	gateway := servertest.NewGateway(t)
	cfg := plantedCountry(t)
	cfg.Gateway = gateway.URL
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := agent.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = a.Run(context.Background()) }()
	await(t, func() bool { k := kinds(gateway); return k["beat "] >= 3 && k["http "] >= 1 })
	_, _ = os.Stdout.WriteString("!")
	select {}
}
