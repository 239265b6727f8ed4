package embedded

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/lamplight-net/lamplight/deploy/internal/bound"
	"github.com/lamplight-net/lamplight/deploy/internal/shield"
)

// engineChild is the first argument of the process that is the engine: LIBRARY CONFIG NATIVE HTTP follow,
// the last two being the addresses to serve on.
const engineChild = "lamplight-clickhouse-library"

// exitNotLoaded is the exit code of an engine whose library could not be loaded.
const exitNotLoaded = 3

// Child must be the first thing that main, or a test's TestMain, calls. In a process that this package has
// started from its own executable it serves until standard input closes, and exits; in any other process it
// returns at once.
func Child() {
	bound.Child()
	if len(os.Args) != 6 || os.Args[1] != engineChild {
		return
	}
	bound.HeedInputOnly()
	signal.Ignore(syscall.SIGPIPE) // a client that goes away in the middle of an answer is no reason to die
	library, err := loadLibrary(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitNotLoaded)
	}
	if err := serve(library, os.Args[3], shield.Addresses{Native: os.Args[4], HTTP: os.Args[5]}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
