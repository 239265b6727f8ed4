package ingest

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/gateway"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/lists"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
)

// GatewayConfig is how a gateway meets probes.
type GatewayConfig struct {
	Listen         string   `name:"listen" help:"Address to answer probes on." default:"127.0.0.1:8480" env:"LAMPLIGHT_LISTEN" placeholder:"HOST:PORT"`
	KeyFile        string   `name:"gateway-key" help:"File of the key that signs receipts; made when it does not exist. Probes pin the key, so keep it. Its public half is written beside it, as FILE.pub. Without it: gateway.key in this folder, or with up in the data folder." env:"LAMPLIGHT_GATEWAY_KEY" type:"path" placeholder:"FILE"`
	RetiredKeys    []string `name:"retired-key" help:"File of a key that --gateway-key replaced: what probes sealed to it is still taken, and nothing is signed with it; may be repeated. With up, the loader goes on believing what the key has signed." env:"LAMPLIGHT_RETIRED_KEYS" type:"path" placeholder:"FILE"`
	Lists          string   `name:"lists" help:"Folder of signed target lists to hand out to probes, each as NAME.signed.json, as lamplight list pack writes them. A change is taken up within a minute." env:"LAMPLIGHT_LISTS" type:"path" placeholder:"DIR"`
	ListNeeded     int      `name:"lists-needed" help:"How many people must have signed a list that is handed out: as many as your probes ask for." default:"2" env:"LAMPLIGHT_LISTS_NEEDED"`
	TLSCertificate string   `name:"tls-cert" help:"Certificate chain, to speak HTTPS; read at the start. Without it, put a proxy that does in front." env:"LAMPLIGHT_TLS_CERT" type:"path" placeholder:"FILE"`
	TLSKey         string   `name:"tls-key" help:"The certificate's private key." env:"LAMPLIGHT_TLS_KEY" type:"path" placeholder:"FILE"`
	TrustedProxies []string `name:"trusted-proxy" help:"Networks of proxies whose X-Forwarded-For is believed." env:"LAMPLIGHT_TRUSTED_PROXY" placeholder:"CIDR"`
	RatePerPrefix  int      `name:"rate-per-prefix" help:"Requests a second (batches, lists, time and network), good or bad, from one neighborhood of addresses (an IPv4 /24, an IPv6 /56), after a burst of 60 times as many." default:"50" env:"LAMPLIGHT_RATE_PER_PREFIX"`
	RatePerProbe   int      `name:"rate-per-probe" help:"Batches a minute that one probe may send, after a burst of 300." default:"120" env:"LAMPLIGHT_RATE_PER_PROBE"`
	RateTotal      int      `name:"rate-total" help:"Batches a second that all probes together may send." default:"2000" env:"LAMPLIGHT_RATE_TOTAL"`
	BodyMemory     int      `name:"body-memory" help:"MiB held of batches under way; beyond it, probes are told to come back." default:"64" env:"LAMPLIGHT_BODY_MEMORY"`

	// Controls says whom to believe to be a control.
	Controls ControlsConfig `kong:"-"`
	// Now dates what is received; nil is the machine's clock. A rehearsal gives the clock of its stage.
	Now func() time.Time `kong:"-"`
}

// A probe that comes back after a day offline has a batch for every five minutes of it.
const probeBurst = 300

// A whole neighborhood comes back after a blackout at once. It is also for how many seconds a neighborhood is
// remembered.
const prefixBurst = 60

// Gateway accepts batches from probes.
type Gateway struct {
	cfg        GatewayConfig
	cluster    bus.Cluster
	partitions int
	log        *slog.Logger
	gateway    *gateway.Gateway
	public     string
	retired    []string // public halves
	producer   *bus.Producer
	geo        *geo.DB
	listener   net.Listener
}

// NewGateway checks the settings. It opens files, and makes the key when there is none; it connects to
// nothing.
func NewGateway(cfg GatewayConfig, kafka KafkaConfig, geo GeoConfig, log *slog.Logger, metrics prometheus.Registerer) (*Gateway, error) {
	cluster, err := kafka.cluster()
	if err != nil {
		return nil, err
	}
	settings, err := cfg.settings()
	if err != nil {
		return nil, err
	}
	if cfg.KeyFile == "" {
		cfg.KeyFile = "gateway.key"
	}
	if settings.Key, err = gateway.LoadKey(cfg.KeyFile); err != nil {
		return nil, fmt.Errorf("--gateway-key: %w", err)
	}
	g := &Gateway{cfg: cfg, cluster: cluster, partitions: kafka.Partitions, log: log}
	for _, key := range settings.Retired {
		if key.Equal(settings.Key) {
			return nil, errors.New("--retired-key: one of them is the key of --gateway-key: give the files of keys that it replaced")
		}
		g.retired = append(g.retired, base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)))
	}
	public := base64.StdEncoding.EncodeToString(settings.Key.Public().(ed25519.PublicKey))
	if err := gateway.WritePublic(cfg.KeyFile, settings.Key); err != nil {
		log.Warn("public key not written: give it to loaders as --gateway-key-public", "key", public, "error", err)
	}
	g.public = public
	if g.geo, err = geo.open(); err != nil {
		return nil, err
	}
	metrics = prometheus.WrapRegistererWith(prometheus.Labels{"component": "gateway"}, metrics)
	if g.producer, err = bus.NewProducer(cluster, settings.MaxBodyMemory, log, metrics); err == nil {
		g.gateway, err = gateway.New(settings, g.producer, g.geo, log, metrics)
	}
	if err != nil {
		return nil, errors.Join(err, g.geo.Close())
	}
	return g, nil
}

