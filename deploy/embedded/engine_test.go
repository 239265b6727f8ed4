package embedded_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

func TestEngineKeepsData(t *testing.T) {
	dir := t.TempDir()
	engine := start(t, dir)
	native, address := engine.Native(), engine.HTTP()
	query(t, engine, "CREATE DATABASE kept")
	query(t, engine, "CREATE TABLE kept.t (n UInt8) ENGINE = MergeTree ORDER BY n")
	query(t, engine, "INSERT INTO kept.t VALUES (42)")
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}

	engine = start(t, dir)
	if engine.Native() != native || engine.HTTP() != address {
		t.Errorf("addresses changed from %s, %s to %s, %s", native, address, engine.Native(), engine.HTTP())
	}
	if got := query(t, engine, "SELECT n FROM kept.t"); got != "42" {
		t.Errorf("after a restart the table holds %q, want 42", got)
	}
}

func TestEngineListensOnLoopbackOnly(t *testing.T) {
	engine := start(t, t.TempDir())
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		ip, _, err := net.ParseCIDR(address.String())
		if err != nil || ip.IsLoopback() {
			continue
		}
		for _, local := range []string{engine.Native(), engine.HTTP()} {
			_, port, _ := net.SplitHostPort(local)
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort(ip.String(), port))
			if err == nil {
				_ = connection.Close()
				t.Errorf("the engine answers on %s", net.JoinHostPort(ip.String(), port))
			}
		}
	}
}

func TestTwoEngines(t *testing.T) {
	one, other := start(t, t.TempDir()), start(t, t.TempDir())
	query(t, one, "CREATE DATABASE mine")
	if got := query(t, other, "SELECT count() FROM system.databases WHERE name = 'mine'"); got != "0" {
		t.Errorf("the other engine has %s databases of that name", got)
	}
}

func TestFolderInUse(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	_, err := embedded.StartEngine(t.Context(), embedded.EngineConfig{Dir: dir, Log: quiet()})
	if err == nil || !strings.Contains(err.Error(), "data folder "+dir+" is in use") {
		t.Errorf("got error %v, want one that says that the folder is in use", err)
	}
}

func TestPortTakenAtTheLastMoment(t *testing.T) {
	holder := start(t, t.TempDir()) // an engine: it answers, but with another's data
	_, nativePort, _ := net.SplitHostPort(holder.Native())
	_, httpPort, _ := net.SplitHostPort(holder.HTTP())
	library, err := embedded.Fetch(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	err = embedded.StartOnPorts(t.Context(), t.TempDir(), library, []int{atoi(t, nativePort), atoi(t, httpPort)})
	if !errors.Is(err, embedded.ErrPortTaken) {
		t.Errorf("got error %v, want that a port is taken", err)
	}
}

// TestLibraryDoesNotLoad starts on a file of the right size with nothing in it.
func TestLibraryDoesNotLoad(t *testing.T) {
	cache := t.TempDir()
	path, size, err := embedded.LibraryPath(cache)
	if err != nil {
		t.Skip(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Truncate(path, size)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "") // no clickhouse program, no npm
	dir := t.TempDir()
	_, err = embedded.StartEngine(t.Context(), embedded.EngineConfig{Dir: dir, Cache: cache, Log: quiet()})
	if err == nil || !strings.Contains(err.Error(), path+" does not load: delete it") {
		t.Errorf("got error %v, want one that names the library and says what to do", err)
	}
}

func TestSignalsLeaveEngine(t *testing.T) {
	engine := start(t, t.TempDir())
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE} {
		if err := engine.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if got := query(t, engine, "SELECT 1"); got != "1" {
			t.Errorf("after %v the engine answers %q", signal, got)
		}
	}
}

// start starts an engine that ends with the test, on a machine that can have one.
func start(t *testing.T, dir string) *embedded.Engine {
	t.Helper()
	servicetest.Engine(t)
	engine, err := embedded.StartEngine(t.Context(), embedded.EngineConfig{Dir: dir, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// query runs a statement over HTTP and returns the answer without its last line break.
func query(t *testing.T, engine *embedded.Engine, statement string) string {
	t.Helper()
	answer, err := ask(t.Context(), engine.HTTP(), statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return answer
}

func ask(ctx context.Context, address, statement string) (string, error) {
	endpoint := url.URL{Scheme: "http", Host: address, Path: "/"}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(string(body))
	}
	return strings.TrimSuffix(string(body), "\n"), err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
