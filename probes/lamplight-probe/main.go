// Lamplight-probe is what a volunteer runs: it looks at the network and says what it saw.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/lamplight-net/lamplight/probes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "lamplight-probe: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return usage(stdout)
	}
	switch command, rest := args[0], args[1:]; command {
	case "run":
		cfg, read, err := parseRun(rest, getenv, stdout)
		if err != nil {
			return err
		}
		if !read {
			_, err := fmt.Fprintf(stdout, "%s\nIf you have read this and want to go on, run the same command with --i-have-read.\n", probes.Notice())
			return err
		}
		probe, err := probes.NewProbe(cfg, versionOf(), slog.New(slog.NewTextHandler(stderr, nil)))
		if err != nil {
			return err
		}
		return probe.Run(ctx)
	case "once":
		return probes.Once(ctx, rest, stdout)
	case "version":
		_, err := fmt.Fprintln(stdout, versionOf())
		return err
	case "help", "-h", "-help", "--help":
		return usage(stdout)
	default:
		return fmt.Errorf("there is no command %q: the commands are run, once, version and help", command)
	}
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