// Validate returns an error that names the flag of a setting that cannot be. It reads the certificate, and does
// not look at the key.
func (c GatewayConfig) Validate() error {
	_, err := c.settings()
	return err
}

func (c GatewayConfig) settings() (gateway.Config, error) {
	if (c.TLSCertificate == "") != (c.TLSKey == "") {
		return gateway.Config{}, errors.New("--tls-cert and --tls-key: give both or neither")
	}
	if c.TLSCertificate != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCertificate, c.TLSKey); err != nil {
			return gateway.Config{}, fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
	}
	var proxies []netip.Prefix
	for _, proxy := range c.TrustedProxies {
		prefix, err := netip.ParsePrefix(proxy)
		if err != nil {
			return gateway.Config{}, fmt.Errorf("--trusted-proxy: %q is not a network like 10.0.0.0/8 or 192.0.2.1/32", proxy)
		}
		proxies = append(proxies, prefix)
	}
	err := errors.Join(
		hostPort("--listen", c.Listen),
		between("--rate-per-prefix", c.RatePerPrefix, 1, 1_000_000),
		between("--rate-per-probe", c.RatePerProbe, 1, 60_000),
		between("--rate-total", c.RateTotal, 1, 1_000_000),
		between("--lists-needed", c.ListNeeded, 1, lists.MaxSignatures),
		between("--body-memory", c.BodyMemory, 2, 64<<10),
	)
	if err != nil {
		return gateway.Config{}, err
	}
	if err := lists.Check(c.Lists); err != nil {
		return gateway.Config{}, fmt.Errorf("--lists: %w: make the folder, and put lists into it as lamplight list pack writes them", err)
	}
	controls, err := c.Controls.keys()
	if err != nil {
		return gateway.Config{}, err
	}
	var retired []ed25519.PrivateKey
	for _, file := range c.RetiredKeys {
		key, err := gateway.LoadRetiredKey(file)
		if err != nil {
			return gateway.Config{}, fmt.Errorf("--retired-key: %w", err)
		}
		retired = append(retired, key)
	}
	return gateway.Config{
		Controls:       controls,
		Retired:        retired,
		Lists:          c.Lists,
		ListNeeded:     c.ListNeeded,
		Now:            c.Now,
		TrustedProxies: proxies,
		PerPrefix:      ratelimit.Rate{Every: time.Second / time.Duration(c.RatePerPrefix), Burst: prefixBurst * c.RatePerPrefix},
		PerKey:         ratelimit.Rate{Every: time.Minute / time.Duration(c.RatePerProbe), Burst: probeBurst},
		Total:          ratelimit.Rate{Every: time.Second / time.Duration(c.RateTotal), Burst: c.RateTotal},
		MaxBodyMemory:  int64(c.BodyMemory) << 20,
	}, nil
}

// Listen opens the address that probes use and returns it: its port is known only now when it was given
// as 0. Run does so by itself otherwise.
func (g *Gateway) Listen(ctx context.Context) (net.Addr, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", g.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("--listen: %w", err)
	}
	g.listener = listener
	return listener.Addr(), nil
}

// PublicKey returns the key that signs receipts and what goes to Kafka, in base64.
func (g *Gateway) PublicKey() string { return g.public }

// RetiredKeys returns the keys, in base64, that signed what went to Kafka before PublicKey did.
func (g *Gateway) RetiredKeys() []string { return g.retired }

// Run answers probes until ctx ends. While Kafka is away, they are told to come back.
func (g *Gateway) Run(ctx context.Context) error {
	if g.listener == nil {
		if _, err := g.Listen(ctx); err != nil {
			return err
		}
	}
	g.log.Info("gateway answers probes", "address", g.listener.Addr().String(), "tls", g.cfg.TLSCertificate != "")
	if at, err := netip.ParseAddrPort(g.listener.Addr().String()); err == nil && g.cfg.TLSCertificate == "" && !at.Addr().IsLoopback() {
		g.log.Warn("gateway answers beyond this machine in the clear, where no probe asks it: give --tls-cert and --tls-key, or listen on loopback behind a proxy that speaks HTTPS")
	}
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error {
		return g.gateway.Serve(running, g.listener, g.cfg.TLSCertificate, g.cfg.TLSKey)
	})
	group.Go(func() error {
		if err := bus.CreateTopics(running, g.cluster, g.partitions, g.log); err != nil && running.Err() == nil {
			return err
		}
		return nil
	})
	return errors.Join(group.Wait(), g.producer.Close(), g.geo.Close())
}
