package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/ingest"
	"github.com/lamplight-net/lamplight/probes"
)

// village is a real gateway and the folder of a real volunteer beside it.
type village struct {
	dir     string
	address string
	kafka   string
	metrics *prometheus.Registry
	key     string // of the gateway
	signers []ed25519.PrivateKey
}

func newVillage(t *testing.T) *village {
	t.Helper()
	v := &village{dir: t.TempDir(), kafka: servicetest.Kafka(t)}
	if err := os.Mkdir(filepath.Join(v.dir, "lists"), 0o700); err != nil {
		t.Fatal(err)
	}
	// The address is the same for every gateway that comes after another.
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range byte(3) {
		v.signers = append(v.signers, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n + 1}, 32)))
	}
	return v
}

// gateway runs one with the key in a file and those that it replaced.
func (v *village) gateway(t *testing.T, key string, retired ...string) (stop func()) {
	t.Helper()
	var c gatewayCommand
	if err := kong.ApplyDefaults(&c); err != nil {
		t.Fatal(err)
	}
	c.Listen, c.KeyFile, c.RetiredKeys, c.Lists = v.address, filepath.Join(v.dir, key), nil, filepath.Join(v.dir, "lists")
	for _, old := range retired {
		c.RetiredKeys = append(c.RetiredKeys, filepath.Join(v.dir, old))
	}
	c.Kafka.Brokers, c.Kafka.Prefix = []string{v.kafka}, "village."
	v.metrics = prometheus.NewRegistry()
	g, err := ingest.NewGateway(c.GatewayConfig, c.Kafka, c.Geo, slog.New(slog.DiscardHandler), v.metrics)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.key = g.PublicKey()
	return background(t, g.Run)
}

// background runs something until stop or the end of the test.
func background(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func (v *village) folder() string { return filepath.Join(v.dir, "probe") }

// join makes the volunteer follow the gateway with the key that it has now.
func (v *village) join(t *testing.T) {
	t.Helper()
	var link, read bytes.Buffer
	cfg := probes.InviteConfig{Page: probes.DefaultPage, Gateways: []string{"http://" + v.address}, GatewayKey: v.key, ListNeeded: 2, List: "ke"}
	for n := range v.signers {
		cfg.ListKeys = append(cfg.ListKeys, v.public(n))
	}
	if err := probes.Invite(v.folder(), cfg, &link); err != nil {
		t.Fatal(err)
	}
	if err := probes.Read(v.folder(), &read); err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`This is version (\S+)\.`).FindStringSubmatch(read.String())
	if version == nil {
		t.Fatal(read.String())
	}
	nobody := bufio.NewReader(strings.NewReader(""))
	if err := probes.Join(t.Context(), v.folder(), strings.TrimSpace(link.String()), version[1], true, nobody, io.Discard); err != nil {
		t.Fatal(err)
	}
}

func (v *village) probe(t *testing.T) (stop func()) {
	t.Helper()
	return background(t, func(ctx context.Context) error {
		return probes.Run(ctx, probes.RunConfig{State: v.folder(), Listen: "127.0.0.1:0", Quiet: probes.Hours{Until: 24 * 60}}, "test", slog.New(slog.DiscardHandler))
	})
}

// says is what the probe tells of itself.
type says struct {
	Running          bool
	List, Trouble    string
	Delivered        time.Time
	Queue            struct{ Batches int }
	Checks           []struct{}
	Suspended, State string
}

func (v *village) await(t *testing.T, what string, holds func(says) bool) says {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		report, err := probes.Status(t.Context(), v.folder(), "test")
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		var s says
		if err := report.WriteJSON(&text); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if holds(s) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: it says %s", what, text.String())
		}
	}
}

func keyID(n int) []byte { return []byte("signer-" + string('0'+rune(n))) }

func (v *village) public(n int) string {
	return base64.StdEncoding.EncodeToString(slices.Concat([]byte("Ed"), keyID(n), v.signers[n].Public().(ed25519.PublicKey)))
}

