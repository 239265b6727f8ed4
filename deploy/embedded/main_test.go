package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/lamplight-net/lamplight/deploy/embedded"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
)

// The roles that this test's executable plays besides running tests.
const (
	engineParent = "embedded-test-engine-parent" // FOLDER: start an engine, print its address, wait to be killed
	brokerParent = "embedded-test-broker-parent" // FOLDER: the same with a broker
	// libraryEnv names the library with which this executable plays a clickhouse program.
	libraryEnv = "EMBEDDED_TEST_LIBRARY"
)

func TestMain(m *testing.M) {
	embedded.Child()
	switch {
	case len(os.Args) == 3 && os.Args[1] == engineParent:
		engine, err := embedded.StartEngine(context.Background(), embedded.EngineConfig{Dir: os.Args[2], Log: quiet()})
		waitToBeKilled(err, func() string { return engine.HTTP() })
	case len(os.Args) == 3 && os.Args[1] == brokerParent:
		broker, err := embedded.StartBroker(context.Background(), embedded.BrokerConfig{Dir: os.Args[2], Log: quiet()})
		waitToBeKilled(err, func() string { return broker.Address() })
	case os.Getenv(libraryEnv) != "" && len(os.Args) == 3 && os.Args[1] == "server":
		if err := playServer(os.Getenv(libraryEnv), strings.TrimPrefix(os.Args[2], "--config-file=")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	servicetest.Main(m)
}

func waitToBeKilled(err error, address func() string) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(address())
	select {}
}

// playServer is what `clickhouse server` is to this package: it serves by a configuration until SIGTERM. The
// engine in it is the real one.
func playServer(library, config string) error {
	engine, stdin, err := embedded.LibraryCommand(library, config)
	if err != nil {
		return err
	}
	if err := engine.Start(); err != nil {
		return err
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	<-terminated
	if err := stdin.Close(); err != nil {
		return err
	}
	return engine.Wait()
}

// runParent starts this executable in a role on dir and returns it with the address that it prints.
func runParent(t *testing.T, role, dir string) (parent *exec.Cmd, address string) {
	t.Helper()
	parent = exec.CommandContext(t.Context(), os.Args[0], role, dir)
	parent.Stderr = os.Stderr
	printed, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	address, err = bufio.NewReader(printed).ReadString('\n')
	if err != nil {
		t.Fatalf("the parent printed no address: %v", err)
	}
	return parent, strings.TrimSpace(address)
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
