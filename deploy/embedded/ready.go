package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startupLog receives what the engine prints in its present run.
const startupLog = "engine.startup.log"

var (
	errPortTaken = errors.New("a port that was free is taken")
	errEnded     = errors.New("the engine ended at once")
)

// awaitReady returns when both ports answer, or the engine has ended, or ctx has.
func (e *Engine) awaitReady(ctx context.Context, token string) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		err := e.answers(ctx, client, token)
		if err == nil {
			return nil
		}
		select {
		case <-e.process.Done():
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("wait for the engine: %w (its last answer: %w)", ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// answers asks whoever listens on the ports for the token of the configuration: between the choice of a
// port and its use, another engine may have taken it, and that one's data is not ours.
func (e *Engine) answers(ctx context.Context, client *http.Client, token string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+e.http+"/?query=SELECT+getMacro('lamplight')", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	if answer := strings.TrimSpace(string(body)); answer != token {
		return fmt.Errorf("another service answers on %s: %.100q", e.http, answer)
	}
	connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", e.native)
	if err != nil {
		return err
	}
	return connection.Close()
}

// explainStart turns a failed start into a message that says what to do.
func explainStart(err error, dir, program string, exit error) error {
	text := printed(dir)
	var exitError *exec.ExitError
	switch {
	case errors.As(exit, &exitError) && exitError.ExitCode() == exitNotLoaded:
		return fmt.Errorf("ClickHouse library %s does not load: delete it, and the next start fetches it again; "+
			"if that does not help, put a clickhouse program on PATH: %s", program, text)
	case strings.Contains(strings.ToLower(text), "address already in use"):
		return fmt.Errorf("%w: %s", errPortTaken, text)
	case strings.Contains(text, "No space left on device"):
		return fmt.Errorf("disk of %s is full: free some space: %s", dir, text)
	}
	return fmt.Errorf("start ClickHouse (%s): %w: %s (more in %s)", program, err, text, filepath.Join(dir, "engine.log"))
}

// explainEnd adds, to the error of an engine that ended otherwise than it was asked to, what it said.
func explainEnd(err error, dir string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("ClickHouse ended badly: %w: %s (more in %s)", err, printed(dir), filepath.Join(dir, "engine.log"))
}

// printed returns the end of what the engine printed in its present run.
func printed(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, startupLog))
	if err != nil {
		return err.Error()
	}
	return lastBytes(strings.TrimSpace(string(text)), 2000)
}

func lastBytes(text string, n int) string {
	if len(text) > n {
		return "..." + text[len(text)-n:]
	}
	return text
}
