package agent_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/servertest"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// What is planted where a probe could pick it up.
const (
	plantedBody, plantedHeader, plantedCookie = "planted-in-the-body", "planted-in-a-header", "planted-in-a-cookie"
	plantedFolder, plantedEnvironment         = "planted-folder", "planted-in-the-environment"
	plantedPrivate                            = "192.168.77.7" // what a DNS answer says
)

// secrets are what must be found nowhere, by what it is.
func secrets(cfg agent.Config) map[string][][]byte {
	out := map[string][][]byte{
		"the volunteer's address": texts("127.20.9.9"), "the page": texts(plantedBody), "a header": texts(plantedHeader), "a cookie": texts(plantedCookie),
		"an error's text": texts("connection refused"), "an error's operation": texts("dial tcp"), "the state folder": texts(plantedFolder),
		"the environment": texts(plantedEnvironment), "a private answer": texts(plantedPrivate),
		"the resolver's address": texts(cfg.System.Addr().String()),
	}
	if name, err := os.Hostname(); err == nil && len(name) > 3 && name != "localhost" {
		out["the host's name"] = texts(name)
	}
	if u, err := user.Current(); err == nil && len(u.Username) > 3 {
		out["the user's name"] = texts(u.Username)
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return out
	}
	for _, i := range interfaces {
		if mac := i.HardwareAddr; len(mac) > 0 && !bytes.Equal(mac, make([]byte, len(mac))) {
			out["the MAC of "+i.Name] = [][]byte{mac, []byte(mac.String())}
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, address := range addresses {
			if ip, ok := address.(*net.IPNet); ok && !ip.IP.IsLoopback() {
				out["an address of "+i.Name] = texts(ip.IP.String())
			}
		}
	}
	return out
}

func texts(all ...string) [][]byte {
	var out [][]byte
	for _, text := range all {
		out = append(out, []byte(text))
	}
	return out
}

// telling is what no log may hold, by word or by shape: each tells where the machine is, what it looks at, to whom it
// sends, or which batches are its own.
var telling = regexp.MustCompile(`\b(country|asn|region|network|batch|plan|list|target|gateway|host|url|address|key|hour)=` +
	`|\bXL\b|64501|test-1|\.example|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|[0-9a-f]{16}|[A-Za-z0-9+/]{43}=`)

// theLogTells looks for it in a log, whose times are no matter.
func theLogTells(t *testing.T, log []byte) {
	t.Helper()
	for line := range bytes.Lines(log) {
		_, said, _ := bytes.Cut(line, []byte(" level="))
		if told := telling.Find(said); told != nil {
			t.Errorf("the log tells %q in: %s", told, said)
		}
	}
}

// plantedCountry is a country with something planted everywhere. The checks that fail do so with errors in which Go
// writes the machine's own address.
func plantedCountry(t *testing.T) agent.Config {
	t.Helper()
	cfg := country(t)
	site := servertest.TCP(t, "127.20.0.1:0", servertest.Say("HTTP/1.1 200 OK\r\nX-Planted: "+plantedHeader+
		"\r\nSet-Cookie: a="+plantedCookie+"\r\nContent-Length: 19\r\n\r\n"+plantedBody))
	cfg.System = servertest.DNS(t, "127.20.0.53:0", servertest.Zone(map[string][]string{
		"www.site.example": {"127.20.0.1"}, "www.hijacked.example": {plantedPrivate},
	}))
	cfg.Plan.Resolvers = []plan.Resolver{{Address: cfg.System, Class: measurement.ResolverISP}}
	cfg.Plan.Domestic["XL"][0] = "http://" + site.String() + "/"
	cfg.Plan.Targets[0].URL = "http://www.site.example:" + portOf(site.String()) + "/"
	cfg.Plan.Targets = append(cfg.Plan.Targets, plan.Target{URL: "http://www.hijacked.example/", Class: measurement.ClassService})
	cfg.State = filepath.Join(t.TempDir(), plantedFolder)
	return cfg
}

// Nothing of a volunteer's machine, and nothing that a page says, is sent, kept or logged; and what a probe sends,
// the disk that it waits on does not tell.
func TestNothingLeaks(t *testing.T) {
	for _, name := range []string{"USER", "HOME", "HOSTNAME", "LOGNAME", "SSID"} {
		t.Setenv(name, plantedEnvironment)
	}
	gateway := servertest.NewGateway(t)
	cfg := plantedCountry(t)
	var logged lockedBuffer
	cfg.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg.Gateway = gateway.URL
	refused := false
	gateway.Refuse(func(w http.ResponseWriter) bool {
		if !refused {
			refused = true
			gateway.RefuseSigned(w, http.StatusBadRequest, "planted")
			return true
		}
		return false
	})
	run(t, cfg, func() bool {
		return kinds(gateway)["beat "] >= 5 && kinds(gateway)["http "] >= 1 && bytes.Contains(gateway.Wire(), []byte("www.hijacked.example")) &&
			bytes.Contains(logged.Bytes(), []byte("batch delivered"))
	})
	// What is measured while the gateway is away stays on the disk.
	served := gateway.URL
	gateway.Close()
	cfg.Gateway = served
	a := start(t, cfg)
	stop := goRun(t, a)
	await(t, func() bool { return a.Status().Queue.Waiting > 2 })
	stop()

	disk := map[string][]byte{}
	collectFiles(t, cfg.State, disk)
	places := map[string][]byte{"the wire": gateway.Wire(), "the log": logged.Bytes()}
	if len(disk) < 6 || len(places["the wire"]) < 1000 || len(places["the log"]) == 0 {
		t.Fatalf("there is nothing to look into: %d files", len(disk))
	}
	for _, said := range []string{"which network", "batch delivered", "not delivered", "refused a batch", "stopped"} {
		if !bytes.Contains(places["the log"], []byte(said)) {
			t.Errorf("the log does not say %q: there is too little to look into", said)
		}
	}
	if !bytes.Contains(places["the wire"], []byte("www.site.example")) {
		t.Fatal("the wire does not hold what it must")
	}
	for name, content := range disk {
		places[name] = content
		for _, target := range texts("site.example", "hijacked", "beat", "refused\"", "test-1") {
			if bytes.Contains(content, target) && name != "refused.json" {
				t.Errorf("%s tells %q of what waits in it", name, target)
			}
		}
	}
	for place, content := range places {
		lookFor(t, place, content, secrets(cfg))
	}
	theLogTells(t, logged.Bytes())
}

func lookFor(t *testing.T, place string, content []byte, secrets map[string][][]byte) {
	t.Helper()
	for what, forms := range secrets {
		for _, secret := range forms {
			if len(secret) > 4 && bytes.Contains(content, secret) {
				t.Errorf("%s holds %s", place, what)
			}
		}
	}
}

// collectFiles adds every file under dir.
func collectFiles(t *testing.T, dir string, into map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		into[entry.Name()] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
