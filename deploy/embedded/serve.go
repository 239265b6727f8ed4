package embedded

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/lamplight-net/lamplight/deploy/internal/loopback"
	"github.com/lamplight-net/lamplight/deploy/internal/shield"
)

// serve runs the library behind a shield on public until standard input closes.
func serve(library library, config string, public shield.Addresses) error {
	ports, err := loopback.Any(2)
	if err != nil {
		return err
	}
	// The engine ends when this pipe does: after its clients are gone, for whom it would wait five seconds.
	orders, order, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("open the engine's input: %w", err)
	}
	guard, err := shield.Listen(context.Background(), public,
		shield.Addresses{Native: loopback.Address(ports[0]), HTTP: loopback.Address(ports[1])})
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = guard.Close()
		_ = order.Close()
	}()
	return library.run(config, ports[0], ports[1], orders)
}
