// Fetch brings what the embedded services and the tests need from elsewhere, before anything waits for it:
// the ClickHouse engine, and Apache Kafka. It says what it fetches, how much and where to, and does nothing
// when all is there.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/kafka"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, wanted []string, progress io.Writer) error {
	if len(wanted) == 0 {
		return fmt.Errorf("say what to fetch: engine, kafka")
	}
	for _, name := range wanted {
		var err error
		switch name {
		case "engine":
			err = fetchEngine(ctx, progress)
		case "kafka":
			_, err = kafka.Fetch(ctx, "", progress)
		default:
			err = fmt.Errorf("%q is not to be had: engine and kafka are", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fetchEngine leaves a machine alone that has a clickhouse program.
func fetchEngine(ctx context.Context, progress io.Writer) error {
	if path, err := exec.LookPath("clickhouse"); err == nil {
		_, _ = fmt.Fprintf(progress, "ClickHouse is on PATH: %s\n", path)
		return nil
	}
	_, err := embedded.Fetch(ctx, "", progress)
	return err
}