func (v *village) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(v.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pack lets two people sign a list, and puts it where the gateway finds it. It returns the bytes that they signed.
func (v *village) pack(t *testing.T, drafted string) []byte {
	t.Helper()
	text, err := os.ReadFile(drafted)
	if err != nil {
		t.Fatal(err)
	}
	line := []string{"list", "pack", drafted, "--out", filepath.Join(v.dir, "lists", "ke.signed.json")}
	encode := base64.StdEncoding.EncodeToString
	for n, key := range v.signers {
		line = append(line, "--key", v.write(t, string(keyID(n))+".pub", v.public(n)))
		if n == 2 {
			continue // two of three are enough
		}
		signature := ed25519.Sign(key, text)
		global := ed25519.Sign(key, slices.Concat(signature, []byte("c")))
		line = append(line, "--signature", v.write(t, string(keyID(n))+".minisig", "untrusted comment: x\n"+
			encode(slices.Concat([]byte("Ed"), keyID(n), signature))+"\ntrusted comment: c\n"+encode(global)+"\n"))
	}
	if err := say(t, line...); err != nil {
		t.Fatal(err)
	}
	return text
}

func (v *village) counted(t *testing.T, name string) float64 {
	t.Helper()
	families, err := v.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				total += m.GetCounter().GetValue()
			}
		}
	}
	return total
}

// From test lists to what a probe follows: build, sign, pack, hand out, join, and it arrives.
func TestListArrives(t *testing.T) {
	v := newVillage(t)
	source := v.write(t, "ke.csv", "url,category_code\nhttps://news.example/,NEWS\n")
	drafted := filepath.Join(v.dir, "ke.json")
	if err := say(t, "list", "build", source, "--country", "KE", "--anchor", "https://small.example.ke/", "--out", drafted); err != nil {
		t.Fatal(err)
	}
	signed := v.pack(t, drafted)
	v.gateway(t, "gateway.key")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+v.address+"/v1/lists/ke", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	sum := sha256.Sum256(signed)
	if tag := response.Header.Get("ETag"); response.StatusCode != 200 || tag != `"`+hex.EncodeToString(sum[:])+`"` {
		t.Errorf("%d, tag %s: a probe would make another of what was signed", response.StatusCode, tag)
	}
	v.join(t)
	stop := v.probe(t)
	v.await(t, "a list that a gateway hands out", func(s says) bool { return s.List == "ke-1" })
	stop()
}

// Nothing leaves the machine: the sign of life asks no anchor, for there is none, and all day is quiet.
const quietList = `{"name":"ke","serial":1,"issued":"2026-03-01T00:00:00Z",
	"plan":{"version":"quiet","targets":[{"url":"https://a.example/","class":"foreign"}],"beat_every":"10s"}}`

// A gateway gets a new key. What a volunteer's disk holds for the old one is taken; the probe that knows only the old
// one gives nothing up, and delivers it all when it has joined with the new link.
func TestKeyIsReplaced(t *testing.T) {
	v := newVillage(t)
	v.pack(t, v.write(t, "ke.json", quietList))
	stopGateway := v.gateway(t, "old.key")
	v.join(t)
	stopProbe := v.probe(t)
	v.await(t, "a list", func(s says) bool { return s.List == "ke-1" })
	stopGateway()
	v.await(t, "a sign of life, kept on the disk", func(s says) bool { return len(s.Checks) > 0 })
	stopProbe()

	v.gateway(t, "new.key", "old.key")
	v.probe(t)
	s := v.await(t, "a receipt by a key that it does not know", func(s says) bool { return strings.Contains(s.Trouble, "join with the new link") })
	if s.Queue.Batches == 0 {
		t.Error("it gave up what nobody that it knows has signed for")
	}
	v.join(t)
	v.await(t, "a delivery", func(s says) bool { return s.Queue.Batches == 0 && !s.Delivered.IsZero() && s.Trouble == "" })
	if n := v.counted(t, "lamplight_gateway_retired_key_batches_total"); n < 1 {
		t.Errorf("%v batches were sealed to the old key", n)
	}
}

// keyFile is the file of a gateway's key, and its public half.
func keyFile(t *testing.T) (path, public string) {
	t.Helper()
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	path = filepath.Join(t.TempDir(), "gateway.key.2026")
	if err := os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(seed)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
}

// What the broker still holds when up starts with another key was signed by the one before: the loader believes both.
func TestUpBelievesTheKeyBefore(t *testing.T) {
	retired, old := keyFile(t)
	o := startObservatory(t, func(m *machine) { m.Gateway.RetiredKeys = []string{retired} })
	if keys := o.Loader.GatewayKeys; len(keys) != 2 || keys[0] == old || keys[1] != old {
		t.Errorf("the loader believes %q", keys)
	}
}

// One key cannot be both: what is retired signs nothing.
func TestRetiredKeyIsNotTheKey(t *testing.T) {
	key, _ := keyFile(t)
	err := say(t, "gateway", "--gateway-key", key, "--retired-key", key)
	if err == nil || !strings.Contains(err.Error(), "--retired-key: one of them is the key of --gateway-key") {
		t.Errorf("%v", err)
	}
}
