// Lamplight-probe is what a volunteer runs: it looks at the network and says what it saw.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/lamplight-net/lamplight/probes"
)

// What the program's end says to what started it. A service is not started again after exitConsent, because nobody is
// there to agree.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitConsent = 3
)

func main() {
	refuseDumps()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	run := func(ctx context.Context) int {
		typed := bufio.NewReader(answers{ctx.Done(), os.Stdin})
		return run(ctx, os.Args[1:], environment{getenv: os.Getenv, stdin: typed, stdout: os.Stdout, stderr: os.Stderr})
	}
	os.Exit(asService(ctx, run))
}

// environment is what a command has around it.
type environment struct {
	getenv         func(string) string
	stdin          *bufio.Reader
	stdout, stderr io.Writer
}

// run does what a command line says, and returns the program's exit status.
func run(ctx context.Context, args []string, e environment) int {
	err := dispatch(ctx, args, e)
	if err == nil {
		return 0
	}
	fmt.Fprintf(e.stderr, "lamplight-probe: %s\n", probes.Advise(err))
	switch _, usage := errors.AsType[*usageError](err); {
	case usage:
		return exitUsage
	case errors.Is(err, probes.ErrNoConsent), errors.Is(err, probes.ErrNotJoined):
		return exitConsent
	}
	return exitFailed
}

// version is set by the Makefile's build to the tag or commit.
var version string

// versionOf returns the version of this build; go install knows only the module's.
func versionOf() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
