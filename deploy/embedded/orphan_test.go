package embedded_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// TestEngineDiesWithKilledParent kills a parent that had no chance to clean up. The engine holds the lock of
// its folder for as long as it lives, so a new engine on the folder proves that the old one is gone.
func TestEngineDiesWithKilledParent(t *testing.T) {
	servicetest.Engine(t)
	dir := t.TempDir()
	parent, address := runParent(t, engineParent, dir)
	for _, statement := range []string{
		"CREATE DATABASE kept",
		"CREATE TABLE kept.t (n UInt8) ENGINE = MergeTree ORDER BY n",
		"INSERT INTO kept.t VALUES (42)",
	} {
		if _, err := ask(t.Context(), address, statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()

	engine := start(t, dir)
	if got := query(t, engine, "SELECT n FROM kept.t"); got != "42" {
		t.Errorf("after a kill the table holds %q, want 42", got)
	}
}

// TestProgramOnPath shows that a clickhouse program is preferred to the library, is told where to serve, and
// ends when the engine is closed.
func TestProgramOnPath(t *testing.T) {
	servicetest.Engine(t)
	library, err := embedded.Fetch(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(programs, "clickhouse")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs)
	t.Setenv(libraryEnv, library)

	dir := t.TempDir()
	engine, err := embedded.StartEngine(t.Context(), embedded.EngineConfig{Dir: dir, Cache: t.TempDir(), Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	if got := query(t, engine, "SELECT 1"); got != "1" {
		t.Errorf("got %q", got)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	if answer, err := ask(t.Context(), engine.HTTP(), "SELECT 1"); err == nil {
		t.Errorf("the program still answers %q", answer)
	}
}
