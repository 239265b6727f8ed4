package main

import (
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes"
)

// up --control runs a control, whose key its own gateway and loader believe, beside keys that were named.
func TestUpRunsAControl(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(plan, []byte(`{"version":"empty-1","beat_every":"10s"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	named, err := probes.ControlKey(filepath.Join(t.TempDir(), "another.key"))
	if err != nil {
		t.Fatal(err)
	}
	o := startObservatory(t, func(m *machine) {
		m.Beside.On, m.Beside.Country, m.Beside.Listen, m.Beside.Plan, m.Believed.Keys = true, "DE", "", plan, []string{named}
	})
	own, err := probes.ControlKey(controlKeyFile(o.dir))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{named, own}; !slices.Equal(o.Gateway.Controls.Keys, want) || !slices.Equal(o.Loader.Controls.Keys, want) {
		t.Errorf("gateway believes %q, loader %q, want %q", o.Gateway.Controls.Keys, o.Loader.Controls.Keys, want)
	}
	lock := filepath.Join(o.dir, "control", "lock")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(lock); err == nil {
			return // it works in its folder
		} else if time.Now().After(deadline) {
			t.Fatalf("no control runs: %v", err)
		}
	}
}

// What the control says of its flags, up says of those that it sets it by.
func TestErrorsOfAControlNameTheFlagsOfUp(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	p := &process{log: slog.New(slog.DiscardHandler), metrics: prometheus.NewRegistry(), out: io.Discard, err: io.Discard}
	beside := controlBeside{On: true, Country: "DE", List: "/nowhere", ListKeys: []string{"/nowhere"}, ListNeeded: 1}
	_, err = beside.start(p, t.TempDir(), taken.Addr())
	if want := "--control: --control-list-key: open /nowhere"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	beside = controlBeside{On: true, Country: "DE", ListName: "ke", ListNeeded: 2}
	_, err = beside.start(p, t.TempDir(), taken.Addr())
	if want := "--control: --control-list-key, --control-list-needed: 2 of 0 keys"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	beside = controlBeside{On: true, Country: "DE", Listen: taken.Addr().String()}
	run, err := beside.start(p, t.TempDir(), taken.Addr())
	if err != nil {
		t.Fatal(err)
	}
	err = run(t.Context())
	if want := "--control: --control-listen: listen tcp " + beside.Listen; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestInsideURL(t *testing.T) {
	for at, want := range map[string]string{
		"127.0.0.1:8480": "http://127.0.0.1:8480", "[::1]:8480": "http://[::1]:8480", "0.0.0.0:8480": "http://127.0.0.1:8480", "[::]:8480": "http://127.0.0.1:8480",
		"192.0.2.1:8480": "--control: the gateway is not on a loopback address but on 192.0.2.1:8480",
	} {
		address, err := net.ResolveTCPAddr("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		got, err := insideURL(address)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestAControlBesideTLS(t *testing.T) {
	err := controlBeside{On: true, Country: "ZZ"}.check(ingest.GatewayConfig{TLSCertificate: "cert.pem"})
	if err == nil || !strings.Contains(err.Error(), "--tls-cert") {
		t.Errorf("%v", err)
	}
}
