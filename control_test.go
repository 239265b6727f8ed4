package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/lab"
)

// round is a control that looks by itself, and the gateway that it delivers to.
type round struct {
	observatory
	key string // that the gateway believes
	lab.Round
}

// newRound starts a gateway that speaks TLS and all behind it.
func newRound(t *testing.T, sites int) round {
	t.Helper()
	folder := t.TempDir()
	certificate, private := certify(t, folder)
	r := round{Round: lab.Round{
		Sites: sites, Scale: 30, Country: "XM", KeyFile: filepath.Join(folder, "control.key"), Folder: folder, Socket: filepath.Join(folder, "socket"),
	}}
	var err error
	if r.key, err = probes.ControlKey(r.KeyFile); err != nil {
		t.Fatal(err)
	}
	r.observatory = startObservatory(t, func(m *machine) {
		m.Gateway.TLSCertificate, m.Gateway.TLSKey, m.Believed.Keys = certificate, private, []string{r.key}
	})
	if r.Authority, err = os.ReadFile(certificate); err != nil {
		t.Fatal(err)
	}
	lead(t, r.Socket, strings.TrimPrefix(r.gatewayURL, "http://"))
	return r
}

// certify writes a certificate for the gateway that vouches for itself, and its key.
func certify(t *testing.T, folder string) (certificate, private string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{lab.RoundGateway}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, private = filepath.Join(folder, "gateway.pem"), filepath.Join(folder, "gateway-key.pem")
	for file, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, private: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, private
}

// lead leads connections to a Unix socket to an address: a network of its own has no other way out.
func lead(t *testing.T, socket, to string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer near.Close()
				far, err := net.Dial("tcp", to) //nolint:noctx // it ends with the connection
				if err != nil {
					return
				}
				defer far.Close()
				go func() {
					_, _ = io.Copy(far, near)
					_ = far.Close()
				}()
				_, _ = io.Copy(near, far)
			}()
		}
	}()
}

// until runs the control until a condition holds.
func (r round) until(t *testing.T, holds func() bool) lab.RoundResult {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for deadline := time.Now().Add(2 * time.Minute); !holds() && time.Now().Before(deadline) && t.Context().Err() == nil; {
			time.Sleep(50 * time.Millisecond)
		}
	}()
	result, err := lab.RunRound(t.Context(), r.Round, done)
	inLab(t, err)
	if !holds() {
		t.Fatal("waited for two minutes")
	}
	return result
}

// seen is what analysts see of the controls.
type seen struct {
	Country string `ch:"country"`
	Plan    string `ch:"plan"`
	Key     string `ch:"key"`
	Targets uint64 `ch:"targets"` // that were reached
	Looks   uint64 `ch:"looks"`
	Records uint64 `ch:"records"`
}

func (r round) seen(t *testing.T) []seen {
	t.Helper()
	found, err := store.Collect(store.Select[seen](t.Context(), r.db, `
		SELECT country, plan, probe AS key, uniqExactIf(target, kind = 'http' AND failure = '') AS targets,
			countIf(kind = 'http') AS looks, count() AS records
		FROM v_measurements WHERE vantage = 'control' GROUP BY country, plan, probe ORDER BY key`))
	if err != nil {
		t.Error(err)
	}
	return found
}

// maxUpload is how many bytes a look may cost on the way to the gateway.
const maxUpload = 400

// A control looks by itself and delivers over TLS, through gateway, Kafka and loader, to where analysts read; who is
// not named gets nothing in.
func TestControlDelivers(t *testing.T) {
	const sites = 60
	r := newRound(t, sites)
	forger := r
	forger.KeyFile, forger.Folder = filepath.Join(t.TempDir(), "control.key"), t.TempDir()
	forger.until(t, func() bool { return r.refused(t) > 0 })
	if got := r.seen(t); len(got) > 0 {
		t.Errorf("a control that nobody named got in: %+v", got)
	}
	traffic := r.until(t, func() bool {
		got := r.seen(t)
		return len(got) > 0 && got[0].Targets == sites
	})
	got := r.seen(t)
	key, err := base64.StdEncoding.DecodeString(r.key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]seen{{
		Country: "XM", Plan: "round-1", Key: hex.EncodeToString(key), Targets: sites, Looks: got[0].Looks, Records: got[0].Records,
	}}, got); diff != "" {
		t.Error(diff)
	}
	t.Logf("%d looks with %d records: %d bytes sent and %d received, with TLS: %d a look, %d a record",
		got[0].Looks, got[0].Records, traffic.Up, traffic.Down, traffic.Up/int64(got[0].Looks), traffic.Up/int64(got[0].Records))
	if traffic.Up == 0 || traffic.Up > maxUpload*int64(got[0].Looks) {
		t.Errorf("%d bytes sent for %d looks, want some, and at most %d each", traffic.Up, got[0].Looks, maxUpload)
	}
}

// refused returns how many batches the gateway refused because it does not believe their vantage.
func (r round) refused(t *testing.T) float64 {
	t.Helper()
	families, err := r.process.metrics.Gather()
	if err != nil {
		t.Error(err)
	}
	for _, f := range families {
		if f.GetName() != "lamplight_gateway_batches_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetValue() == "vantage" {
					return m.GetCounter().GetValue()
				}
			}
		}
	}
	return 0
}
