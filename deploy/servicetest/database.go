package servicetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
)

// Database returns the native address of this test process's ClickHouse and the name of an empty database for
// t alone, which is dropped when t ends.
func Database(t testing.TB) (address, database string) {
	t.Helper()
	engine := Engine(t)
	database = "test_" + strings.ToLower(rand.Text())
	if err := say(engine.HTTP(), "CREATE DATABASE "+database); err != nil {
		t.Fatalf("create database %s: %v", database, err)
	}
	t.Cleanup(func() {
		if err := say(engine.HTTP(), "DROP DATABASE IF EXISTS "+database+" SYNC"); err != nil {
			t.Errorf("drop database %s: %v", database, err)
		}
	})
	return engine.Native(), database
}

// Engine returns this test process's ClickHouse.
func Engine(t testing.TB) *embedded.Engine {
	t.Helper()
	running.mu.Lock()
	defer running.mu.Unlock()
	err := running.once("ClickHouse", running.engine != nil, func(ctx context.Context, dir string) error {
		if err := haveEngine(ctx); err != nil {
			return absent{err}
		}
		engine, err := embedded.StartEngine(ctx, embedded.EngineConfig{
			Dir: filepath.Join(dir, "clickhouse"), Progress: os.Stderr, Log: quiet(),
		})
		if err != nil {
			return err
		}
		running.engine = engine
		running.closers = append(running.closers, engine.Close)
		return nil
	})
	if err != nil {
		missing(t, "ClickHouse", err)
	}
	return running.engine
}

// haveEngine fetches the engine, if this machine has none and it can be had.
func haveEngine(ctx context.Context) error {
	if _, err := exec.LookPath("clickhouse"); err == nil {
		return nil
	}
	_, err := embedded.Fetch(ctx, "", os.Stderr)
	return err
}

func say(address, statement string) error {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+address+"/",
		strings.NewReader(statement))
	if err != nil {
		return err
	}
	request.Close = true // an open connection would delay the engine's end
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, body)
	}
	return nil
}
