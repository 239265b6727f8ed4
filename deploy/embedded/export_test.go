package embedded

import (
	"context"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/lamplight-net/lamplight/deploy/internal/folder"
	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
)

// LibraryPath is where the library of this platform belongs in a cache folder.
func LibraryPath(cache string) (path string, bytes int64, err error) {
	r, err := thisRelease()
	return r.path(cache), r.libraryBytes, err
}

// StartOnPorts starts an engine on ports as one that has just chosen them.
func StartOnPorts(ctx context.Context, dir, library string, ports []int) error {
	lock, err := folder.Lock(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	engine, err := startOnce(ctx, dir, program{path: library, library: true}, lock, ports)
	if err != nil {
		return err
	}
	return engine.process.Stop()
}

// ErrPortTaken is what makes StartEngine choose again.
var ErrPortTaken = errPortTaken

// Signal sends a signal to the engine's process.
func (e *Engine) Signal(signal os.Signal) error { return e.process.Signal(signal) }

// LibraryCommand returns the process that serves the library as configured until the returned pipe is closed.
func LibraryCommand(library, configPath string) (*exec.Cmd, io.WriteCloser, error) {
	text, err := os.ReadFile(configPath)
	if err != nil {
		return nil, nil, err
	}
	var config struct {
		Native int `xml:"tcp_port"`
		HTTP   int `xml:"http_port"`
	}
	if err := xml.Unmarshal(text, &config); err != nil {
		return nil, nil, err
	}
	command := exec.CommandContext(context.Background(), os.Args[0], engineChild, library, configPath,
		loopback.Address(config.Native), loopback.Address(config.HTTP))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := command.StdinPipe()
	return command, stdin, err
}
