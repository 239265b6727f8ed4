package embedded

import (
	"context"
	"os/exec"

	"github.com/lamplight-net/lamplight/deploy/internal/bound"
	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// program is what serves: a clickhouse program, or the library.
type program struct {
	path    string
	library bool
}

// findProgram prefers a clickhouse program on PATH: the machine's owner chose it, and it costs no fetching.
func findProgram(ctx context.Context, cfg EngineConfig) (program, error) {
	if path, err := exec.LookPath("clickhouse"); err == nil {
		return program{path: path}, nil
	}
	path, err := Fetch(ctx, cfg.Cache, cfg.Progress)
	return program{path: path, library: true}, err
}

// command returns the child to start, which serves until its standard input closes.
func (p program) command(config string, s settings) (bound.Command, error) {
	if p.library {
		return bound.Self(engineChild, p.path, config, loopback.Address(s.NativePort), loopback.Address(s.HTTPPort))
	}
	return bound.Hold(p.path, "server", "--config-file="+config)
}
